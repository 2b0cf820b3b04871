/** The forms of a role, and what they stand for. */
import { z } from 'zod'
import type { RoleRow } from '../../directory/roles/queries.ts'
import { ROLE } from '../../scim/resource-types.ts'
import type { Complex, Resource } from '../../scim/schema.ts'
import { validateResource } from '../../scim/validate.ts'
import { applyChanges, changeAt } from '../users/attributes/edit.ts'

const displayName = z.string().trim().min(1, 'Give a name.')
const version = z.coerce.number().int()

/** Boxes that are ticked, each a permission. */
const ticked = z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([])
/** What an application has words for, one permission a line. */
const lines = z
  .string()
  .default('')
  .transform((text) => text.split('\n').map((line) => line.trim()))
  .transform((names) => names.filter((name) => name !== ''))

export const organizationRoleForm = z.object({ displayName, permissions: ticked })
export const applicationRoleForm = z.object({
  displayName,
  application: z.string().min(1, 'Choose an application.'),
  permissions: lines,
})
export const nameForm = z.object({ displayName, version })

/** The permissions of a role are boxes or lines, as its audience has it. */
export function permissionsForm({ audience }: RoleRow) {
  return z.object({ version, permissions: audience === '' ? ticked : lines })
}

/** '' is the organization. */
export function newRole(displayName: string, application: string, permissions: readonly string[]): Resource {
  const audience: Complex = application === '' ? { type: 'organization' } : { type: 'application', value: application }
  return validateResource(ROLE, {
    schemas: [ROLE.schema.id],
    displayName,
    audience,
    permissions: permissions.map((value) => ({ value })),
  })
}

/** The role under another name, or the same object if it has it already. */
export function withName(role: Resource, displayName: string): Resource {
  return applyChanges(ROLE, role, [changeAt(ROLE, 'displayName', displayName)])
}

export function withPermissions(role: Resource, permissions: readonly string[]): Resource {
  const values = permissions.map((value) => ({ value }))
  return applyChanges(ROLE, role, [changeAt(ROLE, 'permissions', values.length > 0 ? values : null)])
}
