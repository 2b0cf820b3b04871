import { jsonBody, newRouter } from '../../http.ts'
import { setAuthorizationPolicy } from '../../tenancy/authorization/commands.ts'
import { authorizationPolicy } from '../../tenancy/authorization/policy.ts'
import { authorizationPolicyInput } from '../../tenancy/authorization/settings.ts'

/** What this tenant demands of every authorization request. */
export const authorizationPolicyApi = newRouter()
  .get('/api/v1/authorization-policy', (c) => c.json(authorizationPolicy(c.var.scope)))
  .put('/api/v1/authorization-policy', jsonBody(authorizationPolicyInput), async (c) => {
    const policy = c.req.valid('json')
    await setAuthorizationPolicy(c.var.scope, policy)
    return c.json(policy)
  })
