/** A SCIM filter as an SQL condition with bound values, over the searched columns alone. */
import { and, eq, gt, gte, isNotNull, lt, lte, not, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { ScimError, unreachable } from '../core/errors.ts'
import { nameKey } from '../core/ids.ts'
import { groupMembers, groups, userEmails, users } from '../db/schema.ts'
import type { Scope } from '../platform.ts'
import { checkFilter } from '../scim/check.ts'
import { type Filter, type FilterValue, type Operator, parseFilter } from '../scim/filter.ts'
import { GROUP, USER } from '../scim/resource-types.ts'
import type { ResourceType } from '../scim/schema.ts'

/** How one attribute is compared. A `key` is case-folded text, as its column is; `text` is compared exactly. */
type Column = { readonly kind: 'key' | 'text' | 'flag' | 'time'; readonly column: SQLWrapper }
/** One attribute that stands in rows of its own: the condition on its column becomes one on the resource. */
type Elsewhere = { readonly kind: 'elsewhere'; readonly column: Column; readonly exists: (condition: SQL) => SQL }
type Searchable = Readonly<Record<string, Column | Elsewhere>>

/** The condition on `users` of a filter (RFC 7644 section 3.4.2.2). Throws invalidFilter. */
export function userWhere({ tenantId }: Scope, filter: string | undefined): SQL | undefined {
  if (filter === undefined) return undefined
  const emails: Elsewhere = {
    kind: 'elsewhere',
    column: { kind: 'key', column: userEmails.valueKey },
    exists: (condition) => sql`${users.id} in (select ${userEmails.userId} from ${userEmails}
      where ${userEmails.tenantId} = ${tenantId} and ${condition})`,
  }
  return toSql(parseFor(USER, filter), USER.schema.id, {
    id: { kind: 'text', column: users.id },
    username: { kind: 'key', column: users.userNameKey },
    externalid: { kind: 'text', column: users.externalId },
    displayname: { kind: 'key', column: sql`lower(${users.displayName})` },
    active: { kind: 'flag', column: users.active },
    emails,
    'emails.value': emails,
    'meta.created': { kind: 'time', column: users.created },
    'meta.lastmodified': { kind: 'time', column: users.lastModified },
  })
}

/** The condition on `groups` of a filter. Throws invalidFilter. */
export function groupWhere({ tenantId }: Scope, filter: string | undefined): SQL | undefined {
  if (filter === undefined) return undefined
  const members: Elsewhere = {
    kind: 'elsewhere',
    column: { kind: 'text', column: groupMembers.memberId },
    exists: (condition) => sql`${groups.id} in (select ${groupMembers.groupId} from ${groupMembers}
      where ${groupMembers.tenantId} = ${tenantId} and ${condition})`,
  }
  return toSql(parseFor(GROUP, filter), GROUP.schema.id, {
    id: { kind: 'text', column: groups.id },
    displayname: { kind: 'key', column: groups.displayNameKey },
    externalid: { kind: 'text', column: groups.externalId },
    members,
    'members.value': members,
    'meta.created': { kind: 'time', column: groups.created },
    'meta.lastmodified': { kind: 'time', column: groups.lastModified },
  })
}

/** A filter that fits the schema: no order of booleans, no text of numbers, nothing that is never returned. */
function parseFor(type: ResourceType, text: string): Filter {
  const filter = parseFilter(text)
  checkFilter(type, filter)
  return filter
}

/** SQLite's parser has a stack: what is nested deeper could not be read. */
const MAX_DEPTH = 8

function toSql(filter: Filter, schema: string, searchable: Searchable, depth = 0): SQL {
  if (depth > MAX_DEPTH) throw new ScimError('invalidFilter', `Nested more than ${MAX_DEPTH} deep.`)
  const inner = (one: Filter) => toSql(one, schema, searchable, depth + 1)
  const find = (path: string) => findColumn(path, schema, searchable)
  switch (filter.kind) {
    case 'and':
      return demand(and(...filter.filters.map(inner)))
    case 'or':
      return demand(or(...filter.filters.map(inner)))
    case 'not':
      // A comparison with what is unassigned is false (not unknown), so its contrary is true.
      return not(sql`coalesce(${inner(filter.filter)}, 0)`)
    case 'present': {
      const found = find(filter.path)
      return found.kind === 'elsewhere' ? found.exists(isNotNull(found.column.column)) : isNotNull(found.column)
    }
    case 'comparison': {
      const found = find(filter.path)
      if (found.kind !== 'elsewhere') return compare(found, filter)
      if (filter.operator !== 'ne') return found.exists(compare(found.column, filter))
      return not(found.exists(compare(found.column, { ...filter, operator: 'eq' })))
    }
    case 'valuePath': {
      // emails[value eq "x"] says the same as emails.value eq "x"; of the other parts of a value there is no column.
      const part = filter.filter
      if (part.kind !== 'comparison' || part.path.toLowerCase() !== 'value') throw unsearchable(`${filter.path}[...]`)
      return toSql({ ...part, path: `${filter.path}.value` }, schema, searchable, depth)
    }
    default:
      return unreachable(filter)
  }
}

function findColumn(path: string, schema: string, searchable: Searchable): Column | Elsewhere {
  const lower = path.toLowerCase()
  const prefix = `${schema.toLowerCase()}:`
  const name = lower.startsWith(prefix) ? lower.slice(prefix.length) : lower
  const found = Object.hasOwn(searchable, name) ? searchable[name] : undefined
  if (!found) throw unsearchable(path)
  return found
}

function unsearchable(path: string): ScimError {
  return new ScimError('invalidFilter', `This server cannot search by ${path.slice(0, 200)}.`)
}

type Comparison = { readonly path: string; readonly operator: Operator; readonly value: FilterValue }

function compare({ kind, column }: Column, { path, operator, value }: Comparison): SQL {
  const target = sql`${column}`
  if (value === null) return operator === 'eq' ? sql`${target} is null` : isNotNull(target)
  if (operator === 'ne') return not(sql`coalesce(${compare({ kind, column }, { path, operator: 'eq', value })}, 0)`)
  const operand = operandOf(kind, value, path)
  switch (operator) {
    case 'eq':
      return eq(target, operand)
    case 'gt':
      return gt(target, operand)
    case 'ge':
      return gte(target, operand)
    case 'lt':
      return lt(target, operand)
    case 'le':
      return lte(target, operand)
    case 'co':
      return sql`instr(${target}, ${textOf(operand, path)}) > 0`
    case 'ew':
      return sql`substr(${target}, length(${target}) - length(${textOf(operand, path)}) + 1) = ${operand}`
    case 'sw':
      // A range, so that an index serves it.
      return demand(and(gte(target, textOf(operand, path)), lt(target, `${operand}\u{10ffff}`)))
    default:
      return unreachable(operator)
  }
}

function operandOf(kind: Column['kind'], value: string | number | boolean, path: string): string | number {
  switch (kind) {
    case 'flag':
      if (/^(true|false)$/i.test(String(value))) return /^true$/i.test(String(value)) ? 1 : 0
      throw new ScimError('invalidFilter', `${path} is true or false.`)
    case 'time': {
      const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
      if (Number.isNaN(time))
        throw new ScimError('invalidFilter', `${path} is a dateTime, such as "2026-01-31T08:00:00Z".`)
      return time
    }
    case 'key':
    case 'text':
      if (typeof value !== 'string') throw new ScimError('invalidFilter', `${path} is text, in double quotes.`)
      return kind === 'key' ? nameKey(value) : value
    default:
      return unreachable(kind)
  }
}

function textOf(operand: string | number, path: string): string {
  if (typeof operand === 'string') return operand
  throw new ScimError('invalidFilter', `${path} is no text: only eq, ne, gt, ge, lt and le compare it.`)
}

function demand(condition: SQL | undefined): SQL {
  return condition ?? sql`1`
}
