import type { z } from 'zod'
import { removeAlertSettings, setAlertSettings } from '../../connections/alerts/commands.ts'
import { type Alert, type AlertSettings, getAlertSettings, listAlerts } from '../../connections/alerts/queries.ts'
import { alertSettingsInput } from '../../connections/alerts/settings.ts'
import { jsonBody, newRouter } from '../../http.ts'
import { testAlerts } from '../../outbound/alerts/deliver.ts'
import type { alertAnswer, alertSettingsAnswer } from './schemas.ts'

const ALERTS = '/api/v1/provisioning/alerts'
const LATEST = 50

/** Where the tenant hears of trouble with its connectors, and what it was told. */
export const alertApi = newRouter()
  .get(ALERTS, async (c) => c.json(toSettings(await getAlertSettings(c.var.scope))))
  .put(ALERTS, jsonBody(alertSettingsInput), async (c) => {
    const secret = await setAlertSettings(c.var.scope, c.req.valid('json'))
    c.header('Cache-Control', 'no-store')
    return c.json({ ...toSettings(await getAlertSettings(c.var.scope)), ...(secret === undefined ? {} : { secret }) })
  })
  .delete(ALERTS, async (c) => {
    await removeAlertSettings(c.var.scope)
    return c.body(null, 204)
  })
  .get(`${ALERTS}/log`, async (c) => c.json({ items: (await listAlerts(c.var.scope, LATEST)).map(toAlert) }))
  .post(`${ALERTS}/test`, async (c) =>
    c.json(await testAlerts(c.var.scope.platform, await getAlertSettings(c.var.scope))),
  )

function toSettings({ url, events, lastModified }: AlertSettings): z.input<typeof alertSettingsAnswer> {
  return { url, events, lastModified: lastModified.toISOString() }
}

function toAlert(row: Alert): z.input<typeof alertAnswer> {
  const { id, type, data, state, attempts, lastError, nextAttemptAt, created, lastModified } = row
  return {
    id,
    type,
    data,
    state,
    attempts,
    ...(lastError === null ? {} : { lastError }),
    ...(nextAttemptAt === null ? {} : { nextAttemptAt: nextAttemptAt.toISOString() }),
    created: created.toISOString(),
    lastModified: lastModified.toISOString(),
  }
}
