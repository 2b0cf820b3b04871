import type { Operation } from '../operations.ts'
import { createdId, pageOf, pageQuery } from '../schemas.ts'
import { differenceAnswer, provisionInput, syncAnswer } from './schemas.ts'

const CONNECTOR = '/connections/{id}/connectors/{connector}'

/** The connector by its id or its name. */
export const SYNC_OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: `${CONNECTOR}/sync`,
    summary: 'Provision everybody who is here already',
    status: 202,
    answer: syncAnswer,
  },
  { method: 'get', path: `${CONNECTOR}/sync`, summary: 'How that fares', status: 200, answer: syncAnswer },
  {
    method: 'delete',
    path: `${CONNECTOR}/sync`,
    summary: 'Stop provisioning everybody; what is on its way still goes out',
    status: 204,
  },
  {
    method: 'post',
    path: `${CONNECTOR}/provision`,
    summary: 'Provision one user or group now; the answer names its delivery',
    body: provisionInput,
    status: 202,
    answer: createdId,
  },
  {
    method: 'get',
    path: `${CONNECTOR}/dry-run`,
    summary: 'List what would be sent if everybody were provisioned now; the target is not called',
    query: pageQuery,
    status: 200,
    answer: pageOf(differenceAnswer),
  },
]
