/** What is left of a person, a connection or a link that goes. */
import { beforeAll, expect, test } from 'vitest'
import { removeConnection } from '../../src/connections/commands.ts'
import { arrivals, federatedSessions, grantedMemberships, providerTokens } from '../../src/db/schema.ts'
import { groupsOfUser } from '../../src/directory/users/links/queries.ts'
import { unlinkIdentity } from '../../src/federation/links/commands.ts'
import { contentsOf } from '../support/contents.ts'
import { type Arrivals, arrivalsWorld, ISSUER, JIT, whoIs } from './arrivals.ts'

let world: Arrivals
let group: string
beforeAll(async () => {
  world = await arrivalsWorld()
  const made = await (await world.tenant()).scim('POST', '/Groups', { displayName: 'Guides' })
  group = (await made.json()).id
})

let count = 0
const grant = () => ({ claim: 'groups', map: { guides: [group] }, sync: 'merge' as const })
/** Somebody who came through a connection of her own, which put her in the group, and of whom it keeps all that it can. */
async function begin() {
  const groups = grant()
  const connection = await world.connect({ jit: { ...JIT, groups } })
  const subject = `somebody${++count}`
  const claims = { sub: subject, preferred_username: subject, groups: ['guides'] }
  const userId = whoIs(await world.arrive(connection, claims))
  const { tenantId, now } = await world.scope()
  const whose = { tenantId, connectionId: connection, issuer: ISSUER, subject }
  await world.db
    .insert(providerTokens)
    .values({ ...whose, userId, sealed: 's', hasRefreshToken: false, lastModified: now })
    .onConflictDoNothing()
  await world.db.insert(federatedSessions).values({ ...whose, sid: `sid-${subject}`, created: now })
  const arrival = { idHash: subject, browserHash: 'b', sealed: 's', returnTo: '/', expiresAt: now }
  await world.db.insert(arrivals).values({ tenantId, connectionId: connection, ...arrival })
  expect(await inGroup(userId)).toBe(true)
  return { connection, userId, claims, subject }
}

const inGroup = async (userId: string) =>
  (await groupsOfUser(await world.scope(), userId)).some(({ id }) => id === group)

/** The tables that a text still stands in. */
async function tablesWith(text: string): Promise<string[]> {
  const contents = await contentsOf(world.db)
  return [...contents].flatMap(([table, rows]) => (rows.includes(text) ? [table] : [])).toSorted()
}

test('of a connection that is removed nothing is left but what was decided, and its people as they are', async () => {
  const { connection, userId } = await begin()
  await removeConnection(await world.scope(), connection)
  expect(await tablesWith(connection)).toEqual(['sign_in_decisions', 'users'])
  expect(await inGroup(userId)).toBe(true)
})

test('of a user who is removed nothing is left but the tombstone, her links that lead to it, and what was decided', async () => {
  const { connection, userId, claims } = await begin()
  await (await world.tenant()).scim('DELETE', `/Users/${userId}`)
  expect(await tablesWith(userId)).toEqual(['deleted_users', 'federated_identities', 'sign_in_decisions'])
  expect(whoIs(await world.arrive(connection, claims))).toBe('deleted')
})

test('who is let back in, or is provisioned anew under her externalId, is known by her links or makes new ones', async () => {
  const { connection, userId, claims } = await begin()
  const tenant = await world.tenant()
  await tenant.scim('DELETE', `/Users/${userId}`)
  await tenant.api('DELETE', `/deleted-users/${userId}`)
  expect(await tablesWith(userId)).toEqual(['sign_in_decisions'])
  const again = await world.arrive(connection, claims)
  expect(again).toMatchObject({ ok: true, value: { isNew: true } })
  expect(await inGroup(whoIs(again))).toBe(true)
})

test('of a link that goes nothing is left, and neither is what the connection had granted', async () => {
  const { connection, userId } = await begin()
  const scope = await world.scope()
  // She herself cannot go: she has no other way to sign in, and nothing is done.
  expect(await unlinkIdentity(scope, userId, connection, { kind: 'herself', sid: 'x' })).toBe(false)
  expect(await inGroup(userId)).toBe(true)
  const both = [1, 2].map(() => unlinkIdentity(scope, userId, connection, { kind: 'administrator' }))
  expect(await Promise.all(both)).toContain(true)
  expect(await inGroup(userId)).toBe(false)
  expect((await world.links()).filter((one) => one.userId === userId)).toEqual([])
  for (const table of [grantedMemberships, providerTokens]) {
    expect((await world.db.select().from(table)).filter((one) => one.userId === userId)).toEqual([])
  }
  expect(await unlinkIdentity(scope, userId, connection, { kind: 'administrator' })).toBe(false)
})

test('what an administrator had given before stays when a link goes', async () => {
  const scope = await world.scope()
  const tenant = await world.tenant()
  const groups = grant()
  const connection = await world.connect({
    jit: { ...JIT, groups, linking: { externalIdClaim: 'oid' } },
  })
  const id = await world.kept({ userName: 'given', externalId: 'oid-given' })
  const Operations = [{ op: 'add', path: 'members', value: [{ value: id }] }]
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  expect((await tenant.scim('PATCH', `/Groups/${group}`, { schemas, Operations })).status).toBeLessThan(300)
  expect(whoIs(await world.arrive(connection, { sub: 'given', oid: 'oid-given', groups: ['guides'] }))).toBe(id)
  expect(await unlinkIdentity(scope, id, connection, { kind: 'administrator' })).toBe(true)
  expect(await inGroup(id)).toBe(true)
})

test('what two connections vouch for goes with the last of them', async () => {
  const scope = await world.scope()
  const jit = { ...JIT, groups: grant(), linking: { externalIdClaim: 'oid' } }
  const [one, two] = [await world.connect({ jit }), await world.connect({ jit })]
  const id = await world.kept({ userName: 'twice', externalId: 'oid-twice' })
  const claims = { sub: 'twice', oid: 'oid-twice', groups: ['guides'] }
  for (const connection of [one, two]) expect(whoIs(await world.arrive(connection, claims))).toBe(id)
  expect(await unlinkIdentity(scope, id, one, { kind: 'administrator' })).toBe(true)
  expect(await inGroup(id)).toBe(true)
  expect(await unlinkIdentity(scope, id, two, { kind: 'administrator' })).toBe(true)
  expect(await inGroup(id)).toBe(false)
})
