import { z } from 'zod'
import { type AppContext, newRouter } from '../../http.ts'
import {
  createInitialAccessToken,
  removeInitialAccessToken,
  setRegistrationSettings,
} from '../../oidc/registration/commands.ts'
import { findRegistrationSettings } from '../../oidc/registration/queries.ts'
import { type Draft, EMPTY_DRAFT, submitForm } from '../form.ts'
import { viewOf } from '../frame.ts'
import { forgetKept, keep, kept } from '../keepsake.ts'
import { listStateOf, pageOf } from '../list.ts'
import { withMessage } from '../messages.ts'
import { formPage } from '../permissions.ts'
import { initialTokenForm, registrationForm } from './form.ts'
import { newInitialTokenPage, registrationPage, registrationPath, revokeInitialTokenPage } from './pages.ts'
import { getInitialToken, listInitialTokens } from './queries.ts'

const PAGE = '/console/client-registration'
/** What the value of a new token is kept under until the page that shows it. */
const NEW_TOKEN = 'value of the new initial access token'

/** Login & Registration > Client registration. */
export const clientRegistrationPages = newRouter()
  .get(PAGE, async (c) => {
    const token = z.string().safeParse(await kept(c, NEW_TOKEN)).data
    if (token !== undefined) forgetKept(c)
    return c.html(await draw(c, EMPTY_DRAFT, token))
  })
  .post(PAGE, (c) =>
    submitForm(
      c,
      registrationForm,
      async (settings) => {
        await setRegistrationSettings(c.var.scope, settings)
        return withMessage(registrationPath(viewOf(c)), 'registration-updated')
      },
      (draft) => draw(c, draft),
    ),
  )
  .get(`${PAGE}/tokens/new`, formPage, (c) => c.html(newInitialTokenPage(viewOf(c), EMPTY_DRAFT)))
  .post(`${PAGE}/tokens/new`, (c) =>
    submitForm(
      c,
      initialTokenForm(c.var.scope.now),
      async (input) => {
        const { token } = await createInitialAccessToken(c.var.scope, input)
        await keep(c, NEW_TOKEN, token)
        return withMessage(registrationPath(viewOf(c)), 'initial-token-created')
      },
      (draft) => newInitialTokenPage(viewOf(c), draft),
    ),
  )
  .get(`${PAGE}/tokens/:id/revoke`, formPage, async (c) =>
    c.html(revokeInitialTokenPage(viewOf(c), await getInitialToken(c.var.scope, c.req.param('id')))),
  )
  .post(`${PAGE}/tokens/:id/revoke`, async (c) => {
    await removeInitialAccessToken(c.var.scope, c.req.param('id'))
    return c.redirect(withMessage(registrationPath(viewOf(c)), 'initial-token-revoked'), 303)
  })

async function draw(c: AppContext, draft: Draft, token?: string) {
  const { scope } = c.var
  const state = { ...listStateOf(c, []), path: registrationPath(viewOf(c)) }
  const [settings, list] = [await findRegistrationSettings(scope), await listInitialTokens(scope, pageOf(state))]
  return registrationPage(viewOf(c), { settings, state, ...list, token }, draft)
}
