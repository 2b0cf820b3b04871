import { firstOf, rowsOf } from '../../db/open.ts'
import { remember } from '../../core/memory.ts'
import { join, type Sql, sql, verbatim } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { checkFilter } from '../../scim/check.ts'
import { type Filter, parseFilter } from '../../scim/filter.ts'
import { parseLenientFilter } from '../../scim/lenient-filter.ts'
import type { ListQuery } from '../../scim/query.ts'
import type { ResourceType } from '../../scim/schema.ts'
import { type Order, orderBy, orderOf, stretches } from './order.ts'
import { type Keyed, type List, type Page, pageOf } from './page.ts'
import type { Source } from './columns.ts'
import { type Condition, EVERYTHING } from './where.ts'

/** A checked filter, of which one of the types has each attribute. Throws invalidFilter. */
export function readFilter(types: readonly ResourceType[], text: string, isStrict = false): Filter {
  const filter = isStrict ? parseFilter(text) : parseLenientFilter(types, text)
  checkFilter(types, filter)
  return filter
}

/**
 * One page of a list: `columns` are those of the row `r`, as SQL text in which ?1 is the tenant. Throws invalidCursor,
 * expiredCursor and invalidCount.
 */
export async function listPage<Row extends Keyed>(
  scope: Scope,
  source: Source,
  query: ListQuery,
  condition: Condition,
  columns: string,
): Promise<Page<Row>> {
  const { db, tenantId } = scope
  const table = verbatim(source.table)
  const { order, where } = inOrderOf(source, query, condition)
  const matching = sql`from ${table} r where r.tenant_id = ?1 and ${where}`
  // ?1 comes first, so that the numbers of all others follow it.
  const select = ({ sql: text, args }: Sql): Sql => ({ sql: selectOf(columns, text), args: [tenantId, ...args] })
  if (
    condition.stretch?.isUnique &&
    query.paging.kind === 'index' &&
    query.paging.startIndex === 1 &&
    query.count > 0
  ) {
    const only = await firstOf<Row>(db, select(matching))
    return { rows: only ? [only] : [], total: only ? 1 : 0 }
  }
  const list: List<Row> = {
    name: source.table,
    // The ids are sorted and cut before the columns are read, which may cost a query each.
    read: ({ from, backwards, limit, offset }) => {
      const key = order.key ? sql`, ${order.key} as sort_key` : sql``
      const by = orderBy(order, backwards)
      const part = (condition: Sql) =>
        sql`select r.id as page_id${key} ${matching} and ${condition} order by ${by} limit ${limit} offset ${offset}`
      const parts = offset > 0 ? [EVERYTHING] : stretches(order, from, backwards)
      const page = sql`${order.key ? sql`, sort_key` : sql``}
        from (${oneAfterTheOther(parts.map(part), limit)}) p
        cross join ${table} r on r.tenant_id = ?1 and r.id = p.page_id order by ${by}`
      return rowsOf<Row>(db, select(page))
    },
    count: async () => {
      const { sql: text, args } = matching
      const counted = await firstOf<Total>(db, { sql: `select count(*) as total ${text}`, args: [tenantId, ...args] })
      return counted?.total ?? 0
    },
  }
  return pageOf(scope, query, list)
}

/**
 * In whose order a list is read, and by what condition. Who does not say in which order she wants what an index finds
 * gets it in the index's (RFC 7644 section 3.4.2.3): otherwise all of it would be found before the first is known.
 */
function inOrderOf(source: Source, query: ListQuery, { where, stretch }: Condition): { order: Order; where: Sql } {
  const order = orderOf(source, query.sortBy, query.descending)
  const isAlong = stretch && (query.sortBy === undefined || order.key?.sql === stretch.key.sql)
  return isAlong ? { order: { ...order, key: stretch.key, isThere: true }, where: stretch.where } : { order, where }
}

/** One text for one statement: it is long, and to be found by it again it must not be read anew each time. */
function selectOf(columns: string, rest: string): string {
  const known = selects.get(columns) ?? new Map<string, string>()
  selects.set(columns, known)
  const found = known.get(rest)
  if (found !== undefined) return found
  const text = `select ?1 as tenant_id, ${columns} ${rest}`
  if (rest.length < LONG_TEXT) remember(known, rest, text)
  return text
}
/** Filters that are this long are not asked often. */
const LONG_TEXT = 2000
const selects = new Map<string, Map<string, string>>()

/** Until the page is full. */
function oneAfterTheOther(parts: readonly Sql[], limit: number): Sql {
  const [only] = parts
  if (only && parts.length === 1) return only
  const all = parts.map((part) => sql`select * from (${part})`)
  return sql`select * from (${join(all, ' union all ')}) limit ${limit}`
}

type Total = { readonly total: number }
/** A resource of any type: `name` is the table in which it stands. */
export type Found = Keyed & { readonly name: Source['table'] }

/** One page of what matches in several tables at once (RFC 7644 section 3.4.2.1). */
export async function listAcross(
  scope: Scope,
  parts: readonly { readonly source: Source; readonly condition: Sql }[],
  query: ListQuery,
): Promise<Page<Found>> {
  const { db, tenantId } = scope
  const all = join(
    parts.map(({ source, condition }) => {
      const { key } = orderOf(source, query.sortBy, query.descending)
      return sql`select ${source.table} as name, r.id as id, ${key ?? sql`null`} as sort_key
        from ${verbatim(source.table)} r where r.tenant_id = ${tenantId} and ${condition}`
    }),
    ' union all ',
  )
  const isSorted = query.sortBy !== undefined
  const order: Order = {
    key: isSorted ? sql`r.sort_key` : undefined,
    isThere: !isSorted,
    descending: isSorted && query.descending,
  }
  return pageOf<Found>(scope, query, {
    name: 'all',
    read: ({ from, backwards, limit, offset }) =>
      rowsOf<Found>(
        db,
        sql`select r.name, r.id, r.sort_key from (${all}) r where (${join(stretches(order, from, backwards), ' or ')})
          order by ${orderBy(order, backwards)} limit ${limit} offset ${offset}`,
      ),
    count: async () => (await firstOf<Total>(db, sql`select count(*) as total from (${all})`))?.total ?? 0,
  })
}
