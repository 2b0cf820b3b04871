import { type ApplicationRow, APPLICATION_TEXT, readApplication } from '../../applications/queries.ts'
import { firstOf } from '../../db/open.ts'
import type { UserDocument } from '../../db/schema.ts'
import { type Sql, sql, verbatim } from '../../db/sql.ts'
import { groupsColumn, rolesColumn, toGroups, toRoles } from '../../directory/users/links/queries.ts'
import { hashAddress } from '../../directory/verified/commands.ts'
import { primaryEmail } from '../../directory/verified/queries.ts'
import type { Scope } from '../../platform.ts'
import type { AccessToken } from '../access-tokens.ts'
import type { Person } from '../claims.ts'
import { rolesToldTo } from '../person.ts'
import { type Standing, standingOn } from '../queries.ts'
import { knownScopes } from '../scope.ts'

/** What userinfo has to say of somebody, before it is read: the same text says the same. */
export type Found = {
  readonly application: ApplicationRow
  readonly person: string
  /** When what the token stands on ends by itself, in milliseconds. */
  readonly until: number
}

/** What of a person costs a look at another table, where it is to be told. */
type Parts = { readonly groups: boolean; readonly roles: boolean; readonly verified: boolean }

/**
 * In one statement what an access token stands on, as findGrant has it, whose it is (an exchanged one stands on another
 * application's grant), and what is asked of the person; undefined if it was revoked.
 */
export async function findTold(scope: Scope, token: AccessToken): Promise<Found | undefined> {
  const { from, where, until, args } = standingOn(scope, token)
  const found = await firstOf<{ application: string; person: string; until: number | null }>(scope.db, {
    sql: textOf(partsOf(token), { from, where, until }),
    args,
  })
  if (!found) return undefined
  const application = readApplication(scope, token.clientId, found.application)
  return { application, person: found.person, until: found.until ?? Number.POSITIVE_INFINITY }
}

function partsOf({ scope, userinfoClaims }: AccessToken): Parts {
  const scopes = knownScopes(scope)
  return {
    groups: scopes.includes('groups') || userinfoClaims.includes('groups'),
    roles: scopes.includes('roles') || userinfoClaims.includes('roles'),
    verified: scopes.includes('email') || userinfoClaims.includes('email_verified'),
  }
}

/** ?1 is the tenant, and ?3 the client. Each value that the driver hands over costs as much as SQLite takes to find a row. */
function textOf(parts: Parts, { from, where, until }: Standing): string {
  const key = `${from} ${parts.groups} ${parts.roles} ${parts.verified}`
  const known = texts.get(key)
  if (known !== undefined) return known
  const [tenantId, id] = [verbatim('?1'), verbatim('r.id')]
  const verified = sql`select json_group_array(v.address_hash) from verified_emails v
    where v.tenant_id = ${tenantId} and v.user_id = ${id}`
  const values = [
    verbatim('r.id, r.user_name, r.display_name, r.active, r.document, r.last_modified'),
    parts.groups ? asValue(sql`select ${groupsColumn(tenantId, id)}`) : verbatim('null'),
    parts.roles ? asValue(sql`select ${rolesColumn(tenantId, id)}`) : verbatim('null'),
    parts.verified ? asValue(verified) : verbatim('null'),
  ]
  const text = `select ${APPLICATION_TEXT.sql} as application, json_array(${values.map(({ sql }) => sql).join(', ')}) as person,
    ${until} as until
    from ${from} s cross join applications a on a.tenant_id = ?1 and a.client_id = ?3
    left join users r on r.tenant_id = ?1 and r.id = s.user_id where ${where}`
  texts.set(key, text)
  return text
}
const texts = new Map<string, string>()

/** A text in the list, whether or not SQLite still knows that it is JSON. */
function asValue(query: Sql): Sql {
  return sql`(${query}) || ''`
}

type Values = [
  id: string | null,
  userName: string,
  displayName: string | null,
  active: number,
  document: string,
  lastModified: number,
  groups: string | null,
  roles: string | null,
  verified: string | null,
]

/** Undefined if she is no more, or deactivated. Of groups, roles and whether her address is hers only what was asked. */
export async function readPerson(
  scope: Scope,
  token: AccessToken,
  { application, person }: Found,
): Promise<Person | undefined> {
  const [id, userName, displayName, active, text, modified, groups, roles, verified] = JSON.parse(person) as Values
  if (id === null || active !== 1) return undefined
  const document = JSON.parse(text) as UserDocument
  const address = primaryEmail(document)
  const hashes = JSON.parse(verified ?? '[]') as string[]
  return {
    id,
    userName,
    displayName,
    document,
    lastModified: new Date(modified),
    groups: toGroups(groups),
    roles: partsOf(token).roles ? rolesToldTo(application.id, await toRoles(scope, roles)) : [],
    isEmailVerified: address !== undefined && hashes.length > 0 && hashes.includes(hashAddress(address)),
  }
}
