import { ScimError } from '../../core/errors.ts'
import type { Scope } from '../../platform.ts'
import { CURSOR_SECONDS } from '../../scim/discovery.ts'
import type { ListQuery } from '../../scim/query.ts'
import type { Place } from './order.ts'

/** From where a page goes on, and in which direction. */
export type CursorPlace = Place & { readonly backwards: boolean }

/**
 * A place in a list as the text that a client gives back (RFC 9865 section 2): sealed, so that nobody reads or makes
 * one, and for this tenant, this list and this query alone. It needs no state here, and so outlives any restart.
 */
export async function sealCursor(scope: Scope, list: string, query: ListQuery, place: CursorPlace): Promise<string> {
  const { backwards, key, id } = place
  const content = [scope.now.getTime(), query.count, backwards, key, id]
  return scope.platform.sealer.seal(JSON.stringify(content), sealedPlace(scope, list, query))
}

/** Throws invalidCursor, expiredCursor, and invalidCount for another count than the first page had (section 2.1). */
export async function openCursor(scope: Scope, list: string, query: ListQuery, cursor: string): Promise<CursorPlace> {
  const opened = await scope.platform.sealer.open(cursor, sealedPlace(scope, list, query)).catch((cause: unknown) => {
    throw new ScimError('invalidCursor', 'The cursor is not one of this query: repeat the query as it was.', { cause })
  })
  const [time, count, backwards, key, id] = JSON.parse(opened) as [number, number, boolean, Place['key'], string]
  if (time + CURSOR_SECONDS * 1000 < scope.now.getTime()) {
    throw new ScimError('expiredCursor', 'The cursor has expired: begin again with an empty one.')
  }
  if (count !== query.count) throw new ScimError('invalidCount', `count has to be ${count}, as for the page before.`)
  return { backwards, key, id }
}

function sealedPlace({ tenantId }: Scope, list: string, { filter, sortBy, descending }: ListQuery) {
  return { tenantId, table: 'scim cursor', row: JSON.stringify([list, filter, sortBy, descending]) }
}
