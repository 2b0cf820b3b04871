/** Every call of the management API with what it takes and gives: the documents are made from it. */
import { z } from 'zod'
import { attributeChange, attributeInput } from '../directory/attributes/settings.ts'
import { passwordPolicyInput } from '../directory/passwords/settings.ts'
import { connectionChange, connectionInput } from '../connections/settings.ts'
import { posternInput } from '../federation/from-postern/settings.ts'
import { ALERT_OPERATIONS } from './alerts/operations.ts'
import { createdConnection, changedConnection } from './alerts/schemas.ts'
import { APPLICATION_OPERATIONS } from './application-operations.ts'
import { AUTHORIZATION_POLICY_OPERATIONS } from './authorization-policy/operations.ts'
import { BRANDING_OPERATIONS } from './branding/operations.ts'
import { CONSENT_OPERATIONS } from './consents/operations.ts'
import { CONNECTOR_OPERATIONS } from './connector-operations.ts'
import { LINKED_ACCOUNT_OPERATIONS } from './linked-accounts/operations.ts'
import { LOG_OPERATIONS } from './log/operations.ts'
import { RECONCILIATION_OPERATIONS } from './reconciliation/operations.ts'
import { REGISTRATION_OPERATIONS } from './registration/operations.ts'
import {
  connectionAnswer,
  deletedUserItem,
  pageOf,
  pageQuery,
  scimTokenAnswer,
  scimTokenInput,
  scimTokenItem,
  tenantAnswer,
  tenantInput,
} from './schemas.ts'
import { DECISION_OPERATIONS } from './decisions/operations.ts'
import { FACTOR_OPERATIONS } from './factors/operations.ts'
import { SESSION_OPERATIONS } from './sessions/operations.ts'
import { SIGN_UP_OPERATIONS } from './sign-up/operations.ts'
import { SIGNING_KEY_OPERATIONS } from './signing-keys.ts'
import { SYNC_OPERATIONS } from './sync/operations.ts'

export type Operation = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  readonly path: string
  readonly summary: string
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** The media types of a body that is a file. */
  readonly upload?: readonly string[]
  readonly status: 200 | 201 | 202 | 204
  readonly answer?: z.ZodType
}

export const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/tenants',
    summary: 'Make a tenant (default tenant only)',
    body: tenantInput,
    status: 201,
    answer: tenantAnswer,
  },
  {
    method: 'get',
    path: '/tenants',
    summary: 'List tenants (default tenant only)',
    status: 200,
    answer: pageOf(tenantAnswer),
  },
  {
    method: 'post',
    path: '/scim-tokens',
    summary: 'Make a SCIM token; it is shown once',
    body: scimTokenInput,
    status: 201,
    answer: scimTokenAnswer,
  },
  {
    method: 'get',
    path: '/scim-tokens',
    summary: 'List SCIM tokens, without their values',
    query: pageQuery,
    status: 200,
    answer: pageOf(scimTokenItem),
  },
  { method: 'delete', path: '/scim-tokens/{id}', summary: 'Revoke a SCIM token', status: 204 },
  {
    method: 'post',
    path: '/user-attributes',
    summary: 'Add an attribute to the users of this tenant',
    body: attributeInput,
    status: 201,
    answer: attributeInput,
  },
  {
    method: 'get',
    path: '/user-attributes',
    summary: 'List the attributes that this tenant has of its own',
    status: 200,
    answer: z.object({ items: z.array(attributeInput) }),
  },
  {
    method: 'get',
    path: '/user-attributes/{name}',
    summary: 'Read an attribute',
    status: 200,
    answer: attributeInput,
  },
  {
    method: 'patch',
    path: '/user-attributes/{name}',
    summary: 'Change an attribute; its name and type stay',
    body: attributeChange,
    status: 200,
    answer: attributeInput,
  },
  {
    method: 'delete',
    path: '/user-attributes/{name}',
    summary: 'Remove an attribute that no user has a value of',
    status: 204,
  },
  {
    method: 'get',
    path: '/password-policy',
    summary: 'Read the password policy',
    status: 200,
    answer: passwordPolicyInput,
  },
  {
    method: 'put',
    path: '/password-policy',
    summary: 'Replace the password policy',
    body: passwordPolicyInput,
    status: 200,
    answer: passwordPolicyInput,
  },
  {
    method: 'get',
    path: '/deleted-users',
    summary: 'List deleted users, whom just-in-time provisioning does not bring back',
    query: pageQuery,
    status: 200,
    answer: pageOf(deletedUserItem),
  },
  {
    method: 'delete',
    path: '/deleted-users/{id}',
    summary: 'Let a deleted user come back through just-in-time provisioning',
    status: 204,
  },
  ...APPLICATION_OPERATIONS,
  {
    method: 'post',
    path: '/connections',
    summary: 'Add a connection',
    body: connectionInput,
    status: 201,
    answer: createdConnection,
  },
  {
    method: 'post',
    path: '/connections/from-postern',
    summary: 'Add another postern tenant as a connection: it registers this one as its client',
    body: posternInput,
    status: 201,
    answer: z.object({ id: z.string() }),
  },
  {
    method: 'get',
    path: '/connections',
    summary: 'List connections by name',
    query: pageQuery,
    status: 200,
    answer: pageOf(connectionAnswer),
  },
  {
    method: 'get',
    path: '/connections/{id}',
    summary: 'Read a connection, without its secrets',
    status: 200,
    answer: connectionAnswer,
  },
  {
    method: 'patch',
    path: '/connections/{id}',
    summary: 'Change a connection; what is absent stays, secrets too',
    body: connectionChange,
    status: 200,
    answer: changedConnection,
  },
  {
    method: 'delete',
    path: '/connections/{id}',
    summary: 'Remove a connection with its connectors and links',
    status: 204,
  },
  ...SIGNING_KEY_OPERATIONS,
  ...SYNC_OPERATIONS,
  ...RECONCILIATION_OPERATIONS,
  ...REGISTRATION_OPERATIONS,
  ...CONNECTOR_OPERATIONS,
  ...LOG_OPERATIONS,
  ...ALERT_OPERATIONS,
  ...AUTHORIZATION_POLICY_OPERATIONS,
  ...BRANDING_OPERATIONS,
  ...SESSION_OPERATIONS,
  ...CONSENT_OPERATIONS,
  ...SIGN_UP_OPERATIONS,
  ...FACTOR_OPERATIONS,
  ...DECISION_OPERATIONS,
  ...LINKED_ACCOUNT_OPERATIONS,
]
