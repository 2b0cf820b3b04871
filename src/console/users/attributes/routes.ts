import { z } from 'zod'
import { userTypeOf } from '../../../directory/attributes/queries.ts'
import { updateUser } from '../../../directory/users/commands.ts'
import { getLinkedUser } from '../../../directory/users/queries.ts'
import type { Html } from '../../../html.ts'
import { type AppContext, newRouter } from '../../../http.ts'
import { type Draft, EMPTY_DRAFT, submitForm } from '../../form.ts'
import { originOf, viewOf } from '../../frame.ts'
import { withMessage } from '../../messages.ts'
import { shownUser, userPath } from '../user-pages.ts'
import { editTyped } from './edit.ts'
import { attributesPage, placesFor } from './pages.ts'

const attributesForm = z.looseObject({ version: z.coerce.number().int() })

/** The tab with every attribute of a user. */
export const attributePages = newRouter()
  .get('/console/users/:id/attributes', async (c) => c.html(await drawAttributes(c, EMPTY_DRAFT)))
  .post('/console/users/:id/attributes', async (c) => {
    const { scope } = c.var
    const { row: user } = await getLinkedUser(scope, c.req.param('id'))
    const view = viewOf(c)
    return submitForm(
      c,
      attributesForm,
      async ({ version, ...values }) => {
        const type = await userTypeOf(scope)
        const edit = editTyped(type, values, placesFor(view, { user, type }))
        await updateUser(scope, user.id, edit, originOf(c), [version])
        return withMessage(`${userPath(view, user)}/attributes`, 'user-updated')
      },
      (draft) => drawAttributes(c, draft),
    )
  })

/** Read anew after a refusal too, so that the form carries the version that is there now. */
async function drawAttributes(c: AppContext, draft: Draft): Promise<Html> {
  const { scope } = c.var
  const user = await getLinkedUser(scope, c.req.param('id') ?? '')
  const view = viewOf(c)
  return attributesPage(view, shownUser(view, user), await userTypeOf(scope), draft)
}
