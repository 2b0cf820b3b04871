import { beforeEach, expect, test } from 'vitest'
import { driftingWorld, type Drifting } from '../outbound/reconcile/world.ts'
import type { TestTenant } from '../support/app.ts'
import { SERVICE_ACCOUNT } from '../support/fake-google.ts'
import { answered, fieldsOf, type Json, problem } from './world.ts'

let world: Drifting
let tenant: TestTenant
let path: string
beforeEach(async () => {
  world = await driftingWorld()
  tenant = await world.tenant()
  path = `/connections/${world.connection}/connectors/SCIM2/reconciliation`
  await world.createUser('ann')
  await world.createUser('kim', { title: 'Cook' })
  await world.deliver()
  world.target.only('kim').title = 'Chef'
  world.target.users.delete(String(world.target.only('ann').id))
  world.target.users.set('root', { id: 'root', userName: 'root' })
  world.advance(1000)
})

async function compared() {
  await answered(tenant.api('POST', path, {}), 202)
  world.advance(1000)
  await world.deliver()
}

async function drifts(query = ''): Promise<Json[]> {
  return (await answered(tenant.api('GET', `${path}/drifts${query}`))).items as Json[]
}

const NONE = { open: 0, repaired: 0, accepted: 0 }
const dates = { started: expect.any(String), lastModified: expect.any(String) }

test('a reconciliation is started, followed and done', async () => {
  expect(await answered(tenant.api('GET', path))).toEqual({ state: 'none' })
  const begun = {
    ...{
      state: 'running',
      phase: 'User',
      policy: 'report',
      trigger: 'hand',
      seen: 0,
      same: 0,
      unmanaged: 0,
      unread: 0,
    },
    drifts: { changed: NONE, missing: NONE, unlinked: NONE, leftover: NONE },
  }
  expect(await answered(tenant.api('POST', path), 202)).toEqual({ ...begun, ...dates })
  expect((await problem(tenant.api('POST', path, {}))).status).toBe(409)
  world.advance(1000)
  await world.deliver()
  const drifts = { changed: { ...NONE, open: 1 }, missing: { ...NONE, open: 1 }, unlinked: NONE, leftover: NONE }
  const done = { state: 'done', phase: 'missing', seen: 2, unmanaged: 1, drifts }
  expect(await answered(tenant.api('GET', path))).toMatchObject(done)
})

test('what was found is listed in pages and by kind and state, that which was never ours last', async () => {
  await compared()
  const [kim, ann, root] = await drifts()
  expect(kim).toMatchObject({
    ...{ kind: 'changed', state: 'open', resourceType: 'User', resourceId: expect.any(String), name: 'kim' },
    differences: [{ path: 'title', wanted: 'Cook', found: 'Chef' }],
  })
  expect(ann).toMatchObject({ kind: 'missing', name: 'ann' })
  expect(root).not.toHaveProperty('resourceId')
  expect(await drifts('?kind=missing&state=open')).toEqual([ann])
  expect(await drifts('?state=accepted')).toEqual([])
  const first = await answered(tenant.api('GET', `${path}/drifts?limit=2`))
  expect(first.items).toEqual([kim, ann])
  expect(await drifts(`?cursor=${String(first.nextCursor)}`)).toEqual([root])
  expect((await problem(tenant.api('GET', `${path}/drifts?cursor=bm90aGluZw`))).status).toBe(400)
  expect(fieldsOf(await problem(tenant.api('GET', `${path}/drifts?kind=x`)))).toEqual(['kind'])
})

test('one is repaired, and its delivery goes to the target; once only', async () => {
  await compared()
  const [kim] = await drifts('?kind=changed')
  const one = `${path}/drifts/${String(kim?.id)}`
  expect(await answered(tenant.api('POST', `${one}/repair`), 202)).toMatchObject({ state: 'repaired' })
  expect((await problem(tenant.api('POST', `${one}/repair`))).status).toBe(409)
  expect((await problem(tenant.api('POST', `${one}/accept`))).status).toBe(409)
  await world.deliver()
  expect(world.target.only('kim').title).toBe('Cook')
  expect(world.target.named('ann')).toEqual([])
  expect(await answered(tenant.api('GET', path))).toMatchObject({ drifts: { changed: { repaired: 1, open: 0 } } })
})

test('one is accepted, nothing is sent for it, and it can be repaired after all', async () => {
  await compared()
  const [kim] = await drifts('?kind=changed')
  const one = `${path}/drifts/${String(kim?.id)}`
  expect(await answered(tenant.api('POST', `${one}/accept`))).toMatchObject({ state: 'accepted' })
  await world.deliver()
  expect(world.target.only('kim').title).toBe('Chef')
  expect(await answered(tenant.api('GET', one))).toMatchObject({ state: 'accepted' })
  await answered(tenant.api('POST', `${one}/repair`), 202)
  await world.deliver()
  expect(world.target.only('kim').title).toBe('Cook')
})

test('all are repaired, or all of a kind are accepted, and what was never ours is neither', async () => {
  await compared()
  expect(await answered(tenant.api('POST', `${path}/accept`, { kind: 'missing' }))).toEqual({ total: 1 })
  expect(await answered(tenant.api('POST', `${path}/repair`, {}), 202)).toEqual({ total: 1 })
  await world.deliver()
  expect(world.target.only('kim').title).toBe('Cook')
  expect(world.target.named('ann')).toEqual([])
  const [root] = await drifts('?kind=unmanaged')
  for (const verb of ['repair', 'accept']) {
    expect((await problem(tenant.api('POST', `${path}/drifts/${String(root?.id)}/${verb}`))).status).toBe(409)
  }
  expect(fieldsOf(await problem(tenant.api('POST', `${path}/repair`, { kind: 'unmanaged' })))).toEqual(['kind'])
})

test('what has a delivery on its way is repaired by that, not beside it', async () => {
  await compared()
  const [kim] = await drifts('?kind=changed')
  await world.updateUser(String(kim?.resourceId), { nickName: 'K' })
  const refused = await problem(tenant.api('POST', `${path}/drifts/${String(kim?.id)}/repair`))
  expect(refused).toMatchObject({ status: 409, detail: expect.stringContaining('on its way') })
})

test('one that is stopped looks at nothing more; without one there is nothing to stop', async () => {
  expect((await problem(tenant.api('DELETE', path))).status).toBe(409)
  await answered(tenant.api('POST', path, { policy: 'overwrite' }), 202)
  await answered(tenant.api('DELETE', path), 204)
  await world.deliver()
  expect(await answered(tenant.api('GET', path))).toMatchObject({ state: 'stopped', seen: 0, policy: 'overwrite' })
})

test('what an older reconciliation found is not repaired any more', async () => {
  await compared()
  const [kim] = await drifts('?kind=changed')
  world.target.only('kim').title = 'Cook'
  await compared()
  expect((await problem(tenant.api('POST', `${path}/drifts/${String(kim?.id)}/repair`))).status).toBe(404)
})

test('another tenant sees nothing of it, and changes nothing', async () => {
  await compared()
  const [kim] = await drifts('?kind=changed')
  const other = await world.tenant('other')
  const calls = [
    ['GET', path],
    ['POST', path],
    ['DELETE', path],
    ['GET', `${path}/drifts`],
    ['GET', `${path}/drifts/${String(kim?.id)}`],
    ['POST', `${path}/drifts/${String(kim?.id)}/repair`],
    ['POST', `${path}/drifts/${String(kim?.id)}/accept`],
    ['POST', `${path}/repair`],
    ['POST', `${path}/accept`],
  ]
  for (const [method = '', to = ''] of calls) expect((await problem(other.api(method, to))).status, to).toBe(404)
  expect(await drifts('?state=open')).toHaveLength(3)
})

test('the schedule and the policy are settings of the connector', async () => {
  const connector = (reconciliation: unknown) => ({
    outbound: {
      connectors: [
        {
          ...{ type: 'scim2', name: 'SCIM2', enabled: true, authentication: { mode: 'none' } },
          ...world.target.endpoints,
          reconciliation,
        },
      ],
    },
  })
  const at = `/connections/${world.connection}`
  for (const everyHours of [0, 1.5, 9000, '24']) {
    const refused = await problem(tenant.api('PATCH', at, connector({ everyHours })))
    expect(fieldsOf(refused)).toEqual(['outbound.connectors.0.reconciliation.everyHours'])
  }
  await answered(tenant.api('PATCH', at, connector({ everyHours: 24, policy: 'adopt' })))
  const { outbound } = (await answered(tenant.api('GET', at))) as never as { outbound: { connectors: Json[] } }
  expect(outbound.connectors[0]?.reconciliation).toEqual({ everyHours: 24, policy: 'adopt' })
  expect(await answered(tenant.api('GET', path))).toEqual({ state: 'planned', next: expect.any(String) })
  expect(await answered(tenant.api('POST', path), 202)).toMatchObject({ policy: 'adopt' })
})

test('a connector of another type cannot be reconciled, and says so', async () => {
  const google = { type: 'google', name: 'Google', enabled: true, domainName: 'acme.example', ...SERVICE_ACCOUNT }
  const pattern = { pattern: '{UN,TD}', separator: '.', defaultPassword: 'default-of-google' }
  const connection = { name: 'Google', outbound: { connectors: [{ ...google, ...pattern }] } }
  const { id } = await answered(tenant.api('POST', '/connections', connection), 201)
  const refused = await problem(tenant.api('POST', `/connections/${id}/connectors/Google/reconciliation`, {}))
  expect(refused).toMatchObject({ status: 409, detail: expect.stringContaining('SCIM 2.0') })
})
