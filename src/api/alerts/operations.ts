import { alertSettingsInput } from '../../connections/alerts/settings.ts'
import type { Operation } from '../operations.ts'
import { alertList, alertSettingsAnswer, testAnswer } from './schemas.ts'

/** Where the tenant hears of trouble with its connectors. */
export const ALERT_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/provisioning/alerts',
    summary: 'Read where alerts about connectors go',
    status: 200,
    answer: alertSettingsAnswer,
  },
  {
    method: 'put',
    path: '/provisioning/alerts',
    summary: 'Set where alerts about connectors go; the secret is made if none is given or set, and shown once',
    body: alertSettingsInput,
    status: 200,
    answer: alertSettingsAnswer,
  },
  { method: 'delete', path: '/provisioning/alerts', summary: 'Send no alerts any more', status: 204 },
  {
    method: 'get',
    path: '/provisioning/alerts/log',
    summary: 'The latest 50 alerts, and whether they were heard',
    status: 200,
    answer: alertList,
  },
  {
    method: 'post',
    path: '/provisioning/alerts/test',
    summary: 'Send a test event to where alerts go; the answer says what came of it',
    status: 200,
    answer: testAnswer,
  },
]
