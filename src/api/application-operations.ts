import { z } from 'zod'
import { applicationChange, applicationInput, residentApplicationInput, secretInput } from '../applications/settings.ts'
import type { Operation } from './operations.ts'
import { applicationAnswer, createdApplication, pageOf, pageQuery, residentAnswer } from './schemas.ts'

const secretAnswer = z.object({ clientSecret: z.string(), formerSecretExpiresAt: z.string().optional() })

export const APPLICATION_OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/applications',
    summary: 'Register an application; its secret is shown once',
    body: applicationInput,
    status: 201,
    answer: createdApplication,
  },
  {
    method: 'get',
    path: '/applications',
    summary: 'List applications by name',
    query: pageQuery,
    status: 200,
    answer: pageOf(applicationAnswer),
  },
  { method: 'get', path: '/applications/{id}', summary: 'Read an application', status: 200, answer: applicationAnswer },
  {
    method: 'patch',
    path: '/applications/{id}',
    summary: 'Change an application; what is absent stays',
    body: applicationChange,
    status: 200,
    answer: applicationAnswer,
  },
  {
    method: 'post',
    path: '/applications/{id}/client-secret',
    summary: 'Make a new client secret; the former one stays good for formerSecretSeconds (a day)',
    body: secretInput,
    status: 201,
    answer: secretAnswer,
  },
  {
    method: 'delete',
    path: '/applications/{id}/former-client-secret',
    summary: 'End the client secret before the present one',
    status: 204,
  },
  { method: 'delete', path: '/applications/{id}', summary: 'Remove an application', status: 204 },
  {
    method: 'get',
    path: '/resident-application',
    summary: 'Read the outbound provisioning of the resident application',
    status: 200,
    answer: residentAnswer,
  },
  {
    method: 'put',
    path: '/resident-application',
    summary: 'Replace the outbound provisioning of the resident application',
    body: residentApplicationInput,
    status: 200,
    answer: residentAnswer,
  },
]
