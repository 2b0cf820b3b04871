import { nameKey } from '../../../core/ids.ts'
import { type Db, isUniqueViolation, rowsOf, runBatch, type Statement } from '../../../db/open.ts'
import type { UserDocument } from '../../../db/schema.ts'
import { sql } from '../../../db/sql.ts'
import { comparedForm } from '../../../scim/compared.ts'
import { GROUP } from '../../../scim/resource-types.ts'
import type { Resource, ResourceType } from '../../../scim/schema.ts'
import { listTenants } from '../../../tenancy/queries.ts'
import { userTypeOf } from '../../attributes/queries.ts'
import { ALL_PERMISSIONS, EVERYONES_PERMISSIONS } from '../../permissions.ts'

const AT_ONCE = 500

/**
 * Brings what an earlier version stored to what this one searches: the forms in which values are compared, which only
 * the schemas know how to make, and what the built-in roles permit. Does nothing on a database that is up to date.
 * Gives back the names that are the same as another's now, as STRASSE and straße are: those keep their former key.
 */
export async function upgradeDirectory(db: Db): Promise<string[]> {
  const doubled: string[] = []
  for (const { id: tenantId } of await listTenants(db)) {
    doubled.push(...(await fillCompared(db, tenantId, 'users', await userTypeOf({ db, tenantId }))))
    doubled.push(...(await fillCompared(db, tenantId, 'groups', GROUP)))
    await runBatch(db, [
      permit(tenantId, 'admin', [...ALL_PERMISSIONS].sort()),
      permit(tenantId, 'everyone', EVERYONES_PERMISSIONS),
    ])
  }
  return doubled
}

function permit(tenantId: string, name: string, permissions: readonly string[]): Statement {
  const list = JSON.stringify(permissions)
  return sql`update roles set permissions = ${list} where tenant_id = ${tenantId} and built_in = 1
    and display_name_key = ${name} and permissions <> ${list}`
}

type Table = 'users' | 'groups'
type Row = {
  readonly id: string
  readonly name: string
  readonly display_name: string | null
  readonly document: string
}

async function fillCompared(db: Db, tenantId: string, table: Table, type: ResourceType): Promise<string[]> {
  const doubled: string[] = []
  for (let last = ''; ;) {
    const rows = await rowsOf<Row>(db, nextRows(tenantId, table, last))
    if (rows.length === 0) return doubled
    last = rows.at(-1)?.id ?? ''
    const fill = (row: Row) => fillStatements(tenantId, table, row, type)
    try {
      await runBatch(db, rows.flatMap(fill))
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      for (const row of rows) {
        const isSingle = await runBatch(db, fill(row)).then(
          () => true,
          (reason: unknown) => (isUniqueViolation(reason) ? false : Promise.reject(reason as Error)),
        )
        if (isSingle) continue
        await runBatch(db, fillStatements(tenantId, table, row, type, formerKey(row.name)))
        doubled.push(row.name)
      }
    }
  }
}

function nextRows(tenantId: string, table: Table, last: string) {
  return table === 'users'
    ? sql`select id, user_name as name, display_name, document from users where tenant_id = ${tenantId}
        and id > ${last} and compared = '' order by id limit ${AT_ONCE}`
    : sql`select id, display_name as name, display_name, document from groups where tenant_id = ${tenantId}
        and id > ${last} and compared = '' order by id limit ${AT_ONCE}`
}

function fillStatements(
  tenantId: string,
  table: Table,
  { id, name, display_name, document: text }: Row,
  type: ResourceType,
  key = nameKey(name),
): Statement[] {
  const document = JSON.parse(text) as UserDocument
  const compared = JSON.stringify(comparedForm(type, document as Resource))
  if (table === 'groups') {
    return [
      sql`update groups set compared = ${compared}, display_name_key = ${key}
        where tenant_id = ${tenantId} and id = ${id}`,
    ]
  }
  const displayKey = display_name === null ? null : nameKey(display_name)
  return [
    sql`update users set compared = ${compared}, user_name_key = ${key}, display_name_key = ${displayKey}
      where tenant_id = ${tenantId} and id = ${id}`,
    ...renewEmails(tenantId, id, document),
  ]
}

/** Addresses in ASCII, which are nearly all, have the key that they had. */
function renewEmails(tenantId: string, id: string, { emails }: UserDocument): Statement[] {
  const values = Array.isArray(emails) ? emails.flatMap((email: { value?: unknown }) => email.value ?? []) : []
  const texts = values.filter((value) => typeof value === 'string')
  const renewed = texts.filter((text) => nameKey(text) !== formerKey(text))
  if (renewed.length === 0) return []
  return [
    sql`delete from user_emails where tenant_id = ${tenantId} and user_id = ${id}
      and value_key in (select value from json_each(${JSON.stringify(renewed.map(formerKey))}))`,
    sql`insert into user_emails (tenant_id, user_id, value_key)
      select ${tenantId}, ${id}, value from json_each(${JSON.stringify(renewed.map(nameKey))}) where true
      on conflict do nothing`,
  ]
}

/** As 0.1.0 compared names. */
function formerKey(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC')
}
