import { logSettingsInput } from '../../outbound/log/settings.ts'
import type { Operation } from '../operations.ts'
import { pageOf } from '../schemas.ts'
import {
  deliveryAnswer,
  deliveryQuery,
  deliveryWithRequests,
  healthAnswer,
  retryAnswer,
  retryInput,
} from './schemas.ts'

/** The outbound log. */
export const LOG_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/connections/{id}/health',
    summary: 'How the outbound provisioning through a connection fares',
    status: 200,
    answer: healthAnswer,
  },
  {
    method: 'get',
    path: '/provisioning/deliveries',
    summary: 'Search the outbound log, the newest first',
    query: deliveryQuery,
    status: 200,
    answer: pageOf(deliveryAnswer),
  },
  {
    method: 'get',
    path: '/provisioning/deliveries/{id}',
    summary: 'A delivery with its requests and their answers',
    status: 200,
    answer: deliveryWithRequests,
  },
  {
    method: 'post',
    path: '/provisioning/deliveries/retry',
    summary: 'Try again now all that is blocked or dead through a connection',
    body: retryInput,
    status: 202,
    answer: retryAnswer,
  },
  {
    method: 'post',
    path: '/provisioning/deliveries/{id}/retry',
    summary: 'Try a delivery again now',
    status: 202,
    answer: deliveryAnswer,
  },
  {
    method: 'get',
    path: '/provisioning/log-settings',
    summary: 'Read how long the outbound log is kept',
    status: 200,
    answer: logSettingsInput,
  },
  {
    method: 'put',
    path: '/provisioning/log-settings',
    summary: 'Set how long the outbound log is kept',
    body: logSettingsInput,
    status: 200,
    answer: logSettingsInput,
  },
]
