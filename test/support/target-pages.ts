/** The lists of the fake target: by index as RFC 7644 section 3.4.2.4 has it, by cursor (RFC 9865), or as some servers do it. */
type Json = Record<string, unknown>

export type Paging = {
  /** It offers cursors, and takes nothing else. */
  byCursor?: boolean
  /** Which cursors it does not know any more. */
  isLost?: (cursor: string) => boolean
  /** No more than this on a page, whatever it is asked. */
  most?: number
  /** Everything on each page, whatever it is asked. */
  isDeaf?: boolean
  /** What it says that it has in all. */
  total?: (real: number) => number
  /** From which index on a page is empty (authentik). */
  emptyFrom?: number
  /** Members are shown in lists and groups, unless false. */
  showsMembers?: boolean
}

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'

export function listed(all: readonly Json[], query: URLSearchParams, paging: Paging) {
  const { most = 1000, isDeaf, emptyFrom = Infinity, total = (real) => real } = paging
  const count = Math.min(Number(query.get('count') ?? 100), most)
  const cursor = query.get('cursor')
  if (paging.byCursor && cursor === null)
    return { status: 400, body: { schemas: [ERROR], status: '400', detail: 'no cursor' } }
  if (cursor && paging.isLost?.(cursor)) {
    return { status: 400, body: { schemas: [ERROR], status: '400', scimType: 'expiredCursor', detail: 'too late' } }
  }
  const start = paging.byCursor
    ? Number(cursor === '' ? 0 : cursor?.slice(1))
    : Number(query.get('startIndex') ?? 1) - 1
  const page = isDeaf ? all : start + 1 >= emptyFrom ? [] : all.slice(start, start + count)
  const isMore = start + count < all.length
  const hidesMembers = query.get('excludedAttributes') === 'members' || paging.showsMembers === false
  const Resources = hidesMembers ? page.map(withoutMembers) : page
  const place = paging.byCursor
    ? isMore
      ? { nextCursor: `c${start + count}` }
      : {}
    : { startIndex: start + 1, totalResults: total(all.length) }
  return { status: 200, body: { schemas: [LIST], itemsPerPage: page.length, ...place, Resources } }
}

export function withoutMembers({ members: _members, ...rest }: Json): Json {
  return rest
}
