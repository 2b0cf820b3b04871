/** Groups and roles by the provider's word, at whole sign-ins at a fake provider. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { removeConnection, updateConnection } from '../../../src/connections/commands.ts'
import { connectorInput } from '../../../src/connections/connectors/settings.ts'
import { jitInput } from '../../../src/connections/jit/settings.ts'
import { getConnection, listConnectors } from '../../../src/connections/queries.ts'
import { deliveries, grantedMemberships, groupMembers, provisioners, roles } from '../../../src/db/schema.ts'
import { createGroup } from '../../../src/directory/groups/creation/commands.ts'
import { removeGroup, updateGroup } from '../../../src/directory/groups/commands.ts'
import { getGroup } from '../../../src/directory/groups/queries.ts'
import { createRole } from '../../../src/directory/roles/creation/commands.ts'
import { updateRole } from '../../../src/directory/roles/commands.ts'
import { getRole } from '../../../src/directory/roles/queries.ts'
import { removeUser } from '../../../src/directory/users/commands.ts'
import { groupsOfUser, rolesOfUser } from '../../../src/directory/users/links/queries.ts'
import { provision } from '../../../src/federation/commands.ts'
import { dryRun } from '../../../src/federation/dry-run.ts'
import { grantChanges } from '../../../src/federation/grants/queries.ts'
import { type FakeIdp, fakeIdp } from '../../support/fake-idp.ts'
import { plansOf } from '../../support/plans.ts'
import { browserOf, connect, federationWorld, KIM, type World } from '../world.ts'

let idp: FakeIdp
let world: World
const origin = { source: 'scim' } as const
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const ROLE = 'urn:ietf:params:scim:schemas:extension:2.0:Role'

beforeAll(async () => {
  idp = await fakeIdp()
})
afterAll(() => idp.close())
beforeEach(async () => {
  idp.misbehaviour = {}
  idp.person = { ...KIM }
  world = await federationWorld()
})

const group = async (displayName: string, members: string[] = []) =>
  (
    await createGroup(
      world.scope(),
      { schemas: [GROUP], displayName, members: members.map((value) => ({ value })) },
      origin,
    )
  ).id
const role = async (displayName: string, permissions: string[] = []) =>
  (
    await createRole(
      world.scope(),
      { schemas: [ROLE], displayName, permissions: permissions.map((value) => ({ value })) },
      origin,
    )
  ).id
async function admin() {
  const { tenantId, now } = world.scope()
  const row = { tenantId, id: 'admin-role', displayName: 'admin', displayNameKey: 'admin', builtIn: true, created: now }
  await world.platform.db.insert(roles).values({ ...row, lastModified: now })
  return row.id
}
const inGroup = (groupId: string, kind: 'add' | 'remove', ids: string[]) =>
  updateGroup(world.scope(), groupId, { edit: (one) => one, members: [{ attribute: 'members', kind, ids }] }, origin)
const inRole = (roleId: string, kind: 'add' | 'remove', ids: string[]) =>
  updateRole(world.scope(), roleId, { edit: (one) => one, members: [{ attribute: 'users', kind, ids }] }, origin)

/** A connection with such just-in-time settings. */
const connected = (jit: object, name = 'IDP-IS2') =>
  connect(world, idp, { name, jit: jitInput.parse({ enabled: true, ...jit }) })

async function signIn(connectionId: string, claims: object = {}) {
  idp.person = { ...KIM, ...claims }
  const response = await browserOf(world).signIn(connectionId)
  expect(response.status).toBe(303)
}
async function kim() {
  const [user] = await world.users()
  if (!user) throw new Error('nobody')
  return user
}
const groupsOfKim = async () => (await groupsOfUser(world.scope(), (await kim()).id)).map((one) => one.displayName)
const rolesOfKim = async () => (await rolesOfUser(world.scope(), (await kim()).id)).map((one) => one.name)
const grants = async () =>
  (await world.platform.db.select().from(grantedMemberships)).map((one) => `${one.kind} ${one.targetId}`).toSorted()

describe('merge', () => {
  test('takes away exactly what it had granted when the provider does not say it any more', async () => {
    const [cooks, waiters, chefs] = [await group('cooks'), await group('waiters'), await group('chefs')]
    const id = await connected({ groups: { claim: 'groups', map: { c: [cooks, chefs], w: [waiters] } } })
    await signIn(id, { groups: ['c', 'unknown'] })
    expect(await groupsOfKim()).toEqual(['chefs', 'cooks'])
    await inGroup(waiters, 'add', [(await kim()).id])
    await signIn(id, { groups: ['c', 'w'] })
    expect(await groupsOfKim()).toEqual(['chefs', 'cooks', 'waiters'])
    expect(await grants()).toEqual([`group ${chefs}`, `group ${cooks}`].toSorted())
    await signIn(id, { groups: [] })
    expect(await groupsOfKim()).toEqual(['waiters'])
    expect(await grants()).toEqual([])
  })

  test('changes nothing if the claim is not sent, or the provider says that the groups are elsewhere', async () => {
    const cooks = await group('cooks')
    const id = await connected({ groups: { claim: 'groups', map: { c: [cooks] } } })
    await signIn(id, { groups: ['c'] })
    await signIn(id)
    await signIn(id, { _claim_names: { groups: 'src1' } })
    await signIn(id, { groups: { c: true } })
    expect(await groupsOfKim()).toEqual(['cooks'])
  })

  test('leaves what two connections had granted until both say otherwise', async () => {
    const cooks = await group('cooks')
    const grant = { groups: { claim: 'groups', map: { c: [cooks] } } }
    const [one, other] = [await connected(grant, 'one'), await connected(grant, 'other')]
    await signIn(one, { groups: ['c'] })
    const { id: userId } = await kim()
    const person = (groups: string[]) => ({ issuer: idp.origin, subject: 'other', claims: { groups } })
    // She is linked at the other one as well.
    const { platform } = world
    const scope = world.scope()
    const [link] = await world.identities()
    const { federatedIdentities } = await import('../../../src/db/schema.ts')
    await platform.db.insert(federatedIdentities).values({ ...link!, connectionId: other, subject: 'other', userId })
    await provision(scope, await getConnection(scope, other), person(['c']))
    expect(await grants()).toEqual([`group ${cooks}`, `group ${cooks}`])
    await signIn(one, { groups: [] })
    expect(await groupsOfKim()).toEqual(['cooks'])
    await provision(scope, await getConnection(scope, other), person([]))
    expect(await groupsOfKim()).toEqual([])
    expect(await grants()).toEqual([])
  })

  test('puts her back where somebody took her out here, as long as the provider says so', async () => {
    const cooks = await group('cooks')
    const id = await connected({ groups: { claim: 'groups', map: { c: [cooks] } } })
    await signIn(id, { groups: ['c'] })
    await inGroup(cooks, 'remove', [(await kim()).id])
    await signIn(id, { groups: ['c'] })
    expect(await groupsOfKim()).toEqual(['cooks'])
  })

  test('of what is gone grants nothing, and forgets what it had granted', async () => {
    const cooks = await group('cooks')
    const id = await connected({ groups: { claim: 'groups', map: { c: [cooks] } } })
    await signIn(id, { groups: ['c'] })
    await removeGroup(world.scope(), cooks, origin)
    await signIn(id, { groups: ['c'] })
    expect([await groupsOfKim(), await grants()]).toEqual([[], []])
  })

  test('does nothing while just-in-time provisioning is off', async () => {
    const cooks = await group('cooks')
    const id = await connected({ groups: { claim: 'groups', map: { c: [cooks] } } })
    await signIn(id, { groups: ['c'] })
    await updateConnection(world.scope(), id, { jit: { enabled: false } })
    await signIn(id, { groups: [] })
    expect(await groupsOfKim()).toEqual(['cooks'])
  })

  test('of one person at the same moment grants once', async () => {
    const cooks = await group('cooks')
    const id = await connected({ groups: { claim: 'groups', map: { c: [cooks] } } })
    const scope = world.scope()
    const connection = await getConnection(scope, id)
    const person = { issuer: idp.origin, subject: '1', claims: { preferred_username: 'kim', groups: ['c'] } }
    await Promise.all([1, 2, 3].map(() => provision(scope, connection, person)))
    expect(await groupsOfKim()).toEqual(['cooks'])
    expect(await grants()).toEqual([`group ${cooks}`])
    expect((await getGroup(scope, cooks)).version).toBe(2)
    const none = { ...person, claims: { groups: [] } }
    await Promise.all([1, 2, 3].map(() => provision(scope, connection, none)))
    expect([await groupsOfKim(), await grants()]).toEqual([[], []])
    expect((await getGroup(scope, cooks)).version).toBe(3)
  })
})

describe('replace', () => {
  test('makes it exactly what the provider says, and leaves what comes through other groups', async () => {
    const [cooks, waiters, all] = [await group('cooks'), await group('waiters'), await group('all')]
    const id = await connected({ groups: { claim: 'groups', map: { c: [cooks] }, sync: 'replace' } })
    await signIn(id, { groups: [] })
    const { id: userId } = await kim()
    await inGroup(waiters, 'add', [userId])
    await inGroup(all, 'add', [cooks])
    await signIn(id)
    expect(await groupsOfKim()).toEqual(['waiters'])
    await signIn(id, { groups: ['c'] })
    expect(await groupsOfKim()).toEqual(['all', 'cooks'])
    await signIn(id, { groups: [] })
    expect([await groupsOfKim(), await grants()]).toEqual([[], []])
  })

  test('never takes the role of the last administrator, nor the group that gives it', async () => {
    const [adminRole, cooks, bosses] = [await admin(), await group('cooks'), await group('bosses')]
    const id = await connected({
      groups: { claim: 'groups', map: {}, sync: 'replace' },
      roles: { claim: 'roles', map: {}, sync: 'replace' },
    })
    await signIn(id)
    const { id: userId } = await kim()
    await inRole(adminRole, 'add', [userId])
    await inGroup(cooks, 'add', [userId])
    await signIn(id, { groups: [], roles: [] })
    expect([await groupsOfKim(), await rolesOfKim()]).toEqual([[], ['admin']])
    // As a group's.
    await inGroup(bosses, 'add', [userId])
    const holders = { attribute: 'groups', kind: 'add' as const, ids: [bosses] }
    await updateRole(world.scope(), adminRole, { edit: (one) => one, members: [holders] }, origin)
    await inRole(adminRole, 'remove', [userId])
    await signIn(id, { groups: [], roles: [] })
    expect(await groupsOfKim()).toEqual(['bosses'])
    // There is another one.
    idp.person = { ...KIM }
    await provision(world.scope(), await getConnection(world.scope(), id), {
      issuer: idp.origin,
      subject: 'another',
      claims: { preferred_username: 'zoe' },
    })
    const zoe = (await world.users()).find((user) => user.userName === 'zoe')
    await inRole(adminRole, 'add', [zoe?.id ?? ''])
    await signIn(id, { groups: [], roles: [] })
    expect(await groupsOfKim()).toEqual([])
  })
})

describe('by name', () => {
  test('counts a group or role of that name in any case, and none that permits anything', async () => {
    const [adminRole, bosses] = [await admin(), await group('bosses')]
    await group('Cooks')
    await group('nested')
    await role('reader')
    const writer = await role('writer', ['scim:write'])
    for (const [roleId, groupId] of [[writer, bosses]] as const) {
      const holders = { attribute: 'groups', kind: 'add' as const, ids: [groupId] }
      await updateRole(world.scope(), roleId, { edit: (one) => one, members: [holders] }, origin)
    }
    await inGroup(bosses, 'add', [await group('assistants')])
    const id = await connected({
      groups: { claim: 'groups', byName: true },
      roles: { claim: 'roles', byName: true, map: { boss: [adminRole] } },
    })
    const roles = ['Reader', 'writer', 'admin', 'everyone']
    await signIn(id, { groups: ['COOKS', 'bosses', 'assistants', 'nobody'], roles })
    expect([await groupsOfKim(), await rolesOfKim()]).toEqual([['Cooks'], ['reader']])
    await signIn(id, { groups: [], roles: ['boss'] })
    expect([await groupsOfKim(), await rolesOfKim()]).toEqual([[], ['admin']])
  })
})

describe('what changes', () => {
  async function withTarget() {
    const connector = { enabled: true, authentication: { mode: 'none' }, name: 'SCIM2' }
    const endpoints = { userEndpoint: 'https://target.example/Users', groupEndpoint: 'https://target.example/Groups' }
    const outbound = { connectors: [connectorInput.parse({ ...connector, ...endpoints })] }
    const to = await connect(world, idp, { name: 'Target', authenticator: undefined, outbound })
    const [made] = await listConnectors(world.scope(), to)
    const { tenantId, db } = world.scope()
    await db
      .insert(provisioners)
      .values({ tenantId, applicationId: '', connectorId: made?.id ?? '', blocking: false, jit: true })
    return { to }
  }
  const waiting = async () =>
    (await world.platform.db.select().from(deliveries)).map((one) => `${one.resourceName} ${one.generation}`).toSorted()

  test('goes out with it: the groups have new versions and are told of; a second sign-in writes nothing', async () => {
    await withTarget()
    const [cooks, waiters] = [await group('cooks'), await group('waiters')]
    await world.platform.db.delete(deliveries)
    const id = await connected({ groups: { claim: 'groups', map: { c: [cooks], w: [waiters] } } })
    await signIn(id, { groups: ['c'] })
    expect(await waiting()).toEqual(['cooks 1', 'kim 1'])
    expect((await getGroup(world.scope(), cooks)).version).toBe(2)
    await world.platform.db.delete(deliveries)
    const [before, link] = [await kim(), (await world.identities())[0]]
    world.advance(60_000)
    await signIn(id, { groups: ['c'] })
    expect(await waiting()).toEqual([])
    expect(await kim()).toEqual(before)
    expect((await world.identities())[0]?.synced).toEqual(link?.synced)
    expect((await getGroup(world.scope(), cooks)).version).toBe(2)
    await signIn(id, { groups: ['w'] })
    expect(await waiting()).toEqual(['cooks 1', 'waiters 1'])
    expect(await kim()).toEqual(before)
  })

  test('is told where people are chosen by it: who comes into a group goes out, and who leaves it is told of', async () => {
    const { to } = await withTarget()
    const cooks = await group('cooks')
    await updateConnection(world.scope(), to, { outbound: { groups: [cooks] } })
    await world.platform.db.delete(deliveries)
    const id = await connected({ groups: { claim: 'groups', map: { c: [cooks] } } })
    await signIn(id, { groups: [] })
    expect(await waiting()).toEqual([])
    await signIn(id, { groups: ['c'] })
    expect(await waiting()).toEqual(['cooks 1', 'kim 1'])
    await signIn(id, { groups: [] })
    expect(await waiting()).toEqual(['cooks 2', 'kim 2'])
  })

  test('is found without reading a table from end to end, and costs no more for a group of many', async () => {
    const cooks = await group('cooks')
    const id = await connected({
      groups: { claim: 'groups', map: { c: [cooks] }, byName: true },
      roles: { claim: 'roles', byName: true, sync: 'replace' },
    })
    await signIn(id, { groups: [], roles: [] })
    const { tenantId, db } = world.scope()
    const many = Array.from({ length: 3000 }, (_, i) => ({
      tenantId,
      groupId: cooks,
      memberId: `m${i}`,
      memberType: 'User' as const,
    }))
    await db.insert(groupMembers).values(many)
    const plans = await plansOf(db)
    const [scope, connection] = [world.scope(), await getConnection(world.scope(), id)]
    const person = (groups: string[]) => ({ issuer: idp.origin, subject: KIM.sub, claims: { groups, roles: groups } })
    const statements = async (groups: string[]) =>
      plans.demandIndexes(() => provision(scope, connection, person(groups)))
    const [added, same, removed] = [await statements(['c', 'x']), await statements(['c', 'x']), await statements([])]
    expect(added.length).toBeGreaterThan(same.length)
    expect(removed.length).toBeGreaterThan(same.length)
    const writes = same.filter(({ sql }) => /^\s*(?:insert|update|delete)/i.test(sql)).map(({ sql }) => sql)
    // The link has the time of the sign-in, and the log of decisions a line.
    expect(writes.map((sql) => /(?:update|into) (\w+)/.exec(sql)?.[1])).toEqual([
      'federated_identities',
      'sign_in_decisions',
    ])
  })

  test('can be asked without anything being written, also of somebody who is here', async () => {
    const cooks = await group('cooks')
    const id = await connected({ groups: { claim: 'groups', map: { c: [cooks] } } })
    const connection = await getConnection(world.scope(), id)
    const [change] = await grantChanges(world.scope(), connection, { groups: ['c'] })
    expect(change).toMatchObject({ kind: 'group', plan: { add: [{ id: cooks, name: 'cooks' }], remove: [] } })
    expect(await world.platform.db.select().from(groupMembers)).toEqual([])
    const person = (claims: object) => ({ issuer: idp.origin, subject: KIM.sub, claims: { ...claims } })
    expect(await dryRun(world.scope(), connection, person({ groups: ['c'] }))).toMatchObject({
      decision: 'create',
      memberships: [{ kind: 'group', change: 'add', id: cooks, name: 'cooks' }],
    })
    await signIn(id, { groups: ['c'] })
    expect(await dryRun(world.scope(), connection, person({ groups: [] }))).toMatchObject({
      decision: 'sign-in',
      memberships: [{ kind: 'group', change: 'remove', id: cooks, name: 'cooks' }],
    })
    const overage = await dryRun(world.scope(), connection, person({ hasgroups: true }))
    expect(overage).toMatchObject({
      memberships: [],
      details: { ignoredClaims: [{ claim: 'groups', why: 'overage' }] },
    })
    expect(overage.explanation).toContain('The claim groups changes nothing')
    expect(await groupsOfKim()).toEqual(['cooks'])
    const [absent] = await grantChanges(world.scope(), connection, {})
    expect(absent).toMatchObject({ listed: { kind: 'absent' }, plan: undefined })
  })
})

test('a role that the provider grants has a new version, and one that it grants no more as well', async () => {
  const reader = await role('reader')
  const id = await connected({ roles: { claim: 'resource_access.app.roles', map: { r: [reader] } } })
  await signIn(id, { resource_access: { app: { roles: ['r'] } } })
  expect([await rolesOfKim(), (await getRole(world.scope(), reader)).version]).toEqual([['reader'], 2])
  await signIn(id, { resource_access: { app: { roles: [] } } })
  expect([await rolesOfKim(), (await getRole(world.scope(), reader)).version]).toEqual([[], 3])
})

test('a connection that is removed leaves people where it has put them, and a user who is removed leaves no trace', async () => {
  const cooks = await group('cooks')
  const grant = { groups: { claim: 'groups', map: { c: [cooks] } } }
  const [one, other] = [await connected(grant, 'one'), await connected(grant, 'other')]
  await signIn(one, { groups: ['c'] })
  await removeConnection(world.scope(), one)
  expect([await groupsOfKim(), await grants()]).toEqual([['cooks'], []])
  await signIn(other, { sub: 'zoe', preferred_username: 'zoe', groups: ['c'] })
  expect(await grants()).toEqual([`group ${cooks}`])
  const zoe = (await world.users()).find(({ userName }) => userName === 'zoe')
  await removeUser(world.scope(), zoe?.id ?? '', origin)
  expect(await grants()).toEqual([])
})
