import type { Operation } from '../operations.ts'
import { pageOf } from '../schemas.ts'
import {
  driftAnswer,
  driftQuery,
  driftSelection,
  driftTotal,
  reconciliationAnswer,
  reconciliationStart,
} from './schemas.ts'

const RECONCILIATION = '/connections/{id}/connectors/{connector}/reconciliation'

/** The connector by its id or its name. */
export const RECONCILIATION_OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: RECONCILIATION,
    summary: 'Compare what the target has with what it should have',
    body: reconciliationStart,
    status: 202,
    answer: reconciliationAnswer,
  },
  {
    method: 'get',
    path: RECONCILIATION,
    summary: 'How that fares, and what it found',
    status: 200,
    answer: reconciliationAnswer,
  },
  { method: 'delete', path: RECONCILIATION, summary: 'Stop comparing; what was found stays', status: 204 },
  {
    method: 'get',
    path: `${RECONCILIATION}/drifts`,
    summary: 'List what the target has otherwise than it should, and what was never ours at the end',
    query: driftQuery,
    status: 200,
    answer: pageOf(driftAnswer),
  },
  {
    method: 'get',
    path: `${RECONCILIATION}/drifts/{drift}`,
    summary: 'Read one drift',
    status: 200,
    answer: driftAnswer,
  },
  {
    method: 'post',
    path: `${RECONCILIATION}/drifts/{drift}/repair`,
    summary: 'Send what stands here; its delivery says how it went',
    status: 202,
    answer: driftAnswer,
  },
  {
    method: 'post',
    path: `${RECONCILIATION}/drifts/{drift}/accept`,
    summary: 'Leave it as it is at the target',
    status: 200,
    answer: driftAnswer,
  },
  {
    method: 'post',
    path: `${RECONCILIATION}/repair`,
    summary: 'Repair all that is open, or all of a kind',
    body: driftSelection,
    status: 202,
    answer: driftTotal,
  },
  {
    method: 'post',
    path: `${RECONCILIATION}/accept`,
    summary: 'Accept all that is open, or all of a kind',
    body: driftSelection,
    status: 200,
    answer: driftTotal,
  },
]
