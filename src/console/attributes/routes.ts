import { z } from 'zod'
import { createAttribute, removeAttribute, updateAttribute } from '../../directory/attributes/commands.ts'
import { countUsersWith, getCustomAttribute, listCustomAttributes } from '../../directory/attributes/queries.ts'
import type { Html } from '../../html.ts'
import { type AppContext, newRouter, readForm } from '../../http.ts'
import { type Draft, EMPTY_DRAFT, submitForm } from '../form.ts'
import { viewOf } from '../frame.ts'
import { withMessage } from '../messages.ts'
import { formPage } from '../permissions.ts'
import { attributePage, deleteAttributePage } from './attribute-pages.ts'
import { asksForRows, attributeForm, newAttributeForm } from './form.ts'
import { attributePath, attributesPage, newAttributePage } from './pages.ts'

const NEW = '/console/attributes/new'
const ONE = '/console/attributes/custom/:name'

/** User Attributes & Stores > Attributes. */
export const attributePages = newRouter()
  .get('/console/attributes', async (c) => c.html(attributesPage(viewOf(c), await listCustomAttributes(c.var.scope))))
  .get(NEW, formPage, (c) => c.html(newAttributePage(viewOf(c), EMPTY_DRAFT)))
  .post(NEW, async (c) => {
    const view = viewOf(c)
    const { values } = await readForm(c, z.unknown())
    if (asksForRows(values)) return c.html(newAttributePage(view, { values, errors: [] }))
    return submitForm(
      c,
      newAttributeForm,
      async (attribute) => {
        await createAttribute(c.var.scope, attribute)
        return withMessage(attributePath(view, attribute), 'attribute-created')
      },
      (draft) => newAttributePage(view, draft),
    )
  })
  .get(ONE, async (c) => c.html(attributePage(viewOf(c), await readAttribute(c), EMPTY_DRAFT)))
  .post(ONE, async (c) => {
    const view = viewOf(c)
    const attribute = await readAttribute(c)
    return submitForm(
      c,
      attributeForm,
      async (change) => {
        await updateAttribute(c.var.scope, attribute.name, change)
        return withMessage(attributePath(view, attribute), 'attribute-updated')
      },
      (draft) => attributePage(view, attribute, draft),
    )
  })
  .get(`${ONE}/delete`, formPage, async (c) => c.html(await drawDelete(c, EMPTY_DRAFT)))
  .post(`${ONE}/delete`, async (c) => {
    const { name } = await readAttribute(c)
    return submitForm(
      c,
      z.object({}),
      async () => {
        await removeAttribute(c.var.scope, name)
        return withMessage(`${viewOf(c).root}/attributes`, 'attribute-deleted')
      },
      (draft) => drawDelete(c, draft),
    )
  })

function readAttribute(c: AppContext) {
  return getCustomAttribute(c.var.scope, c.req.param('name') ?? '')
}

async function drawDelete(c: AppContext, draft: Draft): Promise<Html> {
  const attribute = await readAttribute(c)
  const users = await countUsersWith(c.var.scope, attribute.name)
  return deleteAttributePage(viewOf(c), attribute, users, draft)
}
