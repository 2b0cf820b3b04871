/** A blocking provisioner: the target takes a change of a user before it is made here, or nobody makes it. */
import { expect, onTestFinished, test } from 'vitest'
import { createApplication } from '../../../src/applications/commands.ts'
import { applicationInput } from '../../../src/applications/settings.ts'
import type { Origin } from '../../../src/directory/outbox.ts'
import { fakeTarget, scimError } from '../../support/fake-target.ts'
import { outboundWorld } from '../world.ts'

const REFUSAL = { kind: 'answer' as const, ...scimError(400, 'No such title here.', 'invalidValue') }

async function blockingWorld({ connector = {} }: { connector?: object } = {}) {
  const world = await outboundWorld()
  onTestFinished(() => world.target.down())
  const { connector: connectorId } = await world.connect({ ...connector }, { blocking: true })
  const { scim } = await world.tenant()
  const open = async () => (await world.deliveries()).filter(({ state }) => !['delivered', 'refused'].includes(state))
  return { ...world, scim, open, connectorId }
}
type BlockingWorld = Awaited<ReturnType<typeof blockingWorld>>

const bodyOf = async (answer: Response) => (await answer.json()) as Record<string, unknown>

async function create(world: BlockingWorld, userName = 'kim', attributes: object = {}): Promise<string> {
  const answer = await world.scim('POST', '/Users', { userName, title: 'one', ...attributes })
  expect(answer.status).toBe(201)
  return String((await bodyOf(answer)).id)
}

const patchOf = (value: unknown, path = 'title') => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path, value }],
})

/** Both sides as they show themselves, by the names of users. */
async function sides(world: BlockingWorld) {
  const { Resources = [] } = (await bodyOf(await world.scim('GET', '/Users'))) as {
    Resources?: Record<string, unknown>[]
  }
  const shown = (all: Iterable<Record<string, unknown>>) =>
    [...all].map(({ userName, title, active }) => ({ userName, title, active })).sort(byName)
  return {
    here: shown(Resources.filter(({ userName }) => userName !== 'admin')),
    there: shown(world.target.users.values()),
  }
}
const byName = (one: { userName: unknown }, other: { userName: unknown }) =>
  String(one.userName) < String(other.userName) ? -1 : 1

/** Until nothing is on its way any more. */
async function settle(world: BlockingWorld): Promise<void> {
  for (let i = 0; i < 20; i++) {
    if ((await world.deliver()) === undefined) return
    world.advance(60_000)
  }
}

test('what the target took is here at once, in the ledger and in the log, and nothing is on its way', async () => {
  const world = await blockingWorld()
  const kim = await create(world)
  expect(await sides(world)).toEqual({
    here: [{ userName: 'kim', title: 'one', active: true }],
    there: [{ userName: 'kim', title: 'one', active: true }],
  })
  expect((await world.scim('PATCH', `/Users/${kim}`, patchOf('two'))).status).toBe(200)
  expect((await world.scim('PUT', `/Users/${kim}`, { userName: 'kim2', title: 'three' })).status).toBe(200)
  expect((await sides(world)).there).toEqual([{ userName: 'kim2', title: 'three', active: true }])
  expect((await world.scim('DELETE', `/Users/${kim}`)).status).toBe(204)
  expect(await sides(world)).toEqual({ here: [], there: [] })
  expect(world.target.writes).toEqual(['POST Users', 'PUT Users', 'PUT Users', 'DELETE Users'])
  expect((await world.deliveries()).map(({ operation, state, attempts }) => [operation, state, attempts])).toEqual([
    ['delete', 'delivered', 1],
    ['update', 'delivered', 1],
    ['update', 'delivered', 1],
    ['create', 'delivered', 1],
  ])
  expect(await world.deliver()).toBeUndefined()
  expect(world.target.writes).toHaveLength(4)
})

test.each([
  ['POST', '/Users', { userName: 'sam', title: 'x' }],
  ['PUT', '/Users/kim', { userName: 'kim', title: 'x' }],
  ['PATCH', '/Users/kim', patchOf('x')],
  ['DELETE', '/Users/kim', undefined],
])('%s that the target refuses is 502 in its words, changes nothing and leaves nothing', async (method, path, body) => {
  const world = await blockingWorld()
  const kim = await create(world)
  const before = await sides(world)
  const { version } = (await bodyOf(await world.scim('GET', `/Users/${kim}`))).meta as { version: string }
  world.target.fault = ({ method: asked }) => (asked === 'GET' ? undefined : REFUSAL)
  const answer = await world.scim(method, path.replace('kim', kim), body)
  expect(answer.status).toBe(502)
  const error = await bodyOf(answer)
  expect(error).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '502' })
  expect(error.detail).toContain('SCIM-IDP, SCIM2')
  expect(error.detail).toContain('400 No such title here.')
  expect(error.detail).not.toContain('127.0.0.1')
  expect(await sides(world)).toEqual(before)
  expect((await bodyOf(await world.scim('GET', `/Users/${kim}`))).meta).toMatchObject({ version })
  expect(await world.open()).toEqual([])
  expect((await world.deliveries())[0]).toMatchObject({ state: 'refused', attempts: 1 })
  expect((await world.deliveries())[0]?.lastError).toContain('400 No such title here.')
  const { length } = world.target.requests
  world.target.misbehave()
  expect(await world.deliver()).toBeUndefined()
  expect(world.target.requests).toHaveLength(length)
})

test('a change that is impossible here is refused before the target hears of it', async () => {
  const world = await blockingWorld()
  const kim = await create(world)
  await create(world, 'sam')
  const { length } = world.target.requests
  expect((await world.scim('POST', '/Users', { userName: 'KIM' })).status).toBe(409)
  expect((await world.scim('PATCH', `/Users/${kim}`, patchOf('sam', 'userName'))).status).toBe(409)
  const stale = await world.scim('PATCH', `/Users/${kim}`, patchOf('x'), { 'If-Match': 'W/"7"' })
  expect(stale.status).toBe(412)
  expect(world.target.requests).toHaveLength(length)
  expect(await world.open()).toEqual([])
})

test('a create that arrived while nobody heard of it is taken away there', async () => {
  const world = await blockingWorld()
  world.patience.ms = 1500
  world.target.misbehave({ kind: 'lost' }, 'POST')
  const answer = await world.scim('POST', '/Users', { userName: 'kim' })
  expect(answer.status).toBe(502)
  expect(world.target.named('kim')).toHaveLength(1)
  expect((await sides(world)).here).toEqual([])
  expect(await world.open()).toHaveLength(1)
  world.patience.ms = 5000
  world.target.misbehave()
  await settle(world)
  expect(await sides(world)).toEqual({ here: [], there: [] })
  expect(await world.open()).toEqual([])
})

test.each(['lost', 'drop'] as const)('an update that arrived (%s) is taken back there', async (kind) => {
  const world = await blockingWorld()
  const kim = await create(world)
  world.patience.ms = 1500
  world.target.misbehave({ kind }, 'PUT')
  expect((await world.scim('PATCH', `/Users/${kim}`, patchOf('two'))).status).toBe(502)
  expect(world.target.only('kim').title).toBe('two')
  expect((await sides(world)).here).toMatchObject([{ title: 'one' }])
  world.patience.ms = 5000
  world.target.misbehave()
  await settle(world)
  expect(await sides(world)).toMatchObject({ here: [{ title: 'one' }], there: [{ title: 'one' }] })
})

test('a delete that arrived while nobody heard of it is made good: she is there again', async () => {
  const world = await blockingWorld()
  const kim = await create(world)
  world.patience.ms = 1500
  world.target.misbehave({ kind: 'lost' }, 'DELETE')
  expect((await world.scim('DELETE', `/Users/${kim}`)).status).toBe(502)
  expect(world.target.users.size).toBe(0)
  world.patience.ms = 5000
  world.target.misbehave()
  await settle(world)
  expect(await sides(world)).toMatchObject({ here: [{ userName: 'kim' }], there: [{ userName: 'kim' }] })
  expect((await world.scim('DELETE', `/Users/${kim}`)).status).toBe(204)
  expect(world.target.users.size).toBe(0)
})

test('a target that does not answer is asked once; who comes next is told at once to come again', async () => {
  const world = await blockingWorld()
  world.hold(true)
  world.patience.ms = 1500
  world.target.misbehave({ kind: 'silence' })
  expect((await world.scim('POST', '/Users', { userName: 'kim' })).status).toBe(502)
  const { length } = world.target.requests
  const second = await world.scim('POST', '/Users', { userName: 'sam' })
  expect([second.status, second.headers.get('Retry-After')]).toEqual([503, '1'])
  expect(world.target.requests).toHaveLength(length)
  world.hold(false)
  world.patience.ms = 5000
  world.target.misbehave()
  world.advance(1000)
  await create(world, 'sam')
  await settle(world)
  expect((await sides(world)).there).toMatchObject([{ userName: 'sam' }])
})

test('a target that refuses the credential is paused; changes are refused then with the reason', async () => {
  const world = await blockingWorld()
  world.target.admits = () => false
  expect((await world.scim('POST', '/Users', { userName: 'kim' })).status).toBe(502)
  const { length } = world.target.requests
  const second = await world.scim('POST', '/Users', { userName: 'sam' })
  expect(second.status).toBe(502)
  expect((await bodyOf(second)).detail).toMatch(/is paused.*401 Who are you/)
  expect(world.target.requests).toHaveLength(length)
  expect(await world.open()).toEqual([])
})

test('a connector that is switched off is not asked, and holds up nobody', async () => {
  const world = await blockingWorld({ connector: { enabled: false } })
  await create(world)
  expect(world.target.requests).toEqual([])
})

test('a change that another request overtakes after the push is made upon that other one', async () => {
  const world = await blockingWorld()
  const kim = await create(world)
  const held = world.target.hold('PUT')
  const change = world.scim('PATCH', `/Users/${kim}`, patchOf('two'))
  await held.arrived
  // An application that provisions elsewhere does not wait.
  const as = await otherApplication(world)
  await world.updateUser(kim, { nickName: 'K' }, { as })
  held.release()
  expect((await change).status).toBe(200)
  await settle(world)
  expect(await bodyOf(await world.scim('GET', `/Users/${kim}`))).toMatchObject({ title: 'two', nickName: 'K' })
  expect(world.target.only('kim')).toMatchObject({ title: 'two', nickName: 'K' })
  expect(world.target.users.size).toBe(1)
})

test('a create whose name somebody takes after the push is 409, and the target is set back', async () => {
  const world = await blockingWorld()
  const as = await otherApplication(world)
  const held = world.target.hold('POST')
  const change = world.scim('POST', '/Users', { userName: 'kim', title: 'hers' })
  await held.arrived
  await world.createUser('kim', { title: 'the other' }, { as })
  held.release()
  expect((await change).status).toBe(409)
  expect(world.target.named('kim')).toHaveLength(1)
  await world.deliver()
  expect(world.target.users.size).toBe(0)
  // By the id that it answered: it is not looked for.
  expect(world.target.requests.map(({ method }) => method)).toEqual(['POST', 'DELETE'])
  expect(await world.open()).toEqual([])
})

test('of two requests at once for one user both happen, one after the other', async () => {
  const world = await blockingWorld()
  const kim = await create(world)
  const held = world.target.hold('PUT')
  const first = world.scim('PATCH', `/Users/${kim}`, patchOf('two'))
  await held.arrived
  const refused = nextClaim(world)
  const second = world.scim('PATCH', `/Users/${kim}`, patchOf('K', 'nickName'))
  await refused
  held.release()
  expect([(await first).status, (await second).status]).toEqual([200, 200])
  expect(await bodyOf(await world.scim('GET', `/Users/${kim}`))).toMatchObject({ title: 'two', nickName: 'K' })
  expect(world.target.only('kim')).toMatchObject({ title: 'two', nickName: 'K' })
  // Neither of them was sent upon what the other was about to change.
  expect(world.target.writes).toEqual(['POST Users', 'PUT Users', 'PUT Users'])
  expect(await world.open()).toEqual([])
})

test('while a delivery of the same user is under way, a change waits for it', async () => {
  const world = await blockingWorld()
  const as = await otherApplication(world)
  const kim = await create(world)
  await world.updateUser(kim, { title: 'queued' }, { as })
  const held = world.target.hold('PUT')
  const delivery = world.deliver()
  await held.arrived
  const change = world.scim('PATCH', `/Users/${kim}`, patchOf('K', 'nickName'))
  held.release()
  expect((await change).status).toBe(200)
  await delivery
  await settle(world)
  expect(world.target.only('kim')).toMatchObject({ title: 'queued', nickName: 'K' })
})

test('a second target that refuses has the first one set back', async () => {
  const world = await blockingWorld()
  const others = [await otherTarget(), await otherTarget()]
  for (const [i, to] of others.entries()) await world.connect({}, { blocking: true, name: `Other ${i}`, to })
  const all = [world.target, ...others]
  const kim = await create(world)
  // Whichever comes last refuses.
  let taken = 0
  for (const one of all) {
    one.fault = ({ method }) => (method !== 'GET' && ++taken === all.length ? REFUSAL : undefined)
  }
  expect((await world.scim('PATCH', `/Users/${kim}`, patchOf('two'))).status).toBe(502)
  expect(all.filter((one) => one.only('kim').title === 'two')).toHaveLength(2)
  expect((await world.scim('GET', `/Users/${kim}`).then(bodyOf)).title).toBe('one')
  for (const one of all) one.misbehave()
  // At once: no lease has to end first.
  await world.deliver()
  expect(all.map((one) => one.only('kim').title)).toEqual(['one', 'one', 'one'])
  taken = 0
  for (const one of all) {
    one.fault = ({ method }) => (method !== 'GET' && ++taken === all.length ? REFUSAL : undefined)
  }
  expect((await world.scim('POST', '/Users', { userName: 'sam' })).status).toBe(502)
  for (const one of all) one.misbehave()
  await world.deliver()
  expect(all.flatMap((one) => one.named('sam'))).toEqual([])
  expect(await world.open()).toEqual([])
})

test('a provisioner that does not block hears of what the blocking one took, and not of what it refused', async () => {
  const world = await blockingWorld()
  const other = await otherTarget()
  await world.connect({}, { name: 'Other', to: other })
  const kim = await create(world)
  world.target.misbehave(REFUSAL, 'PUT')
  expect((await world.scim('PATCH', `/Users/${kim}`, patchOf('two'))).status).toBe(502)
  await settle(world)
  expect(other.writes).toEqual(['POST Users'])
  expect(other.only('kim').title).toBe('one')
})

test('a password goes with the push, and waits nowhere', async () => {
  const world = await blockingWorld()
  await create(world, 'kim', { password: 'Pa55word-of-kim!' })
  expect(world.target.requests.at(-1)?.body).toMatchObject({ password: 'Pa55word-of-kim!' })
  const { db } = world.platform
  expect(await db.query.pendingPasswords.findMany()).toEqual([])
  expect(await world.written()).not.toContain('Pa55word-of-kim!')
})

test('a Bulk operation that the target refuses has 502 as its status, and the others are carried out', async () => {
  const world = await blockingWorld()
  world.target.fault = ({ body }) =>
    (body as { userName?: string } | undefined)?.userName === 'sam' ? REFUSAL : undefined
  const post = (userName: string) => ({ method: 'POST', path: '/Users', bulkId: userName, data: { userName } })
  const answer = await world.scim('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [post('kim'), post('sam'), post('ann')],
  })
  const { Operations } = (await bodyOf(answer)) as { Operations: { status: string; response?: { detail: string } }[] }
  expect(Operations.map(({ status }) => status)).toEqual(['201', '502', '201'])
  expect(Operations[1]?.response?.detail).toContain('No such title here.')
  expect((await sides(world)).here.map(({ userName }) => userName)).toEqual(['ann', 'kim'])
  expect((await sides(world)).there.map(({ userName }) => userName)).toEqual(['ann', 'kim'])
  expect(await world.open()).toEqual([])
})

test('/Me waits for the target as /Users does (RFC 7644 section 3.11)', async () => {
  const world = await blockingWorld()
  const kim = await create(world, 'kim', { password: 'Pa55word-of-kim!' })
  const role = { displayName: 'writers', permissions: [{ value: 'scim:write' }], users: [{ value: kim }] }
  expect((await world.scim('POST', '/v2/Roles', role)).status).toBe(201)
  world.target.misbehave(REFUSAL, 'PUT')
  const Authorization = `Basic ${Buffer.from('kim:Pa55word-of-kim!').toString('base64')}`
  const answer = await world.scim('PATCH', '/Me', patchOf('two'), { Authorization })
  expect([answer.status, (await sides(world)).here[0]?.title]).toEqual([502, 'one'])
})

/** Until somebody has asked for a delivery that is held, or taken one that is not. */
function nextClaim({ platform }: BlockingWorld): Promise<void> {
  const client = platform.db.$client
  const batch = client.batch.bind(client)
  const { promise, resolve } = Promise.withResolvers<void>()
  client.batch = async (statements, mode) => {
    const results = await batch(statements, mode)
    if (JSON.stringify(statements).includes('lease_id = excluded.lease_id')) resolve()
    return results
  }
  return promise
}

/** What an application changes that provisions to a target of its own, and waits for none. */
async function otherApplication(world: BlockingWorld): Promise<Origin> {
  const application = applicationInput.parse({ name: 'HR', redirectUris: ['https://hr.example.com/callback'] })
  const { id } = (await createApplication(await world.scope(), application)).row
  await world.connect({}, { applicationId: id, name: 'Other', to: await otherTarget() })
  return { source: 'scim', applicationId: id }
}

async function otherTarget() {
  const other = await fakeTarget()
  onTestFinished(() => other.down())
  return other
}
