import { PRESET_NAMES } from '../../../connections/authenticator/settings.ts'
import { createConnection } from '../../../connections/commands.ts'
import { Problem } from '../../../core/errors.ts'
import type { ProviderPreset } from '../../../db/schema.ts'
import { type AppContext, newRouter } from '../../../http.ts'
import { EMPTY_DRAFT, submitForm } from '../../form.ts'
import { viewOf } from '../../frame.ts'
import { withMessage } from '../../messages.ts'
import { formPage } from '../../permissions.ts'
import { inFields } from '../settings/form.ts'
import { settingsPath } from '../settings/pages.ts'
import { connectPostern } from '../../../federation/from-postern/connect.ts'
import { posternForm, presetForm } from './form.ts'
import { presetPage } from './pages.ts'

/** New connections to providers whose addresses and habits are known. */
export const presetPages = newRouter()
  .get('/console/connections/new/:preset', formPage, (c) => c.html(presetPage(viewOf(c), presetOf(c), EMPTY_DRAFT)))
  .post('/console/connections/new/postern', (c) => {
    const view = viewOf(c)
    return submitForm(
      c,
      posternForm,
      async (form) => {
        const connection = await atItsFields(connectPostern(c.var.scope, form))
        return withMessage(settingsPath(view, connection), 'connection-created')
      },
      (draft) => presetPage(view, 'postern', draft),
    )
  })
  .post('/console/connections/new/:preset', (c) => {
    const view = viewOf(c)
    const preset = presetOf(c)
    return submitForm(
      c,
      presetForm(preset),
      async ({ name, authenticator }) => {
        const connection = await inFields(
          createConnection(c.var.scope, { name, authenticator }, c.var.caller.permissions),
        )
        return withMessage(settingsPath(view, connection), 'connection-created')
      },
      (draft) => presetPage(view, preset, draft),
    )
  })

function presetOf(c: AppContext): ProviderPreset {
  const name = c.req.param('preset')
  const preset = PRESET_NAMES.find((one) => one === name)
  if (preset === undefined) throw new Problem(404, 'There is no such kind of connection.')
  return preset
}

/** What the other tenant did not take, beside the field of the form: also that it did not answer. */
async function atItsFields<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof Problem) || ![400, 502].includes(error.status)) throw error
    const errors = error.errors.map(({ field, message }) => ({ field: field === 'issuer' ? 'domain' : field, message }))
    throw new Problem(400, error.message, errors, { cause: error })
  }
}
