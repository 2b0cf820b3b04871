/** What is done with one resource by its id: at its endpoint, and at /Me. */
import { ScimError } from '../core/errors.ts'
import type { AppContext } from '../http.ts'
import { demand } from './auth.ts'
import type { Endpoint } from './endpoint.ts'
import {
  answerChanged,
  answerResource,
  demandExpected,
  expectedVersions,
  knownVersion,
  requestOf,
  respond,
  scimBody,
} from './scim-http.ts'
import { etagOf } from './versions.ts'

/** RFC 7644 section 3.4.1; what the client has already is 304 (section 3.14). */
export async function answerRead(c: AppContext, endpoint: Endpoint, id: string): Promise<Response> {
  const request = requestOf(c)
  const resource = await endpoint.read(request, id)
  demandExpected(c, resource)
  const known = knownVersion(c, resource)
  if (known !== undefined) return respond(c, 304, null, { ETag: etagOf(known) })
  return answerResource(c, await endpoint.type(request.scope), resource, request)
}

/** RFC 7644 section 3.5.1. */
export async function answerReplaced(c: AppContext, endpoint: Endpoint, id: string): Promise<Response> {
  demand(c, endpoint.writes)
  const request = requestOf(c)
  const changed = await endpoint.replace(request, id, await scimBody(c), expectedVersions(c))
  return answerChanged(c, await endpoint.type(request.scope), changed, request, 'resource')
}

/** RFC 7644 section 3.5.2. A user is answered whole; what may have many members only if somebody asks. */
export async function answerPatched(c: AppContext, endpoint: Endpoint, id: string): Promise<Response> {
  demand(c, endpoint.writes)
  const request = requestOf(c)
  const changed = await endpoint.patch(request, id, await scimBody(c), expectedVersions(c))
  const answer = endpoint.name === 'Users' ? 'resource' : 'if asked'
  return answerChanged(c, await endpoint.type(request.scope), changed, request, answer)
}

/** RFC 7644 section 3.6. */
export async function answerRemoved(c: AppContext, endpoint: Endpoint, id: string): Promise<Response> {
  demand(c, endpoint.writes)
  await endpoint.remove(requestOf(c), id, expectedVersions(c))
  return respond(c, 204, null)
}

/** 405, with what would be allowed (RFC 9110 section 15.5.6). */
export function refuseMethod(c: AppContext, allowed: string): never {
  c.header('Allow', allowed)
  throw new ScimError(405, `${c.req.method} is not for this address; it takes ${allowed}.`)
}
