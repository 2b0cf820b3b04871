import { removeAlertSettings, setAlertSettings } from '../../../connections/alerts/commands.ts'
import { findAlertSettings, getAlertSettings, listAlerts } from '../../../connections/alerts/queries.ts'
import { type AppContext, newRouter } from '../../../http.ts'
import { testAlerts } from '../../../outbound/alerts/deliver.ts'
import { keepOnce, takeOnce } from '../../connections/connectors/webhook/kept.ts'
import { EMPTY_DRAFT, submitForm } from '../../form.ts'
import { viewOf } from '../../frame.ts'
import { withMessage } from '../../messages.ts'
import { formPage } from '../../permissions.ts'
import { alertsForm } from './form.ts'
import { type Alerts, alertsPage, alertsPath, stopAlertsPage } from './pages.ts'

const ALERTS = '/console/login-registration/provisioning/alerts'
const LATEST = 20

/** Login & Registration > Alerts: where the tenant hears of trouble with its connectors. */
export const alertPages = newRouter()
  .get(ALERTS, async (c) => c.html(alertsPage(viewOf(c), await readAlerts(c), EMPTY_DRAFT)))
  .post(ALERTS, (c) =>
    submitForm(
      c,
      alertsForm,
      async (input) => {
        const secret = await setAlertSettings(c.var.scope, input)
        if (secret !== undefined) await keepOnce(c, 'alerts', { secret })
        return withMessage(alertsPath(viewOf(c)), 'alerts-updated')
      },
      async (draft) => alertsPage(viewOf(c), await readAlerts(c), draft),
    ),
  )
  .post(`${ALERTS}/test`, async (c) => {
    const test = await testAlerts(c.var.scope.platform, await getAlertSettings(c.var.scope))
    await keepOnce(c, 'alerts', { test })
    return c.redirect(alertsPath(viewOf(c)), 303)
  })
  .get(`${ALERTS}/delete`, formPage, async (c) =>
    c.html(stopAlertsPage(viewOf(c), await getAlertSettings(c.var.scope))),
  )
  .post(`${ALERTS}/delete`, async (c) => {
    await removeAlertSettings(c.var.scope)
    return c.redirect(withMessage(alertsPath(viewOf(c)), 'alerts-removed'), 303)
  })

async function readAlerts(c: AppContext): Promise<Alerts> {
  const { scope } = c.var
  return {
    settings: await findAlertSettings(scope),
    latest: await listAlerts(scope, LATEST),
    once: await takeOnce(c, 'alerts'),
  }
}
