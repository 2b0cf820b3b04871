import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { ScimError } from '../core/errors.ts'
import { type AppContext, type Env, newRouter } from '../http.ts'
import { MAX_BULK_BYTES } from '../scim/discovery.ts'
import { parseListQuery, parseSearchRequest } from '../scim/query.ts'
import { demand, scimAuth } from './auth.ts'
import { bulkRoutes } from './bulk/routes.ts'
import type { VerifyAccessToken } from './credentials/caller.ts'
import { discoveryRoutes } from './discovery/routes.ts'
import type { Endpoint } from './endpoint.ts'
import { answerPatched, answerRead, answerRemoved, answerReplaced, refuseMethod } from './handlers.ts'
import { GROUPS } from './groups/endpoint.ts'
import { meRoutes } from './me/routes.ts'
import { ROLES } from './roles/endpoint.ts'
import { answerPage, answerResource, queryOf, requestOf, scimBody } from './scim-http.ts'
import { listEverything, listResources } from './search/run.ts'
import { USERS } from './users/endpoint.ts'

const ENDPOINTS: readonly Endpoint[] = [USERS, GROUPS, ROLES]

/** A body that says how long it is, as most do, is judged by that: to look at it costs on Node as much as the rest. */
const limitBody = createMiddleware<Env>(async (c, next) => {
  const length = c.req.header('Content-Length')
  const isChunked = c.req.header('Transfer-Encoding') !== undefined
  if (isChunked || (length === undefined && c.req.method !== 'GET')) return limitSize(c, next)
  if (length !== undefined && Number(length) > MAX_BULK_BYTES) refuseSize()
  return next()
})

const limitSize = bodyLimit({ maxSize: MAX_BULK_BYTES, onError: refuseSize })

function refuseSize(): never {
  throw new ScimError(413, `A request may have ${MAX_BULK_BYTES} bytes (maxPayloadSize) at the most.`)
}

/** {T}/scim2 (RFC 7644): discovery for everyone, the rest for whoever has a credential that permits it. */
export function scimRoutes(verify: VerifyAccessToken) {
  return newRouter()
    .route('/', discoveryRoutes(verify))
    .use('/scim2/*', scimAuth(verify), limitBody)
    .route('/', resourceRoutes('/scim2/Users', USERS))
    .route('/', resourceRoutes('/scim2/Groups', GROUPS))
    .route('/', resourceRoutes('/scim2/Roles', ROLES))
    .route('/', resourceRoutes('/scim2/v2/Roles', ROLES))
    .route('/', bulkRoutes(ENDPOINTS))
    .route('/', meRoutes(USERS))
    .route('/', rootRoutes())
}

/** One endpoint (RFC 7644 sections 3.3 to 3.6). */
function resourceRoutes(path: string, endpoint: Endpoint) {
  return newRouter()
    .get(path, async (c) => {
      demand(c, 'scim:read')
      return answerSearch(c, endpoint, queryOf(c))
    })
    .post(`${path}/.search`, async (c) => {
      demand(c, 'scim:read')
      return answerSearch(c, endpoint, parseSearchRequest(await scimBody(c)))
    })
    .all(`${path}/.search`, (c) => refuseMethod(c, 'POST'))
    .post(path, async (c) => {
      demand(c, endpoint.writes)
      const request = requestOf(c)
      const created = await endpoint.create(request, await scimBody(c))
      return answerResource(c, await endpoint.type(request.scope), await created.read(), request, 201)
    })
    .get(`${path}/:id`, async (c) => {
      demand(c, 'scim:read')
      return answerRead(c, endpoint, c.req.param('id'))
    })
    .put(`${path}/:id`, (c) => answerReplaced(c, endpoint, c.req.param('id')))
    .patch(`${path}/:id`, (c) => answerPatched(c, endpoint, c.req.param('id')))
    .delete(`${path}/:id`, (c) => answerRemoved(c, endpoint, c.req.param('id')))
    .all(path, (c) => refuseMethod(c, 'GET, POST'))
    .all(`${path}/:id`, (c) => refuseMethod(c, 'GET, PUT, PATCH, DELETE'))
}

async function answerSearch(c: AppContext, endpoint: Endpoint, parameters: Readonly<Record<string, unknown>>) {
  const query = parseListQuery(parameters)
  return answerPage(c, await listResources(requestOf(c, query.projection), endpoint, query), query)
}

/** The root: everything at once. */
function rootRoutes() {
  const answer = async (c: AppContext, parameters: () => Promise<Readonly<Record<string, unknown>>>) => {
    demand(c, 'scim:read')
    const query = parseListQuery(await parameters())
    return answerPage(c, await listEverything(requestOf(c, query.projection), ENDPOINTS, query), query)
  }
  return newRouter()
    .get('/scim2/', (c) => answer(c, async () => queryOf(c)))
    .get('/scim2', (c) => answer(c, async () => queryOf(c)))
    .post('/scim2/.search', (c) => answer(c, async () => parseSearchRequest(await scimBody(c))))
    .all('/scim2/.search', (c) => refuseMethod(c, 'POST'))
    .all('/scim2/', (c) => refuseMethod(c, 'GET'))
    .all('/scim2', (c) => refuseMethod(c, 'GET'))
}
