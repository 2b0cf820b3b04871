import type { ResourceType } from './schema.ts'
import { COMMON } from './schemas/common.ts'
import { CREDENTIALS_SCHEMA } from './schemas/credentials.ts'
import { ENTERPRISE_USER_SCHEMA } from './schemas/enterprise-user.ts'
import { GROUP_SCHEMA } from './schemas/group.ts'
import { ROLE_SCHEMA } from './schemas/role.ts'
import { USER_SCHEMA } from './schemas/user.ts'

/** RFC 7643 section 6. */
export const USER: ResourceType = {
  id: 'User',
  endpoint: '/Users',
  description: 'User Account',
  common: COMMON,
  schema: USER_SCHEMA,
  extensions: [
    { schema: ENTERPRISE_USER_SCHEMA, required: false },
    { schema: CREDENTIALS_SCHEMA, required: false },
  ],
}

export const GROUP: ResourceType = {
  id: 'Group',
  endpoint: '/Groups',
  description: 'Group',
  common: COMMON,
  schema: GROUP_SCHEMA,
  extensions: [],
}

export const ROLE: ResourceType = {
  id: 'Role',
  endpoint: '/v2/Roles',
  description: 'Role',
  common: COMMON,
  schema: ROLE_SCHEMA,
  extensions: [],
}
