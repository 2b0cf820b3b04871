/** What was changed at the target behind our back is found, and becomes what the policy says. */
import { expect, test } from 'vitest'
import { driftingWorld } from './world.ts'

const STRANGER = { id: 'stranger', userName: 'root', displayName: 'Root' }

test('what the target has as it should is no drift, and nothing is sent for it', async () => {
  const world = await driftingWorld()
  const kim = await world.createUser('kim', { displayName: 'Kim', emails: [{ value: 'kim@example.com' }] })
  await world.createGroup('Cooks', [kim])
  await world.deliver()
  const before = world.target.writes.length
  expect(await world.reconcile('overwrite')).toEqual([])
  expect(await world.row()).toMatchObject({ state: 'done', counts: { seen: 2, same: 2, unmanaged: 0, unread: 0 } })
  expect(world.target.writes).toHaveLength(before)
})

test('what was changed, is missing, is unlinked, is left over or was never ours is told apart', async () => {
  const world = await driftingWorld()
  await world.createUser('kim')
  await world.createUser('ann')
  const ben = await world.createUser('ben')
  await world.deliver()
  const { users } = world.target
  users.set(String(world.target.only('kim').id), { ...world.target.only('kim'), active: false, nickName: 'K' })
  users.delete(String(world.target.only('ann').id))
  const gone = world.target.only('ben')
  await world.removeUser(ben)
  await world.deliver()
  // As a backup brings it back.
  users.set(String(gone.id), gone)
  users.set('stranger', STRANGER)
  const zoe = await world.createUser('zoe')
  await world.deliver()
  await world.forget(zoe)
  expect(await world.reconcile()).toEqual([
    'changed open kim active',
    'leftover open ben',
    'missing open ann',
    'unlinked open zoe',
  ])
  expect(await world.listed()).toContain('unmanaged open root')
  expect(await world.row()).toMatchObject({ state: 'done', counts: { unmanaged: 1 } })
})

test('a report sends nothing', async () => {
  const world = await driftingWorld()
  await world.createUser('kim', { title: 'Cook' })
  await world.deliver()
  world.target.only('kim').title = 'Chef'
  const before = world.target.writes.length
  expect(await world.reconcile('report')).toEqual(['changed open kim title'])
  expect(world.target.writes).toHaveLength(before)
  const [drift] = await world.found()
  expect(drift?.differences).toEqual([{ path: 'title', wanted: 'Cook', found: 'Chef' }])
})

test('overwriting sends just what differs; what is missing is made again, and what was never ours stays', async () => {
  const world = await driftingWorld()
  await world.createUser('kim', { title: 'Cook', nickName: 'K' })
  await world.createUser('ann')
  await world.deliver()
  const { users } = world.target
  world.target.only('kim').title = 'Chef'
  delete world.target.only('kim').nickName
  users.delete(String(world.target.only('ann').id))
  users.set('stranger', { ...STRANGER })
  expect(await world.reconcile('overwrite')).toEqual(['changed repaired kim title nickName', 'missing repaired ann'])
  expect(world.target.patches).toEqual([
    [
      { op: 'replace', path: 'title', value: 'Cook' },
      { op: 'replace', path: 'nickName', value: 'K' },
    ],
  ])
  expect(world.target.named('ann')).toHaveLength(1)
  expect(users.get('stranger')).toEqual(STRANGER)
  expect(await world.reconcile('overwrite')).toEqual([])
})

test('overwriting removes what is left over, and nobody who only came just in time is linked by her name', async () => {
  const world = await driftingWorld()
  const ann = await world.createUser('ann')
  await world.deliver()
  const gone = world.target.only('ann')
  await world.removeUser(ann)
  await world.deliver()
  world.target.users.set(String(gone.id), gone)
  await world.createUser('ben', { title: 'Baker' }, { as: { source: 'jit', connectionId: 'x' } })
  world.target.users.set('by-hand', { id: 'by-hand', userName: 'ben' })
  expect(await world.reconcile('overwrite')).toEqual(['leftover repaired ann'])
  expect(world.target.named('ann')).toEqual([])
  expect(world.target.only('ben')).toEqual({ id: 'by-hand', userName: 'ben' })
})

test('somebody of ours whom the target has and the ledger does not know is linked, with her groups', async () => {
  const world = await driftingWorld()
  const kim = await world.createUser('kim', { title: 'Cook' })
  await world.createGroup('Cooks', [kim])
  await world.deliver()
  await world.forget(kim)
  world.target.only('kim').title = 'Chef'
  world.target.only('Cooks').members = []
  expect(await world.reconcile('adopt')).toContain('unlinked repaired kim title')
  expect(world.target.only('kim').title).toBe('Cook')
  expect(world.target.only('Cooks').members).toHaveLength(1)
  expect(world.target.writes.filter((one) => one === 'POST Users')).toHaveLength(1)
})

test('what is accepted is not reported again until it changes, and is left as it is by the next delivery', async () => {
  const world = await driftingWorld()
  const kim = await world.createUser('kim', { title: 'Cook' })
  await world.deliver()
  world.target.only('kim').title = 'Chef'
  expect(await world.reconcile('adopt')).toEqual(['changed accepted kim title'])
  await world.updateUser(kim, { nickName: 'K' })
  await world.deliver()
  expect(world.target.only('kim')).toMatchObject({ title: 'Chef', nickName: 'K' })
  expect(await world.reconcile('report')).toEqual(['changed accepted kim title'])
  world.target.only('kim').title = 'Boss'
  expect(await world.reconcile('report')).toEqual(['changed open kim title'])
  await world.updateUser(kim, { title: 'Baker' })
  await world.deliver()
  expect(await world.reconcile('report')).toEqual([])
})

test('what is missing and accepted stays away until something changes here', async () => {
  const world = await driftingWorld()
  const kim = await world.createUser('kim')
  await world.deliver()
  world.target.users.clear()
  expect(await world.reconcile('adopt')).toEqual(['missing accepted kim'])
  expect(world.target.named('kim')).toEqual([])
  await world.updateUser(kim, { title: 'Cook' })
  await world.deliver()
  expect(world.target.named('kim')).toHaveLength(1)
})

test('what has a delivery on its way is not drift, and neither is what arrived since the target was asked', async () => {
  const world = await driftingWorld()
  const kim = await world.createUser('kim', { title: 'Cook' })
  await world.deliver()
  world.advance(1000)
  await world.start()
  world.advance(1000)
  // The page has left the target with the old title when the change goes out.
  const held = world.target.hold('GET')
  const running = world.deliver()
  await held.arrived
  await world.updateUser(kim, { title: 'Baker' })
  world.target.misbehave({ kind: 'answer', status: 503 }, 'PATCH')
  held.release()
  await running
  expect(await world.found()).toEqual([])
  expect(await world.row()).toMatchObject({ state: 'done' })
})
