import type { Operation } from '../operations.ts'
import { pageOf } from '../schemas.ts'
import { decisionAnswer, decisionQuery, dryRunAnswer, dryRunInput } from './schemas.ts'

export const DECISION_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/sign-in-decisions',
    summary: 'Search what was decided of people who came from providers, the newest first',
    query: decisionQuery,
    status: 200,
    answer: pageOf(decisionAnswer),
  },
  {
    method: 'get',
    path: '/sign-in-decisions/{id}',
    summary: 'Read a decision, with what it was decided by',
    status: 200,
    answer: decisionAnswer,
  },
  {
    method: 'post',
    path: '/connections/{id}/dry-run',
    summary: 'What would happen if a person came with these claims; nothing is changed',
    body: dryRunInput,
    status: 200,
    answer: dryRunAnswer,
  },
]
