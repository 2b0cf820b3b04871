/** Who is in a group at the target, as far as the target shows it. */
import { expect, test } from 'vitest'
import { driftingWorld } from './world.ts'

type Members = { value: string }[]

async function withGroup(count: number) {
  const world = await driftingWorld()
  const ids: string[] = []
  for (let i = 0; i < count; i++) ids.push(await world.createUser(`user${i}`))
  await world.createGroup('Cooks', ids)
  await world.deliver()
  await world.deliver()
  const cooks = () => world.target.only('Cooks')
  return { ...world, cooks, members: () => (cooks().members ?? []) as Members }
}

test('whom a group lacks there and whom it has besides is drift, and is repaired by adding and removing just those', async () => {
  const world = await withGroup(3)
  const [first, ...rest] = world.members()
  world.target.users.set('stranger', { id: 'stranger', userName: 'root' })
  world.cooks().members = [...rest, { value: 'stranger', display: 'Root' }]
  expect(await world.reconcile('overwrite')).toEqual(['changed repaired Cooks -1+1'])
  const [drift] = await world.found()
  expect(drift?.members).toMatchObject({
    absent: [[expect.any(String), first?.value]],
    extra: [['stranger', 'Root']],
  })
  expect(world.target.patches.flat()).toEqual([
    { op: 'remove', path: 'members[value eq "stranger"]' },
    { op: 'add', path: 'members', value: [{ value: first?.value }] },
  ])
  expect(new Set(world.members().map(({ value }) => value))).toEqual(new Set([first, ...rest].map((one) => one?.value)))
  expect(await world.reconcile('overwrite')).toEqual([])
})

test('a name and members that were changed are one drift', async () => {
  const world = await withGroup(1)
  world.cooks().displayName = 'Chefs'
  const chefs = world.target.only('Chefs')
  chefs.members = []
  expect(await world.reconcile('report')).toEqual(['changed open Chefs displayName -1+0'])
})

test('a target that shows no members has no drift of them, and says so', async () => {
  const world = await withGroup(2)
  world.target.paging = { showsMembers: false }
  expect(await world.reconcile('overwrite')).toEqual([])
  expect(await world.row()).toMatchObject({ state: 'done', counts: { seen: 3, same: 3, unread: 1 } })
})

test('a group that has nobody in it there, and shows no list at all, lacks everybody', async () => {
  const world = await withGroup(2)
  delete world.cooks().members
  expect(await world.reconcile('overwrite')).toEqual(['changed repaired Cooks -2+0'])
  expect(world.members()).toHaveLength(2)
})

test('a group whose members are too long an answer is compared without them, and the others are not held up', async () => {
  const world = await withGroup(1)
  await world.createGroup('Bakers')
  await world.deliver()
  const cooks = world.cooks()
  cooks.members = Array.from({ length: 30_000 }, (_, i) => ({
    value: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
  }))
  world.target.only('Bakers').displayName = 'Bread'
  expect(await world.reconcile('report')).toEqual(['changed open Bread displayName'])
  expect(await world.row()).toMatchObject({ state: 'done', counts: { unread: 1 } })
})

test('of a thousand who are not there each is sent again, though not all of them are named', async () => {
  const world = await withGroup(0)
  const { tenantId, db } = await world.scope()
  const { settle } = await import('../settled.ts')
  await settle(world, 1200)
  const [cooks] = (await world.deliveries()).filter(({ resourceType }) => resourceType === 'Group')
  const { runBatch } = await import('../../../src/db/open.ts')
  const { sql } = await import('../../../src/db/sql.ts')
  const place = sql`${tenantId}, ${world.connector}`
  const remote = sql`'r' || u.id`
  await runBatch(db, [
    sql`insert into provisioned_resources (tenant_id, connector_id, resource_type, resource_id, remote_id, sent, last_modified)
      select ${place}, 'User', u.id, ${remote}, '{"userName":"x"}', 0 from users u
      where u.tenant_id = ${tenantId} and u.user_name like 'settled%'`,
    sql`insert into provisioned_members (tenant_id, connector_id, group_id, member_id, remote_id, member_type, is_sure)
      select ${place}, ${cooks?.resourceId ?? ''}, u.id, ${remote}, 'User', 1 from users u
      where u.tenant_id = ${tenantId} and u.user_name like 'settled%'`,
    sql`insert into group_members (tenant_id, group_id, member_id, member_type)
      select ${tenantId}, ${cooks?.resourceId ?? ''}, u.id, 'User' from users u
      where u.tenant_id = ${tenantId} and u.user_name like 'settled%'`,
  ])
  for (let i = 1; i <= 1200; i++) {
    const n = String(i).padStart(6, '0')
    world.target.users.set(`rsettled-${n}`, {
      id: `rsettled-${n}`,
      userName: `settled${i}`,
      externalId: `settled-${n}`,
    })
  }
  expect(await world.reconcile('overwrite')).toEqual(['changed repaired Cooks -1200+0'])
  expect((await world.found())[0]?.members?.absent).toHaveLength(1000)
  expect(world.members()).toHaveLength(1200)
})
