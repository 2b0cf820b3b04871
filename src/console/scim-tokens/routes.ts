import { z } from 'zod'
import { Problem } from '../../core/errors.ts'
import { demandCovered, SCIM_TOKEN_PERMISSIONS } from '../../directory/credentials/caller.ts'
import { createScimToken, removeScimToken } from '../../directory/credentials/commands.ts'
import { type AppContext, newRouter } from '../../http.ts'
import { EMPTY_DRAFT, submitForm } from '../form.ts'
import { viewOf } from '../frame.ts'
import { forgetKept, keep, kept } from '../keepsake.ts'
import { listStateOf, pageOf } from '../list.ts'
import { withMessage } from '../messages.ts'
import { formPage } from '../permissions.ts'
import { scimTokenForm } from './form.ts'
import { newTokenPage, tokenPath, tokensPage } from './pages.ts'
import { getScimToken, listScimTokens } from './queries.ts'
import { revokeTokenPage, tokenPage } from './token-pages.ts'

const ONE = '/console/scim-tokens/:id'

/** User Management > SCIM tokens. */
export const scimTokenPages = newRouter()
  .get('/console/scim-tokens', async (c) => {
    const state = listStateOf(c, [])
    return c.html(tokensPage(viewOf(c), { state, ...(await listScimTokens(c.var.scope, pageOf(state))) }))
  })
  .get('/console/scim-tokens/new', formPage, (c) => c.html(newTokenPage(viewOf(c), EMPTY_DRAFT)))
  .post('/console/scim-tokens/new', (c) => {
    const view = viewOf(c)
    return submitForm(
      c,
      scimTokenForm(c.var.scope.now),
      async (input) => {
        demandCovered(c.var.caller, Problem, SCIM_TOKEN_PERMISSIONS[input.access ?? 'write'])
        const { id, token } = await createScimToken(c.var.scope, input)
        await keep(c, valueOfToken(id), token)
        return withMessage(tokenPath(view, { id }), 'token-created')
      },
      (draft) => newTokenPage(view, draft),
    )
  })
  .get(ONE, async (c) => {
    const token = await readToken(c)
    const secret = z.string().safeParse(await kept(c, valueOfToken(token.id))).data
    if (secret !== undefined) forgetKept(c)
    return c.html(tokenPage(viewOf(c), token, secret))
  })
  .get(`${ONE}/revoke`, formPage, async (c) => c.html(revokeTokenPage(viewOf(c), await readToken(c))))
  .post(`${ONE}/revoke`, async (c) => {
    await removeScimToken(c.var.scope, c.req.param('id'))
    return c.redirect(withMessage(`${viewOf(c).root}/scim-tokens`, 'token-revoked'), 303)
  })

function readToken(c: AppContext) {
  return getScimToken(c.var.scope, c.req.param('id') ?? '')
}

/** What a token's value is kept under until the page that shows it. */
function valueOfToken(id: string): string {
  return `value of SCIM token ${id}`
}
