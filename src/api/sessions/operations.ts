import { z } from 'zod'
import type { Operation } from '../operations.ts'
import { sessionAnswer } from './schemas.ts'

export const SESSION_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/users/{id}/sessions',
    summary: 'List the living sessions of a user, the latest first',
    status: 200,
    answer: z.object({ items: z.array(sessionAnswer) }),
  },
  { method: 'delete', path: '/users/{id}/sessions', summary: 'Sign a user out of every browser', status: 204 },
  { method: 'delete', path: '/users/{id}/sessions/{sid}', summary: 'Sign a user out of one browser', status: 204 },
]
