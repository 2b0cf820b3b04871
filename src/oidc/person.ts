import { groupsOfUser, rolesOfUser } from '../directory/users/links/queries.ts'
import type { LinkedUser, UserRow } from '../directory/users/queries.ts'
import type { Scope } from '../platform.ts'
import type { Person } from './claims.ts'

/** Whom claims are about. An application hears of the organization's roles and of its own, not of another's. */
export async function personOf(scope: Scope, user: UserRow, applicationId: string): Promise<Person> {
  const [groups, roles] = await Promise.all([groupsOfUser(scope, user.id), rolesOfUser(scope, user.id)])
  return personIn({ row: user, links: { groups, roles } }, applicationId)
}

/** The same of somebody whose groups and roles are read already. */
export function personIn({ row, links }: LinkedUser, applicationId: string): Person {
  const roles = links.roles.filter(({ audience }) => audience === '' || audience === applicationId)
  return { ...row, groups: links.groups, roles: roles.map(({ name }) => name) }
}
