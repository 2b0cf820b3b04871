/** What arrives at a target that does as it should. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { claimDeliveries, claimDelivery } from '../../src/outbound/commands.ts'
import { LEASE_MS } from '../../src/outbound/queries.ts'
import { deliverDue } from '../../src/outbound/consumer.ts'
import { outboundWorld, PASSWORD, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await outboundWorld()
  await world.connect()
})
afterEach(() => world.target.down())

/** The ids that members have at the target. */
const membersOf = (name: string) =>
  (world.target.named(name)[0]?.members as { value: string }[]).map((one) => one.value)
const remoteId = (name: string) => world.target.named(name)[0]?.id

describe('a user', () => {
  test('who is created arrives, and the log says with which request', async () => {
    const kim = await world.createUser('kim', { name: { givenName: 'Kim' }, emails: [{ value: 'kim@example.com' }] })
    expect(await world.delivery(kim)).toMatchObject({ state: 'pending', operation: 'create', attempts: 0, answers: [] })
    await world.deliver()
    expect(world.target.named('kim')).toMatchObject([
      { externalId: kim, name: { givenName: 'Kim' }, emails: [{ value: 'kim@example.com' }], active: true },
    ])
    expect(await world.delivery(kim)).toMatchObject({
      state: 'delivered',
      connection: 'SCIM-IDP',
      connector: 'SCIM2',
      resourceName: 'kim',
      attempts: 1,
      lastError: null,
      answers: ['POST 201'],
    })
  })

  test('who changes is replaced under the id that she has there (RFC 7644 section 3.5.1)', async () => {
    const kim = await world.createUser('kim')
    await world.deliver()
    const remote = remoteId('kim')
    await world.updateUser(kim, { userName: 'kim2', displayName: 'Kim' })
    await world.deliver()
    expect(world.target.named('kim2')).toMatchObject([{ id: remote, displayName: 'Kim', externalId: kim }])
    expect(world.target.users.size).toBe(1)
    expect(await world.delivery(kim)).toMatchObject({ operation: 'update', answers: ['PUT 200'] })
  })

  test('who is deactivated is deactivated there, and not deleted', async () => {
    const kim = await world.createUser('kim')
    await world.deliver()
    await world.updateUser(kim, { active: false })
    await world.deliver()
    expect(world.target.named('kim')).toMatchObject([{ active: false }])
  })

  test('who is deleted is deleted there (RFC 7644 section 3.6)', async () => {
    const kim = await world.createUser('kim')
    await world.deliver()
    await world.removeUser(kim)
    await world.deliver()
    expect(world.target.users.size).toBe(0)
    expect(await world.delivery(kim)).toMatchObject({
      operation: 'delete',
      state: 'delivered',
      answers: ['DELETE 204'],
    })
  })

  test('who came and went before anything was sent is never heard of', async () => {
    const kim = await world.createUser('kim')
    await world.removeUser(kim)
    await world.deliver()
    expect(world.target.requests).toEqual([])
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
  })

  test('who is given what she has already is not sent again', async () => {
    const kim = await world.createUser('kim', { displayName: 'Kim' })
    await world.deliver()
    await world.updateUser(kim, { displayName: 'Kim' })
    await world.updateUser(kim, { displayName: 'Kimberly' })
    await world.updateUser(kim, { displayName: 'Kim' })
    await world.deliver()
    expect(world.target.writes).toEqual(['POST Users'])
    expect(await world.delivery(kim)).toMatchObject({ operation: 'update', state: 'delivered', answers: [] })
  })

  test('who was there before the connector was made arrives with her first change', async () => {
    const other = await outboundWorld()
    const kim = await other.createUser('kim')
    await other.connect({}, { to: world.target })
    await other.updateUser(kim, { displayName: 'Kim' })
    await other.deliver()
    expect(world.target.named('kim')).toMatchObject([{ displayName: 'Kim', externalId: kim }])
    await other.target.down()
  })
})

describe('a group', () => {
  test('arrives with its members, by the ids that they have there', async () => {
    const [ann, bob] = [await world.createUser('ann'), await world.createUser('bob')]
    await world.createGroup('Cooks', [ann, bob])
    await world.deliver()
    expect(membersOf('Cooks').sort()).toEqual([remoteId('ann'), remoteId('bob')].sort())
    expect(world.target.writes).toEqual(['POST Users', 'POST Users', 'POST Groups'])
  })

  test('whose members come and go is replaced, and goes when it is deleted; its members stay', async () => {
    const [ann, bob] = [await world.createUser('ann'), await world.createUser('bob')]
    const cooks = await world.createGroup('Cooks', [ann])
    await world.deliver()
    await world.updateGroup(cooks, { displayName: 'Chefs', members: [{ value: bob }] })
    await world.deliver()
    expect(membersOf('Chefs')).toEqual([remoteId('bob')])
    await world.removeGroup(cooks)
    await world.deliver()
    expect([world.target.groups.size, world.target.users.size]).toEqual([0, 2])
  })

  test('whose member the target refuses arrives without her, and gets her when she arrives', async () => {
    const ann = await world.createUser('ann')
    const cooks = await world.createGroup('Cooks', [ann])
    world.target.fault = ({ method, path }) =>
      method === 'POST' && path === '/scim/Users' ? { kind: 'answer', status: 500 } : undefined
    await world.deliver()
    expect(membersOf('Cooks')).toEqual([])
    expect(await world.delivery(cooks)).toMatchObject({ state: 'delivered' })
    world.target.misbehave()
    world.advance(10_000)
    await world.deliver()
    expect(membersOf('Cooks')).toEqual([remoteId('ann')])
    expect(await world.delivery(cooks)).toMatchObject({ operation: 'update', answers: ['PUT 200'] })
  })

  test('brings along members that were there before the connector was made', async () => {
    const other = await outboundWorld()
    const ann = await other.createUser('ann')
    await other.connect({}, { to: world.target })
    await other.createGroup('Cooks', [ann])
    await other.deliver()
    expect(membersOf('Cooks')).toEqual([remoteId('ann')])
    await other.target.down()
  })

  test('in a group is a member there by its own id, whichever of the two arrives first', async () => {
    const ann = await world.createUser('ann')
    const inner = await world.createGroup('Inner', [ann])
    await world.createGroup('Outer', [inner, ann])
    await world.deliver()
    expect(membersOf('Outer').sort()).toEqual([remoteId('Inner'), remoteId('ann')].sort())
    expect(membersOf('Inner')).toEqual([remoteId('ann')])
  })

  test('in a circle arrives too, and the deliveries end', async () => {
    const one = await world.createGroup('One')
    const two = await world.createGroup('Two', [one])
    await world.updateGroup(one, { members: [{ value: two }] })
    expect(await world.deliver()).toBeUndefined()
    expect([membersOf('One'), membersOf('Two')]).toEqual([[remoteId('Two')], [remoteId('One')]])
  })

  test('that is pushed while a new member is still on her way gets her when she is there', async () => {
    const ann = await world.createUser('ann')
    const cooks = await world.createGroup('Cooks')
    const arrival = world.target.hold('POST')
    const first = world.deliver()
    await arrival.arrived
    await world.updateGroup(cooks, { members: [{ value: ann }] })
    await world.deliver()
    expect(membersOf('Cooks')).toEqual([])
    arrival.release()
    await first
    expect(membersOf('Cooks')).toEqual([remoteId('ann')])
  })

  test('does not go to a connector without a group endpoint', async () => {
    const other = await outboundWorld()
    await other.connect({ groupEndpoint: undefined }, { to: world.target })
    await other.createGroup('Cooks', [await other.createUser('ann')])
    await other.deliver()
    expect(world.target.writes).toEqual(['POST Users'])
    await other.target.down()
  })
})

describe('changes that come together', () => {
  test('are one delivery, of how things are in the end', async () => {
    await world.target.down()
    const kim = await world.createUser('kim')
    await world.deliver()
    await world.updateUser(kim, { displayName: 'One' })
    await world.updateUser(kim, { displayName: 'Two' })
    expect(await world.deliveries()).toHaveLength(1)
    await world.target.up()
    world.advance(1000)
    await world.deliver()
    expect(world.target.writes).toEqual(['POST Users'])
    expect(world.target.named('kim')).toMatchObject([{ displayName: 'Two' }])
    expect(await world.delivery(kim)).toMatchObject({ operation: 'create', state: 'delivered', attempts: 2 })
  })

  test('with a push under way are not lost: it goes again, with what came', async () => {
    const kim = await world.createUser('kim')
    const held = world.target.hold('POST')
    const delivered = world.deliver()
    await held.arrived
    await world.updateUser(kim, { displayName: 'Meanwhile' })
    held.release()
    await delivered
    expect(world.target.named('kim')).toMatchObject([{ displayName: 'Meanwhile' }])
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered', answers: ['POST 201', 'PUT 200'] })
  })

  test('of which one is a deletion during the push leave nothing at the target', async () => {
    const kim = await world.createUser('kim')
    const held = world.target.hold('POST')
    const delivered = world.deliver()
    await held.arrived
    await world.removeUser(kim)
    held.release()
    await delivered
    expect(world.target.users.size).toBe(0)
  })
})

describe('of several consumers', () => {
  test('that run at once one delivers', async () => {
    await Promise.all(Array.from({ length: 5 }, (_, i) => world.createUser(`user${i}`)))
    await Promise.all([world.deliver(), world.deliver(), world.deliver()])
    expect(world.target.writes).toEqual(Array(5).fill('POST Users'))
  })

  test('that claim several deliveries at once each get what the others have not', async () => {
    for (const name of ['ann', 'bob', 'cid']) await world.createUser(name)
    const [first, second, third] = (await world.deliveries()).map(({ id }) => id)
    const scope = await world.scope()
    const claims = await Promise.all([
      claimDeliveries(scope, [first ?? '', second ?? '']),
      claimDeliveries(scope, [second ?? '', third ?? '']),
    ])
    expect(claims.map((rows) => rows.map(({ id }) => id).toSorted())).toEqual([
      [first ?? '', second ?? ''].toSorted(),
      [third],
    ])
    expect(claims.flat()).toContainEqual(expect.objectContaining({ attempts: 1, leaseUntil: expect.any(Date) }))
  })

  test('one that died in the middle holds a delivery no longer than its lease', async () => {
    const kim = await world.createUser('kim')
    const { id } = await world.delivery(kim)
    await claimDelivery(await world.scope(), id)
    const next = await world.deliver()
    expect(world.target.requests).toEqual([])
    expect(next?.getTime()).toBeGreaterThan(world.platform.now().getTime())
    world.advance(LEASE_MS + 1000)
    await world.deliver()
    expect(world.target.named('kim')).toHaveLength(1)
  })

  test('one that comes back after its lease ended records nothing over what the next one did', async () => {
    const kim = await world.createUser('kim', { password: PASSWORD })
    const held = world.target.hold('POST')
    const first = world.deliver()
    await held.arrived
    world.advance(LEASE_MS + 1000)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered', answers: ['GET 200', 'PUT 200'] })
    held.release()
    await first
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered', answers: ['GET 200', 'PUT 200'] })
    expect(world.target.users.size).toBe(1)
  })
})

test('a run that is told to stop begins nothing more: the next one goes on', async () => {
  for (const name of ['ann', 'bob', 'cid']) await world.createUser(name)
  const hold = world.target.hold('POST')
  let isStopped = false
  const run = deliverDue(world.platform, { atOnce: 1, isStopped: () => isStopped })
  await hold.arrived
  isStopped = true
  hold.release()
  await run
  expect(world.target.users.size).toBe(1)
  await world.deliver()
  expect(world.target.users.size).toBe(3)
})
