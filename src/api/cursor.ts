import { fromBase64, toBase64Url } from '../core/crypto.ts'
import { Problem } from '../core/errors.ts'

/** A place in a list as the text that a caller gives back; it holds nothing secret and is no promise of a form. */
export function toCursor(place: string): string {
  return toBase64Url(new TextEncoder().encode(place))
}

/** Problem 400 for a text that is no cursor of ours. */
export function fromCursor(cursor: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(fromBase64(cursor))
  } catch (cause) {
    const errors = [{ field: 'cursor', message: 'Give back nextCursor as it was.' }]
    throw new Problem(400, 'The cursor is not one of this list.', errors, { cause })
  }
}

/** A page from `limit + 1` rows: the last one only says that there are more. */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => string,
  toItem: (row: Row) => Item,
): { items: Item[]; nextCursor?: string } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const next = rows.length > limit && last !== undefined ? { nextCursor: toCursor(placeOf(last)) } : {}
  return { items: shown.map(toItem), ...next }
}
