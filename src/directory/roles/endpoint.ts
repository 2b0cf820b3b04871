import type { Scope } from '../../platform.ts'
import { normalizePatch, normalizeResource } from '../../scim/lenient.ts'
import { patchResource } from '../../scim/patch.ts'
import { isShown } from '../../scim/project.ts'
import { ROLE } from '../../scim/resource-types.ts'
import type { Resource } from '../../scim/schema.ts'
import { validateReplacement, validateResource } from '../../scim/validate.ts'
import { type Endpoint, onlyOf, type ScimRequest } from '../endpoint.ts'
import { roleSource } from '../list/source.ts'
import { ROLES as OWNER, type Versions } from '../members/commands.ts'
import { editOfPatch, editOfReplacement, type MemberEdit } from '../members/edit.ts'
import { membersOf } from '../members/queries.ts'
import { removeRole, updateRole } from './commands.ts'
import { createRole, demandFreeRoleName, insertRole } from './creation/commands.ts'
import { getRole, listRoles, roleResource, type RoleRow, rolesByIds } from './queries.ts'

const HOLDERS = ['users', 'groups'] as const

/** /scim2/Roles and /scim2/v2/Roles, in WSO2's shape. */
export const ROLES: Endpoint = {
  name: 'Roles',
  writes: 'roles:write',
  type: async () => ROLE,
  source: roleSource,
  async create(request, body, id) {
    const { scope, origin } = request
    return changed(request, await createRole(scope, readRole(request, body), origin, { id }))
  },
  async prepare(request, body, id, others) {
    const { scope, origin } = request
    const { change, ...made } = await insertRole(scope, readRole(request, body), origin, { id, others })
    const read = async () => onlyOf(await withHolders(request, [await getRole(scope, id)]))
    const demandFreeName = () => demandFreeRoleName(scope, made.audience, made.displayName)
    return { change, changed: { id, version: 1, read }, demandFreeName }
  },
  async read(request, id) {
    return onlyOf(await withHolders(request, [await getRole(request.scope, id)]))
  },
  async list(request, query, source, condition) {
    const page = await listRoles(request.scope, query, { source, condition })
    return { ...page, rows: await withHolders(request, page.rows) }
  },
  async some(request, ids) {
    return withHolders(request, await rolesByIds(request.scope, ids))
  },
  async replace(request, id, body, expected) {
    const given = request.isStrict ? body : normalizeResource(ROLE, body)
    const edit = editOfReplacement(validateResource(ROLE, given), HOLDERS)
    return update(request, id, { ...edit, edit: (role) => validateReplacement(ROLE, role, given) }, expected)
  },
  async patch(request, id, body, expected) {
    const input = request.isStrict ? body : normalizePatch(ROLE, body)
    const edit = editOfPatch(ROLE, HOLDERS, input) ?? (await editOfWhole(request.scope, id, input))
    return update(request, id, edit, expected)
  },
  remove({ scope, origin }, id, expected) {
    return removeRole(scope, id, origin, expected)
  },
}

function readRole({ isStrict }: ScimRequest, body: unknown): Resource {
  return validateResource(ROLE, isStrict ? body : normalizeResource(ROLE, body))
}

/** What only the whole role tells: the values that a filter picks are replaced by others. */
async function editOfWhole(scope: Scope, id: string, body: unknown): Promise<MemberEdit> {
  const row = await getRole(scope, id)
  const whole = roleResource(scope, row, (await membersOf(scope, OWNER, [id])).get(id))
  return { ...editOfReplacement(patchResource(ROLE, whole, body), HOLDERS), isWhole: false }
}

async function update(request: ScimRequest, id: string, edit: MemberEdit, expected: Versions | undefined) {
  return changed(request, await updateRole(request.scope, id, edit, request.origin, expected))
}

function changed(request: ScimRequest, row: RoleRow) {
  return { id: row.id, version: row.version, read: async () => onlyOf(await withHolders(request, [row])) }
}

async function withHolders({ scope, projection }: ScimRequest, rows: readonly RoleRow[]): Promise<Resource[]> {
  const isWhole = HOLDERS.some((name) => isShown(ROLE, name, projection))
  const ids = rows.map((row) => row.id)
  const holders = isWhole ? await membersOf(scope, OWNER, ids) : undefined
  return rows.map((row) => roleResource(scope, row, holders?.get(row.id)))
}
