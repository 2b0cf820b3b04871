import type { z } from 'zod'
import { updateConnection } from '../../../connections/commands.ts'
import { listDomains } from '../../../connections/domains/queries.ts'
import { Problem } from '../../../core/errors.ts'
import type { JitChange } from '../../../connections/jit/settings.ts'
import type { Html } from '../../../html.ts'
import { type AppContext, newRouter } from '../../../http.ts'
import { type Draft, EMPTY_DRAFT, submitForm } from '../../form.ts'
import { viewOf } from '../../frame.ts'
import { withMessage } from '../../messages.ts'
import { connectionPath } from '../connection-pages.ts'
import { readConnection } from '../read.ts'
import { jitForm, linkingForm } from './form.ts'
import { jitPage } from './pages.ts'

/** What becomes of people who arrive through a connection. */
export const jitPages = newRouter()
  .get('/console/connections/:id/jit', async (c) => c.html(await draw(c, EMPTY_DRAFT)))
  .post('/console/connections/:id/jit', (c) => update(c, jitForm))
  .post('/console/connections/:id/jit/linking', (c) => update(c, linkingForm))

async function update(c: AppContext, form: z.ZodType<JitChange>): Promise<Response> {
  const connection = await readConnection(c)
  return submitForm(
    c,
    form,
    async (jit) => {
      await updateConnection(c.var.scope, connection.id, { jit }, c.var.caller.permissions).catch(besideLines)
      return withMessage(`${connectionPath(viewOf(c), connection)}/jit`, 'connection-updated')
    },
    (draft) => draw(c, draft),
    connection,
  )
}

/** What is wrong with one of the lines is said beside them. */
function besideLines(error: unknown): never {
  if (!(error instanceof Problem) || error.status !== 400) throw error
  const fieldOf = (field: string) => field.replace(/^jit\.(requiredAttributes)\.\d+$/, '$1')
  const errors = error.errors.map((one) => ({ ...one, field: fieldOf(one.field) }))
  throw new Problem(400, error.message, errors, { cause: error })
}

async function draw(c: AppContext, draft: Draft): Promise<Html> {
  const { scope } = c.var
  const connection = await readConnection(c)
  return jitPage(viewOf(c), connection, await listDomains(scope, connection.id), draft)
}
