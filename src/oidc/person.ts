import { groupsOfUser, rolesOfUser } from '../directory/users/links/queries.ts'
import type { UserRow } from '../directory/users/queries.ts'
import { isVerified, primaryEmail } from '../directory/verified/queries.ts'
import type { Scope } from '../platform.ts'
import type { Person } from './claims.ts'

/** Whom claims are about. An application hears of the organization's roles and of its own, not of another's. */
export async function personOf(scope: Scope, user: UserRow, applicationId: string): Promise<Person> {
  const address = primaryEmail(user.document)
  const [groups, held, isEmailVerified] = await Promise.all([
    groupsOfUser(scope, user.id),
    rolesOfUser(scope, user.id),
    address !== undefined && isVerified(scope, user.id, address),
  ])
  const roles = held.filter(({ audience }) => audience === '' || audience === applicationId)
  return { ...user, groups, roles: roles.map(({ name }) => name), isEmailVerified }
}
