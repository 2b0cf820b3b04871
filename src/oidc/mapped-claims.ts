/** Claims that an application alone is told: SCIM attributes under names of its own (clientMetadata.claims). */
import type { ApplicationRow } from '../applications/queries.ts'
import type { MappedClaim } from '../db/schema.ts'
import { userTypeOf } from '../directory/attributes/queries.ts'
import { findLinkedUser, toUserResource } from '../directory/users/queries.ts'
import type { Scope } from '../platform.ts'
import { readerOf } from '../scim/mapping/map.ts'
import { isEmpty, oneOf } from '../scim/mapping/transforms.ts'
import { isToldTo } from './person.ts'

export type ClaimTarget = MappedClaim['in'][number]
type Claims = Readonly<Record<string, unknown>>

/**
 * What the claims of an application have of a person, by what tells them. It costs nothing where none are mapped. Of a
 * path with a filter the one value that it picks is told, of a multi-valued attribute without one a list.
 */
export async function mappedClaims(
  scope: Scope,
  { id, clientMetadata: { claims = {} } }: Pick<ApplicationRow, 'id' | 'clientMetadata'>,
  userId: string,
): Promise<(target: ClaimTarget) => Claims> {
  const mapped = Object.entries(claims)
  if (mapped.length === 0) return () => ({})
  const paths = mapped.map(([, { attribute }]) => attribute)
  const shown = { groups: paths.some(beginsWith('groups')), roles: paths.some(beginsWith('roles')) }
  const [type, user] = [await userTypeOf(scope), await findLinkedUser(scope, userId, shown)]
  if (!user) return () => ({})
  const links = { ...user.links, roles: user.links.roles.filter((role) => isToldTo(id, role)) }
  const read = readerOf(type, toUserResource(scope, { row: user.row, links }))
  const values = mapped.flatMap(([name, { attribute, in: targets }]) => {
    const value = attribute.includes('[') ? oneOf(read(attribute)) : read(attribute)
    return isEmpty(value) ? [] : [{ name, value, targets }]
  })
  return (target) =>
    Object.fromEntries(values.filter(({ targets }) => targets.includes(target)).map(({ name, value }) => [name, value]))
}

function beginsWith(attribute: string) {
  return (path: string) => path.toLowerCase().startsWith(attribute)
}
