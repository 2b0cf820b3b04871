/** Where in the database the values stand that a path of a filter leads to. */
import { type Sql, sql, verbatim } from '../../db/sql.ts'
import { type Attribute, findPath } from '../../scim/schema.ts'
import { type Column, jsonPath, type Rows, type Source } from './columns.ts'

/** Where the values stand that a path leads to, and what they are. */
export type Place =
  | { readonly kind: 'column'; readonly attribute: Attribute; readonly column: Column }
  /** A complex attribute whose parts are columns, by lower-case names; it is always there. */
  | { readonly kind: 'columns'; readonly attribute: Attribute; readonly parts: Readonly<Record<string, Column>> }
  /** JSON at an SQL expression: of a complex attribute an object, of a multi-valued one an array. */
  | { readonly kind: 'json'; readonly attribute: Attribute; readonly value: Sql }
  | { readonly kind: 'rows'; readonly attribute: Attribute; readonly rows: Rows; readonly part: string | undefined }

export function placeOf(source: Source, path: string): Place | undefined {
  const found = findPath(source.type, path)
  if (!found) return undefined
  const { container, attribute, subAttribute } = found
  const names = [...(container === undefined ? [] : [container]), attribute.name]
  const name = attribute.name.toLowerCase()
  const rows = container === undefined && Object.hasOwn(source.rows, name) ? source.rows[name] : undefined
  if (rows) return { kind: 'rows', attribute: subAttribute ?? attribute, rows, part: subAttribute?.name.toLowerCase() }
  const full = subAttribute ? `${name}.${subAttribute.name.toLowerCase()}` : name
  const column = container === undefined && Object.hasOwn(source.columns, full) ? source.columns[full] : undefined
  if (column) return { kind: 'column', attribute: subAttribute ?? attribute, column }
  const parts = container === undefined ? partsOf(source, name) : undefined
  if (parts) return subAttribute ? undefined : { kind: 'columns', attribute, parts }
  if (subAttribute && attribute.multiValued) {
    return { kind: 'rows', attribute: subAttribute, rows: jsonRows(source, attribute, names), part: subAttribute.name }
  }
  if (attribute.multiValued) {
    return { kind: 'rows', attribute, rows: jsonRows(source, attribute, names), part: undefined }
  }
  return jsonPlace(source, subAttribute ?? attribute, subAttribute ? [...names, subAttribute.name] : names)
}

/** The columns of `meta` and its like, by the names of its parts. */
function partsOf({ columns }: Source, name: string): Readonly<Record<string, Column>> | undefined {
  const parts = Object.entries(columns).filter(([path]) => path.startsWith(`${name}.`))
  if (parts.length === 0) return undefined
  return Object.fromEntries(parts.map(([path, column]) => [path.slice(name.length + 1), column]))
}

function jsonPlace(source: Source, attribute: Attribute, names: readonly string[]): Place {
  // Roles have no JSON; what is in no column of theirs is nowhere.
  if (source.table === 'roles') return { kind: 'json', attribute, value: sql`null` }
  return { kind: 'json', attribute, value: sql`json_extract(r.compared, ${verbatim(jsonPath(names))})` }
}

/** The values of a multi-valued attribute in JSON, each as `v.value`. */
function jsonRows(source: Source, attribute: Attribute, names: readonly string[]): Rows {
  const from = sql`from json_each(r.compared, ${verbatim(jsonPath(names))}) v where true`
  const hint = names.length === 1 ? source.hints[attribute.name.toLowerCase()] : undefined
  return { from, parts: {}, ...(hint ? { lookup: hint } : {}) }
}

/** The part of a value `v` of rows: a column of theirs, or JSON within `v.value`. */
export function partOf(rows: Rows, attribute: Attribute, part: string | undefined): Place | undefined {
  const name = part?.toLowerCase() ?? ''
  if (Object.hasOwn(rows.parts, name)) {
    const column = rows.parts[name]
    return column && { kind: 'column', attribute, column }
  }
  if (Object.keys(rows.parts).length > 0) return undefined
  const value = part === undefined ? sql`v.value` : within(sql`v.value`, part)
  return { kind: 'json', attribute: { ...attribute, multiValued: false }, value }
}

/** A part of a complex value in JSON. */
export function within(value: Sql, part: string, isFirst = false): Sql {
  return sql`json_extract(${value}, ${verbatim(jsonPath([part], isFirst))})`
}
