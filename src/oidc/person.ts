import { groupsOfUser, rolesOfUser } from '../directory/users/links/queries.ts'
import type { LinkedUser, UserRow } from '../directory/users/queries.ts'
import { isVerified, primaryEmail } from '../directory/verified/queries.ts'
import type { Scope } from '../platform.ts'
import type { Person } from './claims.ts'

/** Whom claims are about. An application hears of the organization's roles and of its own, not of another's. */
export async function personOf(scope: Scope, user: UserRow, applicationId: string): Promise<Person> {
  const [groups, roles] = await Promise.all([groupsOfUser(scope, user.id), rolesOfUser(scope, user.id)])
  return personIn(scope, { row: user, links: { groups, roles } }, applicationId)
}

/** The same of somebody whose groups and roles are read already. */
export async function personIn(scope: Scope, { row, links }: LinkedUser, applicationId: string): Promise<Person> {
  const address = primaryEmail(row.document)
  const isEmailVerified = address !== undefined && (await isVerified(scope, row.id, address))
  const roles = links.roles.filter(({ audience }) => audience === '' || audience === applicationId)
  return { ...row, groups: links.groups, roles: roles.map(({ name }) => name), isEmailVerified }
}
