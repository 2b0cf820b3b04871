import { authorizationPolicyInput } from '../../tenancy/authorization/settings.ts'
import type { Operation } from '../operations.ts'

export const AUTHORIZATION_POLICY_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/authorization-policy',
    summary: 'Read what is demanded of every authorization request',
    status: 200,
    answer: authorizationPolicyInput,
  },
  {
    method: 'put',
    path: '/authorization-policy',
    summary: 'Say what is demanded of every authorization request',
    body: authorizationPolicyInput,
    status: 200,
    answer: authorizationPolicyInput,
  },
]
