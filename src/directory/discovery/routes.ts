import { ScimError } from '../../core/errors.ts'
import { type AppContext, newRouter } from '../../http.ts'
import { resourceTypeDocuments, schemaDocuments, serviceProviderConfig } from '../../scim/discovery.ts'
import { listResponse } from '../../scim/messages.ts'
import { GROUP, ROLE, USER } from '../../scim/resource-types.ts'
import { userTypeOf } from '../attributes/queries.ts'
import { findCaller, type VerifyAccessToken } from '../credentials/caller.ts'
import { refuseMethod } from '../handlers.ts'
import { answerScim, queryOf } from '../scim-http.ts'

/** RFC 7644 section 4. The plural of ServiceProviderConfig is in its erratum 4978, and in clients. */
const ADDRESSES = [
  'ServiceProviderConfig',
  'ServiceProviderConfigs',
  'ResourceTypes',
  'ResourceTypes/:id',
  'Schemas',
  'Schemas/:id',
]

/**
 * What a client learns before it authenticates. Attributes that the tenant has of its own are shown to those who have
 * a credential: their names may tell something.
 */
export function discoveryRoutes(verify: VerifyAccessToken) {
  const types = async (c: AppContext) => {
    if (c.req.header('Authorization') === undefined) return [USER, GROUP, ROLE]
    await findCaller(c, ScimError, { verify, scimTokens: true })
    return [await userTypeOf(c.var.scope), GROUP, ROLE]
  }
  const config = (c: AppContext) => {
    refuseFilter(c)
    return answerScim(c, serviceProviderConfig(baseOf(c)))
  }
  const router = newRouter()
    .get('/scim2/ServiceProviderConfig', config)
    .get('/scim2/ServiceProviderConfigs', config)
    .get('/scim2/ResourceTypes', async (c) => {
      refuseFilter(c)
      return answerScim(c, documentList(resourceTypeDocuments(baseOf(c), await types(c))))
    })
    .get('/scim2/ResourceTypes/:id', async (c) => {
      refuseFilter(c)
      return answerScim(c, documentOf(resourceTypeDocuments(baseOf(c), await types(c)), c.req.param('id')))
    })
    .get('/scim2/Schemas', async (c) => {
      refuseFilter(c)
      return answerScim(c, documentList(schemaDocuments(baseOf(c), await types(c))))
    })
    .get('/scim2/Schemas/:id', async (c) => {
      refuseFilter(c)
      return answerScim(c, documentOf(schemaDocuments(baseOf(c), await types(c)), c.req.param('id')))
    })
  for (const address of ADDRESSES) router.all(`/scim2/${address}`, (c) => refuseMethod(c, 'GET'))
  return router
}

function baseOf(c: AppContext): string {
  return `${c.var.scope.issuer}/scim2`
}

function documentList(documents: readonly { readonly id: string }[]) {
  return listResponse({ total: documents.length, startIndex: 1, resources: documents })
}

function documentOf<T extends { readonly id: string }>(documents: readonly T[], id: string): T {
  const found = documents.find((document) => document.id.toLowerCase() === id.toLowerCase())
  if (!found) throw new ScimError(404, `There is no ${id.slice(0, 200)} here.`)
  return found
}

/** Discovery is not a query: a filter is answered 403. Sorting, paging and attributes count for nothing. */
function refuseFilter(c: AppContext): void {
  if (queryOf(c).filter !== undefined) throw new ScimError(403, 'Discovery documents cannot be filtered.')
}
