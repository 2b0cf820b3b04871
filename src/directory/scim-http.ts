/** What the SCIM routes share: bodies, answers, versions and paging on the wire (RFC 7644 sections 3.1, 3.4.2, 3.14). */
import { ScimError } from '../core/errors.ts'
import type { AppContext } from '../http.ts'
import { parseJson } from '../scim/json.ts'
import { listResponse, parsePaging } from '../scim/messages.ts'
import { project } from '../scim/project.ts'
import type { Resource, ResourceType } from '../scim/schema.ts'

/** A page holds so many resources at the most; `itemsPerPage` says what it held. */
export const MAX_RESULTS = 200
const DEFAULT_RESULTS = 100
const MEDIA_TYPES = ['application/scim+json', 'application/json']

/** The body of a request, in either JSON media type; some clients send no Content-Type at all. */
export async function scimBody(c: AppContext): Promise<unknown> {
  const mediaType = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  if (mediaType && !MEDIA_TYPES.includes(mediaType)) {
    throw new ScimError(415, `Send application/scim+json or application/json, not ${mediaType}.`)
  }
  return parseJson(await c.req.text())
}

/** A resource with what `attributes` and `excludedAttributes` leave of it, its ETag, and its Location. */
export function answerResource(
  c: AppContext,
  type: ResourceType,
  resource: Resource,
  status: 200 | 201 = 200,
): Response {
  const meta = resource.meta
  if (typeof meta === 'object' && meta !== null && !Array.isArray(meta)) {
    if (typeof meta.version === 'string') c.header('ETag', meta.version)
    if (typeof meta.location === 'string') c.header('Location', meta.location)
  }
  return answerScim(c, project(type, resource, projectionOf(c)), status)
}

export function answerScim(c: AppContext, body: unknown, status: 200 | 201 = 200): Response {
  return c.body(JSON.stringify(body), status, { 'Content-Type': 'application/scim+json; charset=utf-8' })
}

/** A page of resources as ListResponse (RFC 7644 section 3.4.2). */
export function answerList(
  c: AppContext,
  type: ResourceType,
  page: { readonly total: number; readonly startIndex: number; readonly resources: readonly Resource[] },
): Response {
  const projection = projectionOf(c)
  const resources = page.resources.map((resource) => project(type, resource, projection))
  return answerScim(c, listResponse({ ...page, resources }))
}

/** Rows to pass over and to give, from startIndex and count. */
export function pagingOf(c: AppContext): { startIndex: number; offset: number; limit: number } {
  const { startIndex, count } = parsePaging(queryOf(c))
  return { startIndex, offset: startIndex - 1, limit: Math.min(count ?? DEFAULT_RESULTS, MAX_RESULTS) }
}

/** The version that If-Match demands, undefined if none does; a tag that is not ours matches nothing. */
export function expectedVersion(c: AppContext): number | undefined {
  const header = c.req.header('If-Match')
  if (header === undefined || header.trim() === '*') return undefined
  return Number(/^(?:W\/)?"(\d+)"$/.exec(header.trim())?.[1] ?? -1)
}

/** Query parameters by lower-case name: Entra sends `startindex`, OneLogin a trailing `&`. */
export function queryOf(c: AppContext): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(c.req.query()).map(([name, value]) => [name.toLowerCase(), value]))
}

function projectionOf(c: AppContext) {
  const { attributes, excludedattributes } = queryOf(c)
  const names = (list: string | undefined) =>
    list
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
  return { attributes: names(attributes), excludedAttributes: names(excludedattributes) }
}
