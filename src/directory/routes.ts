import { bodyLimit } from 'hono/body-limit'
import { ScimError } from '../core/errors.ts'
import { newRouter } from '../http.ts'
import { resourceTypeDocuments, schemaDocuments, serviceProviderConfig } from '../scim/discovery.ts'
import { listResponse } from '../scim/messages.ts'
import type { AppContext } from '../http.ts'
import { scimAuth } from './auth.ts'
import { groupRoutes } from './groups/routes.ts'
import { roleRoutes } from './roles/routes.ts'
import { answerScim, MAX_RESULTS, queryOf } from './scim-http.ts'
import { userRoutes } from './users/routes.ts'

const MAX_BODY_BYTES = 1024 * 1024

const limitBody = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    throw new ScimError(413, `A request may have ${MAX_BODY_BYTES} bytes at the most.`)
  },
})

/** What a client learns before it authenticates (RFC 7644 section 4). */
const discovery = newRouter()
  .get('/scim2/ServiceProviderConfig', (c) => {
    refuseFilter(c)
    return answerScim(c, serviceProviderConfig(`${c.var.scope.issuer}/scim2`, { maxResults: MAX_RESULTS }))
  })
  .get('/scim2/ResourceTypes', (c) => {
    refuseFilter(c)
    return answerScim(c, documentList(resourceTypeDocuments(`${c.var.scope.issuer}/scim2`)))
  })
  .get('/scim2/ResourceTypes/:id', (c) =>
    answerScim(c, documentOf(resourceTypeDocuments(`${c.var.scope.issuer}/scim2`), c.req.param('id'))),
  )
  .get('/scim2/Schemas', (c) => {
    refuseFilter(c)
    return answerScim(c, documentList(schemaDocuments(`${c.var.scope.issuer}/scim2`)))
  })
  .get('/scim2/Schemas/:id', (c) =>
    answerScim(c, documentOf(schemaDocuments(`${c.var.scope.issuer}/scim2`), c.req.param('id'))),
  )

/** {T}/scim2: discovery for everyone, the rest for administrators and SCIM tokens. */
export const scimRoutes = newRouter()
  .route('/', discovery)
  .use('/scim2/*', limitBody, scimAuth)
  .route('/', userRoutes)
  .route('/', groupRoutes)
  .route('/', roleRoutes)

function documentList(documents: readonly { readonly id: string }[]) {
  return listResponse({ total: documents.length, startIndex: 1, resources: documents })
}

function documentOf<T extends { readonly id: string }>(documents: readonly T[], id: string): T {
  const found = documents.find((document) => document.id.toLowerCase() === id.toLowerCase())
  if (!found) throw new ScimError(404, `There is no ${id} here.`)
  return found
}

/** Discovery is not a query (RFC 7644 section 4: a filter is answered 403). */
function refuseFilter(c: AppContext): void {
  if (queryOf(c).filter !== undefined) throw new ScimError(403, 'Discovery documents cannot be filtered.')
}
