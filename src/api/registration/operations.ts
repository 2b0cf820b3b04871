import type { Operation } from '../operations.ts'
import { pageOf, pageQuery, scimTokenAnswer } from '../schemas.ts'
import { initialTokenInput, initialTokenItem, registrationSettingsInput } from './schemas.ts'

/** Whether clients may register themselves, and with what. */
export const REGISTRATION_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/client-registration',
    summary: 'Read whether clients may register themselves',
    status: 200,
    answer: registrationSettingsInput,
  },
  {
    method: 'put',
    path: '/client-registration',
    summary: 'Set whether clients may register themselves: off, with an initial access token, or open',
    body: registrationSettingsInput,
    status: 200,
    answer: registrationSettingsInput,
  },
  {
    method: 'post',
    path: '/client-registration/tokens',
    summary: 'Make an initial access token; it is shown once',
    body: initialTokenInput,
    status: 201,
    answer: scimTokenAnswer,
  },
  {
    method: 'get',
    path: '/client-registration/tokens',
    summary: 'List initial access tokens',
    query: pageQuery,
    status: 200,
    answer: pageOf(initialTokenItem),
  },
  {
    method: 'delete',
    path: '/client-registration/tokens/{id}',
    summary: 'Revoke an initial access token; the clients that were registered with it stay',
    status: 204,
  },
]
