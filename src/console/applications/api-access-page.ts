import type { ApplicationRow } from '../../applications/queries.ts'
import { errorOf, errorSummary, type Html } from '../../html.ts'
import { panel } from '../../html/parts.ts'
import { changeForm } from '../changes.ts'
import { type Draft, drawnFrom, valuesOf } from '../form.ts'
import type { View } from '../frame.ts'
import { permissionBoxes } from '../roles/permission-fields.ts'
import { applicationPage, applicationPath } from './application-pages.ts'

const LEAD =
  'What the application may ask for, by these scopes, of SCIM and the management API. It can do no more with them than the person who signs in may do herself.'

export function apiAccessPage(view: View, application: ApplicationRow, { values, errors }: Draft): Html {
  const ticked = errors.length > 0 ? valuesOf(values, 'permissions') : application.permissions
  return applicationPage(view, application, 'api-access', [
    errorSummary(errors),
    panel(
      { title: 'API permissions', lead: LEAD },
      changeForm(view, `${applicationPath(view, application)}/api-access`, [
        drawnFrom(application),
        permissionBoxes(view, ticked, errorOf(errors, 'permissions')),
      ]),
    ),
  ])
}
