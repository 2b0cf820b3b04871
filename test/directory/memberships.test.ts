/** The groups and roles of one user as statements that others join to a batch of theirs. */
import { beforeAll, describe, expect, test } from 'vitest'
import { commit } from '../../src/directory/commit.ts'
import { removeGroup } from '../../src/directory/groups/commands.ts'
import { createGroup } from '../../src/directory/groups/creation/commands.ts'
import { getGroup } from '../../src/directory/groups/queries.ts'
import { GROUPS, ROLES } from '../../src/directory/members/commands.ts'
import { changeMemberships } from '../../src/directory/memberships/commands.ts'
import { allRoles } from '../../src/directory/roles/queries.ts'
import { removeUser } from '../../src/directory/users/commands.ts'
import { createUser } from '../../src/directory/users/creation/commands.ts'
import { groupsOfUser, rolesOfUser } from '../../src/directory/users/links/queries.ts'
import { findUserByName } from '../../src/directory/users/queries.ts'
import type { Scope } from '../../src/platform.ts'
import { testWorld } from '../support/app.ts'

const origin = { source: 'jit', connectionId: 'c' } as const
let scope: Scope
let count = 0

beforeAll(async () => {
  scope = await (await testWorld()).scope()
})

const user = async () => {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  return (await createUser(scope, { schemas, userName: `user ${++count}` }, origin)).row.id
}
const group = async () => {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
  return (await createGroup(scope, { schemas, displayName: `group ${++count}` }, origin)).id
}
const change = (userId: string, add: string[], remove: string[] = [], owner = GROUPS) =>
  commit(scope, changeMemberships(scope, owner, userId, { add, remove }, origin))
const idsOf = async (userId: string) => (await groupsOfUser(scope, userId)).map(({ id }) => id).toSorted()
const versionOf = async (id: string) => (await getGroup(scope, id)).version

describe('a change of one user’s groups', () => {
  test('raises the versions of those that change, and of no others', async () => {
    const [kim, a, b, c] = [await user(), await group(), await group(), await group()]
    await change(kim, [a, b])
    await change(kim, [a, c, 'nothing'], [b, 'nothing'])
    expect(await idsOf(kim)).toEqual([a, c].toSorted())
    expect(await Promise.all([a, b, c].map(versionOf))).toEqual([2, 3, 2])
    await change(kim, [a, c], [b])
    expect(await Promise.all([a, b, c].map(versionOf))).toEqual([2, 3, 2])
  })

  test('is nothing if nothing is to change, and puts nobody in who is gone', async () => {
    const [kim, a, b] = [await user(), await group(), await group()]
    expect(changeMemberships(scope, GROUPS, kim, { add: [], remove: [] }, origin)).toEqual({ writes: [], outbox: [] })
    await removeGroup(scope, b, origin)
    await removeUser(scope, kim, origin)
    await change(kim, [a, b])
    expect([await idsOf(kim), await versionOf(a)]).toEqual([[], 1])
  })

  test('made twice at once is made once', async () => {
    const [kim, a] = [await user(), await group()]
    await Promise.all([change(kim, [a]), change(kim, [a])])
    expect([await idsOf(kim), await versionOf(a)]).toEqual([[a], 2])
    await Promise.all([change(kim, [], [a]), change(kim, [], [a])])
    expect([await idsOf(kim), await versionOf(a)]).toEqual([[], 3])
  })
})

test('the last administrator stays one, whichever way she is; another one does not hold her', async () => {
  const admin = (await findUserByName(scope, 'admin'))?.id ?? ''
  const role = (await allRoles(scope)).find(({ displayName }) => displayName === 'admin')?.id ?? ''
  const isAdmin = async (id: string) => (await rolesOfUser(scope, id)).some(({ name }) => name === 'admin')
  await change(admin, [], [role], ROLES)
  expect(await isAdmin(admin)).toBe(true)
  const second = await user()
  await change(second, [role], [], ROLES)
  // Of two at once one is left.
  await Promise.all([change(admin, [], [role], ROLES), change(second, [], [role], ROLES)])
  expect([await isAdmin(admin), await isAdmin(second)].filter(Boolean)).toHaveLength(1)
})
