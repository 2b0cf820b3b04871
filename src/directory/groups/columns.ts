/** A group's resource as the columns of its row. Pure. */
import { nameKey } from '../../core/ids.ts'
import type { UserDocument } from '../../db/schema.ts'
import { comparedForm } from '../../scim/compared.ts'
import { GROUP } from '../../scim/resource-types.ts'
import type { Resource } from '../../scim/schema.ts'

export type GroupColumns = ReturnType<typeof toColumns>

export function toColumns(input: Resource) {
  const { id: _id, meta: _meta, members: _members, ...document } = input
  const displayName = String(input.displayName)
  return {
    displayName,
    displayNameKey: nameKey(displayName),
    externalId: typeof input.externalId === 'string' ? input.externalId : null,
    document: document as UserDocument,
    compared: JSON.stringify(comparedForm(GROUP, document as Resource)),
  }
}
