import { setSignUpPolicy } from '../../directory/sign-up/commands.ts'
import { findSignUpPolicy } from '../../directory/sign-up/queries.ts'
import { newRouter } from '../../http.ts'
import { EMPTY_DRAFT, submitForm } from '../form.ts'
import { viewOf } from '../frame.ts'
import { withMessage } from '../messages.ts'
import { signUpForm } from './form.ts'
import { signUpPath, signUpSettingsPage } from './pages.ts'

/** Login & Registration > Sign-up. */
export const signUpPages = newRouter()
  .get('/console/sign-up', async (c) =>
    c.html(signUpSettingsPage(viewOf(c), await findSignUpPolicy(c.var.scope), EMPTY_DRAFT)),
  )
  .post('/console/sign-up', (c) => {
    const view = viewOf(c)
    return submitForm(
      c,
      signUpForm,
      async (policy) => {
        await setSignUpPolicy(c.var.scope, policy)
        return withMessage(signUpPath(view), 'sign-up-updated')
      },
      async (draft) => signUpSettingsPage(view, await findSignUpPolicy(c.var.scope), draft),
    )
  })
