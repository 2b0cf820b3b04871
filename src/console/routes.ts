import { newRouter } from '../http.ts'
import { guardForms, knowBrowser } from '../session/browser.ts'
import { groupPages } from './groups/routes.ts'
import { requireAdministrator } from './guard.ts'
import { rolePages } from './roles/routes.ts'
import { userPages } from './users/routes.ts'

/** {T}/console: the administrators' pages, over the same commands and queries as the APIs. */
export const consoleRoutes = newRouter()
  .use('/console/*', knowBrowser, requireAdministrator, guardForms)
  .route('/', userPages)
  .route('/', groupPages)
  .route('/', rolePages)
