import { z } from 'zod'
import { newRouter } from '../../http.ts'
import { setAuthorizationPolicy } from '../../tenancy/authorization/commands.ts'
import { authorizationPolicy } from '../../tenancy/authorization/policy.ts'
import { EMPTY_DRAFT, submitForm } from '../form.ts'
import { viewOf } from '../frame.ts'
import { withMessage } from '../messages.ts'
import { authorizationPolicyPage, authorizationPolicyPath } from './pages.ts'

const form = z.object({
  requirePushedAuthorizationRequests: z
    .literal('on')
    .optional()
    .transform((value) => value === 'on'),
})

/** Login & Registration > Authorization requests. */
export const authorizationPolicyPages = newRouter()
  .get('/console/authorization-policy', (c) =>
    c.html(authorizationPolicyPage(viewOf(c), authorizationPolicy(c.var.scope), EMPTY_DRAFT)),
  )
  .post('/console/authorization-policy', (c) => {
    const view = viewOf(c)
    return submitForm(
      c,
      form,
      async (policy) => {
        await setAuthorizationPolicy(c.var.scope, policy)
        return withMessage(authorizationPolicyPath(view), 'authorization-policy-updated')
      },
      async (draft) => authorizationPolicyPage(view, authorizationPolicy(c.var.scope), draft),
    )
  })
