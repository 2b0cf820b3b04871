/** Bodies that more than one of the benchmarks sends. */
import { BULK_REQUEST_SCHEMA, PATCH_OP_SCHEMA } from '../../src/scim/messages.ts'
import { USER } from '../../src/scim/resource-types.ts'

export function userNamed(userName: string) {
  return {
    schemas: [USER.schema.id],
    userName,
    displayName: `Person ${userName}`,
    name: { givenName: 'Per', familyName: 'Son' },
    emails: [{ value: `${userName}@example.com`, type: 'work', primary: true }],
    active: true,
  }
}

export function patchOf(operation: object) {
  return { schemas: [PATCH_OP_SCHEMA], Operations: [operation] }
}

/** Creates each of them. */
export function bulkOf(users: readonly object[]) {
  const Operations = users.map((data, i) => ({ method: 'POST', path: '/Users', bulkId: `user${i}`, data }))
  return { schemas: [BULK_REQUEST_SCHEMA], Operations }
}
