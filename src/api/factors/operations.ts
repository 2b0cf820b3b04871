import { z } from 'zod'
import type { Operation } from '../operations.ts'
import { factorAnswer } from './schemas.ts'

export const FACTOR_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/users/{id}/factors',
    summary: 'List what a user signs in with beside a password: authenticator app, passkeys, recovery codes',
    status: 200,
    answer: z.object({ items: z.array(factorAnswer) }),
  },
  {
    method: 'delete',
    path: '/users/{id}/factors',
    summary: 'Take every factor of a user away, so that the password is enough until there are new ones',
    status: 204,
  },
  { method: 'delete', path: '/users/{id}/factors/{factor}', summary: 'Take one factor of a user away', status: 204 },
]
