import { newRouter } from '../http.ts'
import { guardForms, knowBrowser } from '../session/browser.ts'
import { applicationSection } from './applications/routes.ts'
import { overviewPage, viewOf } from './frame.ts'
import { requireSession } from './guard.ts'
import { linkedSection } from './linked/routes.ts'
import { passwordSection } from './password/routes.ts'
import { profileSection } from './profile/routes.ts'
import { sessionSection } from './sessions/routes.ts'

/** {T}/account: what a person sees and changes of herself, signed in in this browser. */
export const accountRoutes = newRouter()
  .use('/account/*', knowBrowser, requireSession, guardForms)
  .get('/account', (c) => c.html(overviewPage(viewOf(c))))
  .route('/', profileSection)
  .route('/', passwordSection)
  .route('/', sessionSection)
  .route('/', applicationSection)
  .route('/', linkedSection)
