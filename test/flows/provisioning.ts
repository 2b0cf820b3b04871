/** Servers as processes of their own, that provision to a target: what the tests of it share. */
import { expect, onTestFinished } from 'vitest'
import { FakeTarget, fakeTarget } from '../support/fake-target.ts'
import { call } from '../support/http.ts'
import { freePort, type Postern, startPostern, temporaryDirectory, until } from '../support/processes.ts'

export const PASSWORD = 'MyPa33w@rd'
/** The lease of a process that died (30 s) ends first, and the machine may be busy. */
const ARRIVES_WITHIN_MS = 90_000

type Finished = typeof onTestFinished
export type Delivery = {
  id: string
  resourceId: string
  resourceName: string
  state: string
  attempts: number
  lastError?: string
}

/** A postern that can be killed and started again on the same data, port and CA. */
export async function killableServer(onTestFinished: Finished, caDir = temporaryDirectory()) {
  const options = { port: await freePort(), dataDir: temporaryDirectory(), caDir }
  let running: Postern = await startPostern(options)
  onTestFinished(async () => void (await running.kill()))
  return {
    baseUrl: running.baseUrl,
    kill: () => running.kill(),
    async start() {
      running = await startPostern(options)
    },
  }
}

/** A target in which a second POST of a user would be seen as a second user. */
export async function countingTarget(onTestFinished: Finished): Promise<FakeTarget> {
  const made = await fakeTarget()
  made.isUnique = false
  onTestFinished(() => made.down())
  return made
}

/** Provisions everything from `from` to these endpoints. */
export async function provision(
  from: string,
  endpoints: { userEndpoint: string; groupEndpoint: string },
  change: Record<string, unknown> = {},
  { blocking = false } = {},
) {
  const connector = {
    type: 'scim2',
    name: 'SCIM2',
    enabled: true,
    authentication: { mode: 'basic', username: 'admin', password: 'Adm1n-pass' },
    ...endpoints,
    ...change,
  }
  const body = { name: 'SCIM-IDP', outbound: { connectors: [connector] } }
  const { json } = await call('POST', `${from}/api/v1/connections`, body)
  const outboundProvisioning = [{ connection: json.id, connector: 'SCIM2', blocking }]
  const set = await call('PUT', `${from}/api/v1/resident-application`, { outboundProvisioning })
  expect(set.status).toBe(200)
}

export async function createUser(at: string, userName: string): Promise<string> {
  const user = { userName, password: PASSWORD, name: { givenName: 'A', familyName: 'B' } }
  const { status, json } = await call('POST', `${at}/scim2/Users`, user)
  expect(status).toBe(201)
  return String(json.id)
}

/** The users `${prefix}0` and so on. */
export function createUsers(at: string, prefix: string, count: number): Promise<void> {
  const operations = Array.from({ length: count }, (_, i) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `${i}`,
    data: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: `${prefix}${i}` },
  }))
  return bulk(at, operations)
}

/** Operations that are all done, in one request (RFC 7644 section 3.7). */
export async function bulk(at: string, Operations: readonly object[]): Promise<void> {
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations }
  const { status, json } = await call('POST', `${at}/scim2/Bulk`, body)
  expect(status).toBe(200)
  expect((json.Operations as { status: string }[]).filter((one) => !one.status.startsWith('2'))).toEqual([])
}

/** The newest of the outbound log. */
export async function deliveriesAt(at: string): Promise<Delivery[]> {
  return (await call('GET', `${at}/api/v1/provisioning/deliveries`)).json.items as Delivery[]
}

/** The outbound log, once nothing of it waits any more. */
export async function settled(at: string, withinMs = ARRIVES_WITHIN_MS): Promise<Delivery[]> {
  let items: Delivery[] = []
  const check = async () => {
    items = await deliveriesAt(at)
    return items.every(({ state }) => state === 'delivered') ? items : undefined
  }
  return until(check, withinMs, () => `deliveries wait: ${JSON.stringify(items)}`)
}
