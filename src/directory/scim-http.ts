/** What the SCIM routes share: bodies, answers and versions on the wire (RFC 7644 sections 3.1, 3.4.2, 3.12, 3.14). */
import { ScimError } from '../core/errors.ts'
import { answerHeaders, type AppContext, scimMediaType } from '../http.ts'
import { parseJson } from '../scim/json.ts'
import { cursorResponse, listResponse } from '../scim/messages.ts'
import { project } from '../scim/project.ts'
import { type ListQuery, parseProjection, type Projection } from '../scim/query.ts'
import { isComplex, type Resource, type ResourceType } from '../scim/schema.ts'
import type { Changed, ScimRequest } from './endpoint.ts'
import type { UnknownMembers } from './groups/unknown/commands.ts'
import type { Page } from './list/page.ts'
import type { Versions } from './members/commands.ts'
import { etagOf, versionsIn } from './versions.ts'

const MEDIA_TYPES = ['application/scim+json', 'application/json']

/** Who asks, and how the request wants to be understood and answered. */
export function requestOf(c: AppContext, projection?: Projection): ScimRequest {
  const caller = c.get('caller')
  return {
    scope: c.get('scope'),
    caller,
    projection: projection ?? parseProjection(queryOf(c)),
    isStrict: caller.client?.isStrict ?? false,
    isOkta: isOkta(c),
    unknown: unknownOf(c),
    origin: { source: 'scim', by: caller.permissions },
  }
}

/** Whoever sends one request for many members, and gives all of them up for one who is not here. */
function unknownOf(c: AppContext): UnknownMembers {
  const { client } = c.get('caller')
  if (client) return client.isStrict ? { kind: 'refuse' } : { kind: 'pass', client: client.name }
  return isOkta(c) ? { kind: 'pass', client: 'Okta' } : { kind: 'refuse' }
}

/** Okta takes 400 for final, whatever credential it was given. */
function isOkta(c: AppContext): boolean {
  return !c.get('caller').client?.isStrict && /^Okta SCIM Client\b/.test(c.req.header('User-Agent') ?? '')
}

/** The body of a request, in either JSON media type; some clients send no Content-Type at all. */
export async function scimBody(c: AppContext): Promise<unknown> {
  const mediaType = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  if (mediaType && !MEDIA_TYPES.includes(mediaType)) {
    throw new ScimError(415, `Send application/scim+json or application/json, not ${mediaType.slice(0, 100)}.`)
  }
  return parseJson(await c.req.text(), { strict: c.var.caller.client?.isStrict ?? false })
}

/** A resource with what the projection leaves of it, its ETag, and its Location. */
export function answerResource(
  c: AppContext,
  type: ResourceType,
  resource: Resource,
  { projection }: ScimRequest,
  status: 200 | 201 = 200,
): Response {
  const { version, location } = isComplex(resource.meta) ? resource.meta : {}
  const headers = { ETag: String(version), Location: String(location) }
  return respond(c, status, JSON.stringify(project(type, resource, projection)), headers)
}

/** What a change left: the resource, or 204 where nobody asked to see it (RFC 7644 section 3.5.2). */
export async function answerChanged(
  c: AppContext,
  type: ResourceType,
  changed: Changed,
  request: ScimRequest,
  answer: 'resource' | 'if asked',
): Promise<Response> {
  const { attributes, excludedAttributes } = request.projection
  if (answer === 'resource' || attributes || excludedAttributes) {
    return answerResource(c, type, await changed.read(), request)
  }
  return respond(c, 204, null, { ETag: etagOf(changed.version) })
}

export function answerScim(c: AppContext, body: unknown, status: 200 | 201 = 200): Response {
  return respond(c, status, JSON.stringify(body))
}

/** An answer with all its headers at once (see answerHeaders). */
export function respond(
  c: AppContext,
  status: number,
  body: string | null,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(body, {
    status,
    headers: { ...answerHeaders(c, body === null ? undefined : scimMediaType(c)), ...headers },
  })
}

/** A page of resources as ListResponse (RFC 7644 section 3.4.2, RFC 9865 section 2). */
export function answerPage(c: AppContext, page: Page<unknown>, query: ListQuery): Response {
  const { rows, total } = page
  return answerScim(
    c,
    query.paging.kind === 'index'
      ? listResponse({ total: total ?? rows.length, startIndex: query.paging.startIndex, resources: rows })
      : cursorResponse({ ...page, resources: rows }),
  )
}

/** The versions that If-Match allows, undefined if it allows any; a tag that is not ours allows none. */
export function expectedVersions(c: AppContext): Versions | undefined {
  // What must not be there yet is there, or is not found (RFC 9110 section 13.1.2).
  if (c.req.header('If-None-Match')?.trim() === '*') throw new ScimError(412, 'If-None-Match: * allows no change.')
  const header = c.req.header('If-Match')
  return header === undefined ? undefined : versionsIn(header)
}

/** Throws 412 for a resource that is not as the client expects it (RFC 9110 section 13.1.1). */
export function demandExpected(c: AppContext, resource: Resource): void {
  const header = c.req.header('If-Match')
  const expected = header === undefined ? undefined : versionsIn(header)
  if (expected && !expected.includes(versionOf(resource))) {
    throw new ScimError(412, `${String(resource.id)} is not at that version.`)
  }
}

/** The version, if the client has the resource as it is (RFC 9110 section 13.1.2). */
export function knownVersion(c: AppContext, resource: Resource): number | undefined {
  const header = c.req.header('If-None-Match')
  if (header === undefined) return undefined
  const present = versionOf(resource)
  return (versionsIn(header)?.includes(present) ?? true) ? present : undefined
}

function versionOf({ meta }: Resource): number {
  return versionsIn(isComplex(meta) ? String(meta.version) : '')?.[0] ?? -1
}

/** Query parameters by lower-case name: Entra ID sends `startindex`, OneLogin a trailing `&`. */
export function queryOf(c: AppContext): Readonly<Record<string, string>> {
  if (!c.req.url.includes('?')) return NO_QUERY
  return Object.fromEntries(Object.entries(c.req.query()).map(([name, value]) => [name.toLowerCase(), value]))
}

const NO_QUERY = {}
