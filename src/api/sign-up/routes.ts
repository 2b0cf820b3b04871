import { setSignUpPolicy } from '../../directory/sign-up/commands.ts'
import { findSignUpPolicy } from '../../directory/sign-up/queries.ts'
import { signUpPolicyInput } from '../../directory/sign-up/settings.ts'
import { jsonBody, newRouter } from '../../http.ts'

/** Whether strangers may sign up at this tenant. */
export const signUpApi = newRouter()
  .get('/api/v1/sign-up-policy', async (c) => c.json(await findSignUpPolicy(c.var.scope)))
  .put('/api/v1/sign-up-policy', jsonBody(signUpPolicyInput), async (c) => {
    await setSignUpPolicy(c.var.scope, c.req.valid('json'))
    return c.json(await findSignUpPolicy(c.var.scope))
  })
