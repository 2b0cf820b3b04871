import { z } from 'zod'
import type { Operation } from '../operations.ts'
import { linkAnswer, linkInput } from './schemas.ts'

export const LINKED_ACCOUNT_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/users/{id}/linked-accounts',
    summary: 'List the accounts at providers with which a user can sign in',
    status: 200,
    answer: z.object({ items: z.array(linkAnswer) }),
  },
  {
    method: 'post',
    path: '/users/{id}/linked-accounts',
    summary: 'Let a user sign in with an account at a provider that is nobody else’s',
    body: linkInput,
    status: 201,
    answer: linkAnswer,
  },
  {
    method: 'delete',
    path: '/users/{id}/linked-accounts/{connection}',
    summary: 'Take away that a user can sign in by a connection, and end the sessions that it vouched for',
    status: 204,
  },
]
