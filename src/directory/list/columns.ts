/** How a source of resources tells where their attributes stand. `r` is the resource's row. */
import { type Sql, sql, verbatim } from '../../db/sql.ts'
import type { ResourceType } from '../../scim/schema.ts'

/** A column, or what takes the place of one. Text is compared exactly or, as a `key`, in folded form. */
export type Column = {
  readonly kind: 'key' | 'text' | 'flag' | 'time'
  readonly value: Sql
  /** Never null: an order by it needs no care for what is missing. */
  readonly isThere?: boolean
  readonly lookup?: Lookup
  /** Of an index whose order is that of the column and then of ids. */
  readonly isOrdered?: boolean
  /** No two resources of a tenant have the same. */
  readonly isUnique?: boolean
}

/** What an index serves: the ids of resources, for a condition on its column. */
export type Lookup = { readonly column: Sql; readonly idsWhere: (condition: Sql) => Sql }

/** Values in rows of their own, under the alias `v`: `from` ends in a condition. Parts are by lower-case names. */
export type Rows = {
  readonly from: Sql
  readonly parts: Readonly<Record<string, Column>>
  /** Of the values of this part. */
  readonly lookup?: PartLookup
  /** Of the values of another part. */
  readonly otherLookup?: PartLookup
}

export type PartLookup = Lookup & {
  readonly part: string
  /** What is looked up is so much less than what is listed that all of it may be gone through, by any operator. */
  readonly isSmall?: boolean
}

export type Source = {
  readonly tenantId: string
  readonly type: ResourceType
  readonly table: 'users' | 'groups' | 'roles'
  /** By lower-case paths: `username`, `meta.created`. */
  readonly columns: Readonly<Record<string, Column>>
  /** By lower-case names of multi-valued attributes. */
  readonly rows: Readonly<Record<string, Rows>>
  /** Multi-valued attributes in JSON that an index serves beside it. */
  readonly hints: Readonly<Record<string, PartLookup>>
}

/** RFC 7643 section 3.1. The row's `id` is a column like any other. */
export function metaColumns(issuer: string, name: string, path: string): Readonly<Record<string, Column>> {
  return {
    id: { kind: 'text', value: sql`r.id`, isThere: true },
    'meta.resourcetype': { kind: 'text', value: sql`${name}`, isThere: true },
    'meta.created': timeColumn('r.created'),
    'meta.lastmodified': timeColumn('r.last_modified'),
    'meta.location': { kind: 'text', value: sql`${`${issuer}/scim2/${path}/`} || r.id`, isThere: true },
    'meta.version': { kind: 'text', value: sql`'W/"' || r.version || '"'`, isThere: true },
  }
}

function timeColumn(name: string): Column {
  return { kind: 'time', value: verbatim(name), isThere: true, isOrdered: true }
}

/**
 * A column of the resource's table with an index of its own. The ids are looked up by themselves: asked for the first
 * hundred in the order of ids, SQLite would rather go through everything.
 */
export function indexed(
  source: Pick<Source, 'table' | 'tenantId'>,
  name: string,
): Pick<Column, 'value' | 'lookup' | 'isOrdered'> {
  const column = verbatim(name)
  return {
    value: verbatim(`r.${name}`),
    isOrdered: true,
    lookup: {
      column,
      idsWhere: (condition) =>
        sql`select id from ${verbatim(source.table)} where tenant_id = ${source.tenantId} and ${condition}`,
    },
  }
}

/**
 * The path of an attribute in `compared` or `document`, as SQL text; of an array its first value, if `isFirst`. Names
 * come from schemas, and have no quotes.
 */
export function jsonPath(names: readonly string[], isFirst = false): string {
  return `'$${names.map((name) => `."${name}"`).join('')}${isFirst ? '[0]' : ''}'`
}
