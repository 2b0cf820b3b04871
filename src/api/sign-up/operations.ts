import { signUpPolicyInput } from '../../directory/sign-up/settings.ts'
import type { Operation } from '../operations.ts'

export const SIGN_UP_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/sign-up-policy',
    summary: 'Read whether strangers may sign up',
    status: 200,
    answer: signUpPolicyInput,
  },
  {
    method: 'put',
    path: '/sign-up-policy',
    summary: 'Say whether strangers may sign up, and what their user name is',
    body: signUpPolicyInput,
    status: 200,
    answer: signUpPolicyInput,
  },
]
