import type { ConnectorInput } from '../../connections/connectors/settings.ts'
import { type ConnectorRow, listConnectors, openConnectorSecrets } from '../../connections/queries.ts'
import type { Scope } from '../../platform.ts'

/**
 * The signing secrets of webhooks that were just made without one being given, by the connector's name: they are told in
 * this one answer and never again.
 */
export async function madeSecrets(
  scope: Scope,
  connectionId: string,
  inputs: readonly ConnectorInput[] = [],
  before: readonly ConnectorRow[],
): Promise<{ readonly signingSecrets?: Record<string, string> }> {
  const isNew = (name: string) => !before.some((row) => row.name === name)
  const names = inputs
    .filter((one) => one.type === 'webhook' && one.signingSecret === undefined && isNew(one.name))
    .map(({ name }) => name)
  if (names.length === 0) return {}
  const rows = (await listConnectors(scope, connectionId)).filter(({ name }) => names.includes(name))
  const made = rows.map(
    async (row) => [row.name, (await openConnectorSecrets(scope, row)).signingSecret ?? ''] as const,
  )
  return { signingSecrets: Object.fromEntries(await Promise.all(made)) }
}
