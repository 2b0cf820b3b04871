/** Names that are taken at the target: by somebody else there, or by another resource of ours. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { scimError } from '../support/fake-target.ts'
import { outboundWorld, PASSWORD, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await outboundWorld()
  await world.connect()
})
afterEach(() => world.target.down())

const remoteId = (name: string) => world.target.named(name)[0]?.id

test('a namesake who was there before is taken over: she gets our id and is replaced from then on', async () => {
  world.target.users.set('r1', { id: 'r1', userName: 'KIM', nickName: 'old' })
  const kim = await world.createUser('kim')
  await world.deliver()
  expect([...world.target.users.values()]).toEqual([expect.objectContaining({ id: 'r1', externalId: kim })])
  expect(world.target.users.get('r1')).not.toHaveProperty('nickName')
  expect(await world.delivery(kim)).toMatchObject({ answers: ['POST 409', 'GET 200', 'GET 200', 'PUT 200'] })
  await world.removeUser(kim)
  await world.deliver()
  expect(world.target.users.size).toBe(0)
})

test('so is a group of the same name', async () => {
  world.target.groups.set('g1', { id: 'g1', displayName: 'Cooks' })
  const cooks = await world.createGroup('Cooks')
  await world.deliver()
  expect([...world.target.groups.values()]).toMatchObject([{ id: 'g1', externalId: cooks }])
})

test('a 409 of which no namesake is found is a refusal: blocked, with the words of the target', async () => {
  world.target.misbehave({ kind: 'answer', ...scimError(409, 'The licence allows 5 users.') }, 'POST')
  const kim = await world.createUser('kim')
  await world.deliver()
  expect(await world.delivery(kim)).toMatchObject({
    state: 'blocked',
    answers: ['POST 409', 'GET 200', 'GET 200', 'POST 409', 'GET 200', 'GET 200'],
    lastError: expect.stringContaining('The licence allows 5 users.'),
  })
})

test('two at the target with the same name are for an administrator to tell apart', async () => {
  world.target.isUnique = false
  world.target.users.set('r1', { id: 'r1', userName: 'kim' }).set('r2', { id: 'r2', userName: 'Kim' })
  world.target.misbehave({ kind: 'answer', ...scimError(409, 'taken') }, 'POST')
  const kim = await world.createUser('kim')
  await world.deliver()
  expect(await world.delivery(kim)).toMatchObject({
    state: 'blocked',
    lastError: expect.stringContaining('2 resources with userName kim'),
  })
})

test('who is deleted and made again under the same name is a new user there, and the old one is gone', async () => {
  const before = await world.createUser('kim')
  await world.deliver()
  const old = remoteId('kim')
  // The old one goes last, as it may with several consumers.
  world.target.misbehave({ kind: 'answer', status: 503 }, 'DELETE')
  await world.removeUser(before)
  await world.deliver()
  const after = await world.createUser('kim')
  await world.deliver()
  expect(await world.delivery(after)).toMatchObject({ state: 'retrying' })
  expect(world.target.users.get(String(old))).toMatchObject({ externalId: before })
  world.target.misbehave()
  world.advance(10_000)
  await world.deliver()
  world.advance(10_000)
  await world.deliver()
  expect([...world.target.users.values()]).toMatchObject([{ userName: 'kim', externalId: after }])
  expect(remoteId('kim')).not.toBe(old)
  expect(await world.delivery(after)).toMatchObject({ state: 'delivered' })
  expect(await world.delivery(before)).toMatchObject({ state: 'delivered', operation: 'delete' })
})

test('so it is if the old one arrived unheard, and only her externalId says that she is ours', async () => {
  const before = await world.createUser('kim')
  world.target.misbehave({ kind: 'drop' }, 'POST')
  await world.deliver()
  world.target.misbehave({ kind: 'answer', status: 503 }, 'DELETE')
  await world.removeUser(before)
  const after = await world.createUser('kim')
  await world.deliver()
  expect([...world.target.users.values()]).toMatchObject([{ externalId: before }])
  world.target.misbehave()
  world.advance(10_000)
  await world.deliver()
  world.advance(10_000)
  await world.deliver()
  expect([...world.target.users.values()]).toMatchObject([{ userName: 'kim', externalId: after }])
})

test('a name that one user gives up and another takes moves there too, whichever push comes first', async () => {
  const [ann, bob] = [await world.createUser('ann'), await world.createUser('bob')]
  await world.deliver()
  const [remoteAnn, remoteBob] = [remoteId('ann'), remoteId('bob')]
  await world.updateUser(ann, { userName: 'ann2' })
  await world.updateUser(bob, { userName: 'ann' })
  world.target.fault = ({ path }) => (path === `/scim/Users/${remoteAnn}` ? { kind: 'answer', status: 503 } : undefined)
  await world.deliver()
  expect(await world.delivery(bob)).toMatchObject({
    state: 'retrying',
    answers: ['PUT 409', 'GET 200'],
    lastError: expect.stringContaining('another resource from here'),
  })
  world.target.misbehave()
  world.advance(10_000)
  await world.deliver()
  world.advance(10_000)
  await world.deliver()
  expect([remoteId('ann2'), remoteId('ann')]).toEqual([remoteAnn, remoteBob])
})

test.each(['PUT', 'POST'] as const)(
  'a name that is given up between the refusal of a %s and the look is taken',
  async (method) => {
    world.target.users.set('theirs', { id: 'theirs', userName: 'boss' })
    const kim = await world.createUser(method === 'POST' ? 'boss' : 'kim')
    if (method === 'PUT') {
      await world.deliver()
      await world.updateUser(kim, { userName: 'boss' })
    }
    world.target.fault = (request) => {
      if (request.method === 'GET') world.target.users.delete('theirs')
      return undefined
    }
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
    expect(world.target.named('boss')).toMatchObject([{ externalId: kim }])
  },
)

test('a new user with a name that another gave up is not made out of that other', async () => {
  const ann = await world.createUser('ann')
  await world.deliver()
  const remoteAnn = remoteId('ann')
  world.target.misbehave({ kind: 'answer', status: 503 }, 'PUT')
  await world.updateUser(ann, { userName: 'ann2' })
  const other = await world.createUser('ann', { password: PASSWORD })
  await world.deliver()
  expect(await world.delivery(other)).toMatchObject({ state: 'retrying' })
  world.target.misbehave()
  world.advance(10_000)
  await world.deliver()
  world.advance(10_000)
  await world.deliver()
  expect(remoteId('ann2')).toBe(remoteAnn)
  expect(world.target.named('ann')).toMatchObject([{ externalId: other }])
})

test('a name that a stranger there has is refused to a user of ours who takes it: blocked, and the stranger stays', async () => {
  const kim = await world.createUser('kim')
  await world.deliver()
  world.target.users.set('theirs', { id: 'theirs', userName: 'boss' })
  await world.updateUser(kim, { userName: 'boss' })
  await world.deliver()
  expect(await world.delivery(kim)).toMatchObject({ state: 'blocked', answers: ['PUT 409', 'GET 200'] })
  expect(world.target.users.get('theirs')).toEqual({ id: 'theirs', userName: 'boss' })
})
