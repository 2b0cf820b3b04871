import type { ConnectionRow } from '../../../connections/queries.ts'
import { nameKey } from '../../../core/ids.ts'
import { rowsOf } from '../../../db/open.ts'
import { join, type Sql, sql } from '../../../db/sql.ts'
import { rolesColumn } from '../../../directory/users/links/queries.ts'
import { hashAddress } from '../../../directory/verified/commands.ts'
import type { Scope } from '../../../platform.ts'
import type { KnownBy, Others } from '../decide.ts'
import { hasManyIssuers, type Named, type Rule } from '../linking.ts'
import { type CandidateRow, MOST_OF_ADDRESS, toFound, toKept } from './candidates.ts'

export type Asked = {
  readonly connection: ConnectionRow
  readonly issuer: string
  readonly subject: string
  readonly externalId: string | undefined
  readonly named: readonly Named[]
  /** The one that the provider has verified, and its domain. */
  readonly address: string | undefined
  readonly domain: string | undefined
  readonly names: Readonly<Record<'wanted' | 'second' | 'chosen', string>>
}

type Row = CandidateRow & { readonly kind: string }

/** Everybody who matters to somebody whom no link leads to, in one statement. */
export async function findOthers(scope: Scope, asked: Asked): Promise<Others> {
  const { named, names, address } = asked
  const rows = await rowsOf<Row>(scope.db, join(piecesOf(scope, asked), ' union all '))
  const of = (kind: string) => rows.filter((row) => row.kind === kind)
  const has = (kind: string, name: string) => of(kind).some(({ key }) => key === nameKey(name))
  const isOfWanted = ({ key }: Row) => key === nameKey(names.wanted)
  const isDeactivated = ({ number, source }: Row) => number === 0 && source === 'scim'
  return {
    byExternalId: await toKept(scope, of('external')),
    byRule: await Promise.all(
      named.map((one, i) => ('value' in one ? toFound(scope, one, of(`rule ${i}`)) : Promise.resolve([]))),
    ),
    deletedBy: waysOf({
      externalId: of('deleted').some(({ key }) => key === null),
      userName: has('deleted', names.wanted),
      address: address !== undefined && has('deleted', address),
    }),
    deactivatedBy: waysOf({
      externalId: of('deactivated').length > 0,
      userName: of('name').some((row) => isOfWanted(row) && isDeactivated(row)),
      address: of('left').length > 0,
    }),
    names: {
      wanted: has('name', names.wanted),
      second: has('name', names.second),
      highest: of('highest')[0]?.number ?? 0,
      chosen: has('name', names.chosen) || has('deleted', names.chosen),
    },
    isOwnDomain: of('domain').length > 0,
  }
}

function waysOf({ externalId, userName, address }: Readonly<Record<KnownBy, boolean>>): KnownBy[] {
  return [
    ...(externalId ? (['externalId'] as const) : []),
    ...(userName ? (['userName'] as const) : []),
    ...(address ? (['address'] as const) : []),
  ]
}

/** All with the columns of Row. */
function piecesOf(scope: Scope, asked: Asked): Sql[] {
  const { connection, subject, externalId, named, address, domain, names } = asked
  const nameOf = address === undefined ? [] : [address]
  const linked = isLinked(scope, asked)
  return [
    ...namesOf(scope, names),
    ...deletedOf(scope, externalId === undefined ? [subject] : [subject, externalId], [
      names.wanted,
      names.chosen,
      ...nameOf,
    ]),
    deactivatedOf(scope, subject),
    ...nameOf.map((one) => leftWithAddress(scope, one)),
    ...(domain === undefined ? [] : [domainOf(scope, connection.id, domain)]),
    ...(externalId === undefined ? [] : [withExternalId(scope, externalId, linked)]),
    ...named.flatMap((one, i) => ('value' in one ? [withAddress(scope, i, one.rule, one.value, linked)] : [])),
  ]
}

/** The numbers behind names that are looked at. */
const DIGITS = 9

/** Who has one of these names, and whether she is active; and the highest number behind the second. */
function namesOf({ tenantId }: Scope, { wanted, second, chosen }: Asked['names']): Sql[] {
  const keys = JSON.stringify([wanted, second, chosen].map(nameKey))
  const numbered = `${nameKey(second)}-`
  // Behind - comes . in the order of names.
  const end = `${nameKey(second)}.`
  return [
    sql`select 'name' as kind, user_name_key as key, active as number, source, null as document, 0 as verified,
      0 as linked, null as roles_json from users
      where tenant_id = ${tenantId} and user_name_key in (select value from json_each(${keys}))`,
    sql`select 'highest', null, max(cast(substr(user_name_key, length(${numbered}) + 1) as integer)), null, null, 0, 0,
      null from users where tenant_id = ${tenantId} and user_name_key > ${numbered} and user_name_key < ${end}
        and length(user_name_key) <= length(${numbered}) + ${DIGITS}`,
  ]
}

/** Tombstones by externalId have no key. */
function deletedOf({ tenantId }: Scope, externalIds: readonly string[], names: readonly string[]): Sql[] {
  return [
    sql`select 'deleted', null, 0, null, null, 0, 0, null from deleted_users where tenant_id = ${tenantId}
      and external_id is not null and external_id in (select value from json_each(${JSON.stringify(externalIds)}))`,
    sql`select 'deleted', user_name_key, 0, null, null, 0, 0, null from deleted_users where tenant_id = ${tenantId}
      and user_name_key in (select value from json_each(${JSON.stringify(names.map(nameKey))}))`,
  ]
}

function deactivatedOf({ tenantId }: Scope, subject: string): Sql {
  return sql`select 'deactivated', id, 0, source, null, 0, 0, null from users
    where tenant_id = ${tenantId} and external_id = ${subject} and active = 0 and source not in ('jit', 'account')`
}

/** Whom SCIM has deactivated who has the address: among her addresses, or as her user name. */
function leftWithAddress({ tenantId }: Scope, address: string): Sql {
  const isLeft = sql`u.tenant_id = ${tenantId} and u.active = 0 and u.source = 'scim'`
  return sql`select 'left', u.id, 0, u.source, null, 0, 0, null from users u
      where ${isLeft} and u.user_name_key = ${nameKey(address)}
    union all select 'left', u.id, 0, u.source, null, 0, 0, null from user_emails e
      cross join users u on u.tenant_id = e.tenant_id and u.id = e.user_id
      where e.tenant_id = ${tenantId} and e.value_key = ${nameKey(address)} and ${isLeft}`
}

function domainOf({ tenantId }: Scope, connectionId: string, domain: string): Sql {
  return sql`select 'domain', domain, 0, null, null, 0, 0, null from connection_domains
    where tenant_id = ${tenantId} and domain = ${domain} and connection_id = ${connectionId}`
}

/** Two are as many as any number. An externalId that a provider or she herself has written is none. */
function withExternalId({ tenantId }: Scope, externalId: string, linked: Sql): Sql {
  return sql`select * from (select 'external', u.id, u.active, u.source, null, 0, ${linked},
      ${rolesColumn(sql`${tenantId}`, sql`u.id`)} from users u
    where u.tenant_id = ${tenantId} and u.external_id = ${externalId} and u.source not in ('jit', 'account') limit 2)`
}

/** Whose name or address folds to this one: that may be another mailbox. */
function withAddress({ tenantId }: Scope, i: number, { attribute }: Rule, value: string, linked: Sql): Sql {
  const from =
    attribute === 'userName'
      ? sql`users u where u.tenant_id = ${tenantId} and u.user_name_key = ${nameKey(value)}`
      : sql`user_emails e cross join users u on u.tenant_id = e.tenant_id and u.id = e.user_id
          where e.tenant_id = ${tenantId} and e.value_key = ${nameKey(value)}`
  const verified = sql`exists (select 1 from verified_emails v where v.tenant_id = ${tenantId} and v.user_id = u.id
    and v.address_hash = ${hashAddress(value)})`
  return sql`select * from (select ${`rule ${i}`}, u.id, u.active, u.source, u.document, ${verified} as verified, ${linked},
      ${rolesColumn(sql`${tenantId}`, sql`u.id`)} from ${from}
    order by verified desc, u.source in ('jit', 'account') limit ${MOST_OF_ADDRESS + 1})`
}

/** Somebody else of this provider is linked to `u`. A link of an issuer that the connection does not have any more is none. */
function isLinked({ tenantId }: Scope, { connection, issuer }: Asked): Sql {
  const isOfIssuer = hasManyIssuers(connection.authenticator) ? sql`1` : sql`f.issuer = ${issuer}`
  return sql`exists (select 1 from federated_identities f where f.tenant_id = ${tenantId} and f.user_id = u.id
    and f.connection_id = ${connection.id} and ${isOfIssuer})`
}
