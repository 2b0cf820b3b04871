/** Servers and targets that are killed: nothing is lost, and nothing arrives twice. */
import { describe, expect, test, type TestContext } from 'vitest'
import { FakeTarget, fakeTarget } from '../support/fake-target.ts'
import { call, findByFilter } from '../support/http.ts'
import { freePort, type Postern, startPostern, temporaryDirectory, until } from '../support/processes.ts'

/** The lease of a process that died (30 s) ends first, and the machine may be busy. */
const ARRIVES_WITHIN_MS = 90_000
const TIMEOUT_MS = 180_000
const PASSWORD = 'MyPa33w@rd'

/** A postern that can be killed and started again on the same data, port and CA. */
async function server({ onTestFinished }: TestContext, caDir = temporaryDirectory()) {
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

async function target({ onTestFinished }: TestContext): Promise<FakeTarget> {
  const made = await fakeTarget()
  // A second POST of a user would be seen as a second user.
  made.isUnique = false
  onTestFinished(() => made.down())
  return made
}

/** Provisions everything from `from` to these endpoints. */
async function provision(from: string, endpoints: { userEndpoint: string; groupEndpoint: string }) {
  const connector = {
    type: 'scim2',
    name: 'SCIM2',
    enabled: true,
    authentication: { mode: 'basic', username: 'admin', password: 'Adm1n-pass' },
    ...endpoints,
  }
  const body = { name: 'SCIM-IDP', outbound: { connectors: [connector] } }
  const { json } = await call('POST', `${from}/api/v1/connections`, body)
  const outboundProvisioning = [{ connection: json.id, connector: 'SCIM2' }]
  const set = await call('PUT', `${from}/api/v1/resident-application`, { outboundProvisioning })
  expect(set.status).toBe(200)
}

async function createUser(at: string, userName: string): Promise<string> {
  const user = { userName, password: PASSWORD, name: { givenName: 'A', familyName: 'B' } }
  const { status, json } = await call('POST', `${at}/scim2/Users`, user)
  expect(status).toBe(201)
  return String(json.id)
}

type Delivery = { resourceName: string; state: string; attempts: number }

/** The outbound log, once nothing of it waits any more. */
async function settled(at: string): Promise<Delivery[]> {
  let items: Delivery[] = []
  const check = async () => {
    items = (await call('GET', `${at}/api/v1/provisioning/deliveries`)).json.items as Delivery[]
    return items.every(({ state }) => state === 'delivered') ? items : undefined
  }
  return until(check, ARRIVES_WITHIN_MS, () => `deliveries wait: ${JSON.stringify(items)}`)
}

// Side by side: each waits for a lease to end.
describe.concurrent('the server is killed', () => {
  test(
    'between the commit and the push: the push comes when it is started again',
    { timeout: TIMEOUT_MS },
    async (context) => {
      const [is1, there] = [await server(context), await target(context)]
      await provision(is1.baseUrl, there.endpoints)
      await there.down()
      const kim = await createUser(is1.baseUrl, 'kim')
      await is1.kill()
      await there.up()
      await is1.start()
      expect(await settled(is1.baseUrl)).toMatchObject([{ resourceName: 'kim', state: 'delivered' }])
      expect([...there.users.values()]).toMatchObject([{ userName: 'kim', externalId: kim }])
      expect(there.writes).toEqual(['POST Users'])
      expect(there.requests.at(-1)?.body).toMatchObject({ password: PASSWORD })
    },
  )

  test(
    'during pushes, of which one has arrived and one has not: each arrives once',
    { timeout: TIMEOUT_MS },
    async (context) => {
      const [is1, there] = [await server(context), await target(context)]
      await provision(is1.baseUrl, there.endpoints)
      const posted = new Map<unknown, PromiseWithResolvers<void>>(
        ['ann', 'bob'].map((name) => [name, Promise.withResolvers<void>()]),
      )
      there.fault = ({ method, body }) => {
        const { userName } = (body ?? {}) as { userName?: string }
        posted.get(userName)?.resolve()
        return method === 'POST' ? { kind: userName === 'ann' ? 'lost' : 'silence' } : undefined
      }
      await createUser(is1.baseUrl, 'ann')
      await createUser(is1.baseUrl, 'bob')
      await Promise.all([...posted.values()].map(({ promise }) => promise))
      await is1.kill()
      expect([...there.users.values()]).toMatchObject([{ userName: 'ann' }])
      there.misbehave()
      await is1.start()
      await settled(is1.baseUrl)
      expect([...there.users.values()].map(({ userName }) => userName).sort()).toEqual(['ann', 'bob'])
    },
  )
})

describe('the target is killed', () => {
  test(
    'in the middle of a push that it had carried out: the user is there once',
    { timeout: TIMEOUT_MS },
    async (context) => {
      const [is1, there] = [await server(context), await target(context)]
      await provision(is1.baseUrl, there.endpoints)
      const held = there.hold('POST')
      const kim = await createUser(is1.baseUrl, 'kim')
      await held.arrived
      await there.down()
      held.release()
      await there.up()
      expect(await settled(is1.baseUrl)).toMatchObject([{ resourceName: 'kim', state: 'delivered' }])
      expect([...there.users.values()]).toMatchObject([{ userName: 'kim', externalId: kim }])
      expect(there.writes).toEqual(['POST Users', 'PUT Users'])
    },
  )

  test(
    'and is a postern that is away for a while: everybody arrives once',
    { timeout: TIMEOUT_MS },
    async (context) => {
      const caDir = temporaryDirectory()
      const [is1, is2] = [await server(context, caDir), await server(context, caDir)]
      const { baseUrl } = is2
      await provision(is1.baseUrl, { userEndpoint: `${baseUrl}/scim2/Users`, groupEndpoint: `${baseUrl}/scim2/Groups` })
      const names = Array.from({ length: 12 }, (_, i) => `user${i}`)
      const ids: string[] = []
      for (const name of names.slice(0, 6)) ids.push(await createUser(is1.baseUrl, name))
      // Some of the six are on their way.
      await is2.kill()
      for (const name of names.slice(6)) ids.push(await createUser(is1.baseUrl, name))
      const members = ids.map((value) => ({ value }))
      const group = await call('POST', `${is1.baseUrl}/scim2/Groups`, { displayName: 'All', members })
      expect(group.status).toBe(201)
      await is2.start()

      const log = await settled(is1.baseUrl)
      expect(log.some(({ attempts }) => attempts > 1)).toBe(true)
      const { json } = await call('GET', `${baseUrl}/scim2/Users`)
      const users = json.Resources as { userName: string; id: string }[]
      expect(users.map(({ userName }) => userName).sort()).toEqual(['admin', ...names].sort())
      const [all] = await findByFilter(baseUrl, 'Groups', 'displayName eq "All"')
      const there = (all?.members as { value: string }[]).map(({ value }) => value)
      expect(there.sort()).toEqual(users.flatMap(({ userName, id }) => (userName === 'admin' ? [] : [id])).sort())
      // The password came along: IS2 knows her, and refuses her only for being no administrator.
      expect((await call('GET', `${baseUrl}/scim2/Users`, undefined, { as: `user11:${PASSWORD}` })).status).toBe(403)
    },
  )
})
