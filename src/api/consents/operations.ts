import { z } from 'zod'
import type { Operation } from '../operations.ts'
import { consentAnswer } from './schemas.ts'

export const CONSENT_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/users/{id}/consents',
    summary: 'List what a user has let applications know and do',
    status: 200,
    answer: z.object({ items: z.array(consentAnswer) }),
  },
  {
    method: 'delete',
    path: '/users/{id}/consents',
    summary: 'Withdraw what a user has let applications do, and end what they were granted for her',
    status: 204,
  },
  {
    method: 'delete',
    path: '/users/{id}/consents/{application}',
    summary: 'Withdraw what a user has let one application do',
    status: 204,
  },
]
