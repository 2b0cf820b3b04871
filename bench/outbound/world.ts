/** An app whose people are provisioned to a target, with the fetch and the log that it has as a server. */
import { openSync, writeSync } from 'node:fs'
import { devNull } from 'node:os'
import { setProvisioners } from '../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { provisionerInput } from '../../src/applications/settings.ts'
import { createConnection } from '../../src/connections/commands.ts'
import { listConnectors } from '../../src/connections/queries.ts'
import { connectionInput } from '../../src/connections/settings.ts'
import { createLog } from '../../src/core/log.ts'
import type { Platform, Scope } from '../../src/platform.ts'
import { createNodeFetch } from '../../src/runtime/guarded-fetch-node.ts'
import { testWorld } from '../../test/support/app.ts'

/** The host of every target here, as OUTBOUND_ALLOW takes it. */
export const LOOPBACK = '127.0.0.0/8'

export type OutboundWorld = { readonly platform: Platform; scope(): Promise<Scope>; close(): void }

export async function outboundWorld(file: string): Promise<OutboundWorld> {
  const { platform, scope } = await testWorld({ url: `file:${file}`, env: { LOG_LEVEL: 'silent' } })
  // As a server's stderr takes it: at once.
  const lines = openSync(devNull, 'w')
  const own: Platform = {
    ...platform,
    fetch: createNodeFetch([LOOPBACK]),
    log: createLog('info', (line) => void writeSync(lines, `${line}\n`)),
    wake: async () => undefined,
  }
  return {
    platform: own,
    scope: async () => ({ ...(await scope()), platform: own, now: own.now() }),
    close: () => own.db.$client.close(),
  }
}

/** Everybody is provisioned to the target from now on; gives the connector's id. */
export async function connectTo(scope: Scope, port: number, token: string): Promise<string> {
  const connector = {
    name: 'SCIM2',
    enabled: true,
    authentication: { mode: 'bearer', token },
    userEndpoint: `http://127.0.0.1:${port}/Users`,
  }
  const input = connectionInput.parse({ name: 'target', outbound: { connectors: [connector] } })
  const { id: connection } = await createConnection(scope, input)
  await setProvisioners(scope, RESIDENT_APPLICATION, [provisionerInput.parse({ connection, connector: 'SCIM2' })])
  const [made] = await listConnectors(scope, connection)
  return made?.id ?? ''
}
