/** What can be done with one connector beside its settings: about its target, and the signing secret of a webhook. */
import type { Operation } from './operations.ts'
import { signingSecretAnswer, testAnswer } from './alerts/schemas.ts'

/** The connector by its id or its name. */
export const CONNECTOR_OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/connections/{id}/connectors/{connector}/resume',
    summary: 'Send what waits for a connector, although its target refused our credential or asked for a wait',
    status: 204,
  },
  {
    method: 'post',
    path: '/connections/{id}/connectors/{connector}/removals/allow',
    summary: 'Let the removals go that the deletion guard holds',
    status: 204,
  },
  {
    method: 'post',
    path: '/connections/{id}/connectors/{connector}/test',
    summary: 'Send a webhook a test event now; the answer says what came of it',
    status: 200,
    answer: testAnswer,
  },
  {
    method: 'post',
    path: '/connections/{id}/connectors/{connector}/signing-secret',
    summary: 'Make a webhook’s next signing secret; it is shown once, and the one before it signs for a day as well',
    status: 201,
    answer: signingSecretAnswer,
  },
]
