import { mayUseConsole } from '../directory/permissions.ts'
import { permissionsOfUser } from '../directory/users/links/queries.ts'
import { newRouter } from '../http.ts'
import { guardForms, knowBrowser } from '../session/browser.ts'
import { applicationSection } from './applications/routes.ts'
import { viewOf } from './frame.ts'
import { requireSession } from './guard.ts'
import { linkedSection } from './linked/routes.ts'
import { overviewPage } from './overview.ts'
import { passkeySection } from './passkeys/routes.ts'
import { passwordSection } from './password/routes.ts'
import { profileSection } from './profile/routes.ts'
import { recoveryCodeSection } from './recovery-codes/routes.ts'
import { sessionSection } from './sessions/routes.ts'
import { totpSection } from './totp/routes.ts'

/** {T}/account: what a person sees and changes of herself, signed in in this browser. */
export const accountRoutes = newRouter()
  .use('/account/*', knowBrowser, requireSession, guardForms)
  .get('/account', async (c) => {
    const view = viewOf(c)
    const permissions = await permissionsOfUser(c.var.scope, view.person.userId)
    return c.html(overviewPage(view, mayUseConsole(permissions)))
  })
  .route('/', profileSection)
  .route('/', passwordSection)
  .route('/', passkeySection)
  .route('/', totpSection)
  .route('/', recoveryCodeSection)
  .route('/', sessionSection)
  .route('/', applicationSection)
  .route('/', linkedSection)
