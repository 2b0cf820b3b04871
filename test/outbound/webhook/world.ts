/** An app whose one connector is a webhook. */
import { setProvisioners } from '../../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../../src/applications/queries.ts'
import { provisionerInput } from '../../../src/applications/settings.ts'
import { createConnection } from '../../../src/connections/commands.ts'
import { getConnector, listConnectors } from '../../../src/connections/queries.ts'
import { connectorInput } from '../../../src/connections/connectors/settings.ts'
import { connectionInput } from '../../../src/connections/settings.ts'
import { type WebhookReceiver, webhookReceiver, WHSEC } from '../../support/webhook-receiver.ts'
import { outboundWorld } from '../world.ts'

export type WebhookWorld = Awaited<ReturnType<typeof webhookWorld>>

export function webhookOf({ url }: WebhookReceiver, change: Record<string, unknown> = {}) {
  return connectorInput.parse({ type: 'webhook', name: 'Webhook', enabled: true, url, signingSecret: WHSEC, ...change })
}

export async function webhookWorld(change: Record<string, unknown> = {}) {
  const world = await outboundWorld()
  await world.target.down()
  const receiver = await webhookReceiver()
  const here = await world.scope()
  const outbound = { connectors: [webhookOf(receiver, change)] }
  const { id: connection } = await createConnection(here, connectionInput.parse({ name: 'HOOKS', outbound }))
  const provisioner = provisionerInput.parse({ connection, connector: 'Webhook', jit: false })
  await setProvisioners(here, RESIDENT_APPLICATION, [provisioner])
  const [row] = await listConnectors(here, connection)
  const connector = row?.id ?? ''
  return {
    ...world,
    receiver,
    connection,
    connector,
    row: async () => getConnector(await world.scope(), connection, connector),
    /** What came since the last time. */
    taken: () => receiver.received.splice(0),
  }
}
