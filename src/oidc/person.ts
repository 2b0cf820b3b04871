import { groupsOfUser, rolesOfUser } from '../directory/users/links/queries.ts'
import type { UserLinks } from '../directory/users/resource.ts'
import type { UserRow } from '../directory/users/queries.ts'
import { isVerified, primaryEmail } from '../directory/verified/queries.ts'
import type { Scope } from '../platform.ts'
import type { Person } from './claims.ts'

/** Whom claims are about. */
export async function personOf(scope: Scope, user: UserRow, applicationId: string): Promise<Person> {
  const [groups, roles] = await Promise.all([groupsOfUser(scope, user.id), rolesOfUser(scope, user.id)])
  const address = primaryEmail(user.document)
  const isEmailVerified = address !== undefined && (await isVerified(scope, user.id, address))
  return { ...user, groups, roles: rolesToldTo(applicationId, roles), isEmailVerified }
}

/** An application hears of the organization's roles and of its own, not of another's. */
export function isToldTo(applicationId: string, { audience }: UserLinks['roles'][number]): boolean {
  return audience === '' || audience === applicationId
}

export function rolesToldTo(applicationId: string, roles: UserLinks['roles']): string[] {
  return roles.filter((role) => isToldTo(applicationId, role)).map(({ name }) => name)
}
