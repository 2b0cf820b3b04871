/** All of a target is looked at once, however it pages, and whatever it says of how much there is. */
import { expect, test } from 'vitest'
import { driftingWorld } from './world.ts'

const USERS = 250

/** A target with so many users that were never ours, and one of ours among the last of them. */
async function crowded(paging: Awaited<ReturnType<typeof driftingWorld>>['target']['paging'] = {}) {
  const world = await driftingWorld()
  for (let i = 1; i < USERS; i++) world.target.users.set(`r${i}`, { id: `r${i}`, userName: `remote${i}` })
  await world.createUser('kim', { title: 'Cook' })
  await world.deliver()
  world.target.only('kim').title = 'Chef'
  world.target.paging = paging
  return {
    ...world,
    pages: () =>
      world.target.requests.filter(({ path }) => /^\/scim\/Users\?.*count=/.test(path)).map(({ path }) => path),
  }
}

const FOUND = ['changed open kim title']

test.each([
  ['by index (RFC 7644 section 3.4.2.4)', {}, 3],
  ['by cursor where the target offers it (RFC 9865)', { byCursor: true }, 3],
  ['in pages that are smaller than was asked', { most: 60 }, 5],
  ['a total that is too small', { total: () => 1 }, 3],
  ['a total that is too large', { total: () => 1000 }, 4],
  ['everything on each page', { isDeaf: true }, 2],
])('%s', async (_how, paging, pages) => {
  const world = await crowded(paging)
  expect(await world.reconcile()).toEqual(FOUND)
  expect(world.pages()).toHaveLength(pages)
  expect(await world.row()).toMatchObject({ state: 'done', counts: { unmanaged: USERS - 1 } })
})

test('a page that is empty although more are said to be there ends the list; what it hid is asked for by its id', async () => {
  const world = await crowded({ emptyFrom: 101 })
  expect(await world.reconcile()).toEqual(FOUND)
  expect(world.pages()).toHaveLength(2)
})

test('a cursor that is lost begins the part again, and nothing is counted twice', async () => {
  const world = await crowded({ byCursor: true })
  let lost = 0
  world.target.paging.isLost = (cursor) => cursor === 'c200' && lost++ === 0
  await world.reconcile()
  expect(await world.row()).toMatchObject({ state: 'running', attempts: 1, counts: { seen: 0 } })
  world.advance(10_000)
  await world.deliver()
  expect(await world.row()).toMatchObject({ state: 'done', counts: { seen: USERS, unmanaged: USERS - 1 } })
})

test.each([
  ['by index', {}],
  ['by cursor', { byCursor: true }],
])('a page that is too long an answer is asked for in smaller ones, %s', async (_how, paging) => {
  const world = await crowded(paging)
  for (let i = 1; i < 100; i++) Object.assign(world.target.users.get(`r${i}`) ?? {}, { nickName: 'x'.repeat(20_000) })
  expect(await world.reconcile()).toEqual(FOUND)
  expect(await world.row()).toMatchObject({ state: 'done', counts: { seen: USERS, unread: 0 } })
})

test('one user who is too long an answer alone is passed over', async () => {
  const world = await crowded()
  Object.assign(world.target.users.get('r7') ?? {}, { nickName: 'x'.repeat(2_000_000) })
  expect(await world.reconcile()).toEqual(FOUND)
  expect(await world.row()).toMatchObject({ state: 'done', counts: { seen: USERS, unread: 1, unmanaged: USERS - 2 } })
})
