import { setPasswordPolicy } from '../../directory/passwords/commands.ts'
import { findPasswordPolicy } from '../../directory/passwords/queries.ts'
import { newRouter } from '../../http.ts'
import { EMPTY_DRAFT, submitForm } from '../form.ts'
import { viewOf } from '../frame.ts'
import { withMessage } from '../messages.ts'
import { policyForm } from './form.ts'
import { policyPage, policyPath } from './pages.ts'

/** Login & Registration > Password policy. */
export const passwordPolicyPages = newRouter()
  .get('/console/password-policy', async (c) =>
    c.html(policyPage(viewOf(c), await findPasswordPolicy(c.var.scope), EMPTY_DRAFT)),
  )
  .post('/console/password-policy', (c) => {
    const view = viewOf(c)
    return submitForm(
      c,
      policyForm,
      async (policy) => {
        await setPasswordPolicy(c.var.scope, policy)
        return withMessage(policyPath(view), 'policy-updated')
      },
      async (draft) => policyPage(view, await findPasswordPolicy(c.var.scope), draft),
    )
  })
