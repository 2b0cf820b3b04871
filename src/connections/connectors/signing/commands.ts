import { and, eq } from 'drizzle-orm'
import { Problem } from '../../../core/errors.ts'
import { newSigningSecret } from '../../../core/signing-secret.ts'
import { runBatch } from '../../../db/open.ts'
import { connectors, type WebhookSettings } from '../../../db/schema.ts'
import type { Scope } from '../../../platform.ts'
import { type ConnectorRow, openConnectorSecrets } from '../../queries.ts'
import { withSigningSecret } from '../webhook.ts'

/** Makes a webhook's next signing secret, and answers it; the one before it signs for a day, too. Problem 409. */
export async function rotateSigningSecret(scope: Scope, connector: ConnectorRow): Promise<string> {
  const { db, tenantId, now, platform } = scope
  demandWebhook(connector)
  const secret = newSigningSecret()
  const secrets = withSigningSecret(await openConnectorSecrets(scope, connector), secret, now)
  const place = { tenantId, table: 'connectors', row: connector.id }
  const sealedSecrets = await platform.sealer.seal(JSON.stringify(secrets), place)
  await runBatch(db, [
    db
      .update(connectors)
      .set({ sealedSecrets })
      .where(and(eq(connectors.tenantId, tenantId), eq(connectors.id, connector.id))),
  ])
  return secret
}

/** Throws Problem 409 for a connector that is no webhook. */
export function demandWebhook({ settings }: ConnectorRow): WebhookSettings {
  if (settings.type !== 'webhook') throw new Problem(409, 'This connector is no webhook.')
  return settings
}
