import type { InValue } from '@libsql/client'

/** SQL text with the values bound to its question marks; a piece of a statement, or a whole one. */
export type Sql = { readonly sql: string; readonly args: readonly InValue[] }

/**
 * A statement, or a piece of one, with bound values. What drizzle's builder gives costs more to make than SQLite takes
 * to run it, so the paths that every SCIM request takes are written with this. A piece in a piece is spliced in.
 */
export function sql(strings: TemplateStringsArray, ...values: readonly (InValue | Sql)[]): Sql {
  const known = plainTexts.get(strings)
  if (known !== undefined) return { sql: known, args: values as readonly InValue[] }
  let text = strings[0] ?? ''
  const args: InValue[] = []
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (isSql(value)) {
      text += value.sql
      args.push(...value.args)
    } else {
      text += '?'
      args.push(value ?? null)
    }
    text += strings[i + 1] ?? ''
  }
  if (!values.some(isSql)) plainTexts.set(strings, text)
  return { sql: text, args }
}

/** The texts of templates that have no pieces in them: one string for each, so that it is found by what it is. */
const plainTexts = new WeakMap<TemplateStringsArray, string>()

/** Pieces in a row, such as the terms of an `and`. */
export function join(pieces: readonly Sql[], separator: string): Sql {
  return {
    sql: pieces.map((piece) => piece.sql).join(separator),
    args: pieces.flatMap((piece) => piece.args),
  }
}

/** SQL text that is ours and no input: a column's name, a JSON path made of a schema's names. */
export function verbatim(text: string): Sql {
  return { sql: text, args: [] }
}

function isSql(value: unknown): value is Sql {
  return typeof value === 'object' && value !== null && 'sql' in value && 'args' in value
}
