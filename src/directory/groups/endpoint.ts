import type { Scope } from '../../platform.ts'
import { normalizePatch, normalizeResource } from '../../scim/lenient.ts'
import { patchResource } from '../../scim/patch.ts'
import { isShown } from '../../scim/project.ts'
import { GROUP } from '../../scim/resource-types.ts'
import type { Resource } from '../../scim/schema.ts'
import { validateResource } from '../../scim/validate.ts'
import { type Endpoint, onlyOf, type ScimRequest } from '../endpoint.ts'
import { groupSource } from '../list/source.ts'
import { GROUPS as OWNER } from '../members/commands.ts'
import { editOfPatch, editOfReplacement, type MemberEdit } from '../members/edit.ts'
import { membersOf } from '../members/queries.ts'
import { removeGroup, updateGroup } from './commands.ts'
import { createGroup, demandFreeGroupName, insertGroup } from './creation/commands.ts'
import { cutByMembers, getGroup, groupResource, type GroupRow, groupsByIds, listGroups } from './queries.ts'

/** /scim2/Groups (RFC 7644 section 3). */
export const GROUPS: Endpoint = {
  name: 'Groups',
  writes: 'scim:write',
  type: async () => GROUP,
  source: groupSource,
  async create(request, body, id) {
    const { scope, origin, unknown } = request
    return changed(request, await createGroup(scope, readGroup(request, body), origin, { unknown, id }))
  },
  async prepare(request, body, id, others) {
    const { scope, origin, unknown } = request
    const made = await insertGroup(scope, readGroup(request, body), origin, { unknown, id, others })
    const demandFreeName = () => demandFreeGroupName(scope, made.row.displayName)
    return { change: made.change, changed: changed(request, made.row), demandFreeName }
  },
  async read(request, id) {
    return onlyOf(await withMembers(request, [await getGroup(request.scope, id)]))
  },
  async list(request, query, source, condition) {
    const page = await listGroups(request.scope, query, { source, condition })
    // By cursor a shorter page would end elsewhere than its cursor says.
    const canCut = showsMembers(request) && query.paging.kind === 'index'
    const rows = canCut ? await cutByMembers(request.scope, page.rows) : page.rows
    return { ...page, rows: await withMembers(request, rows) }
  },
  async some(request, ids) {
    return withMembers(request, await groupsByIds(request.scope, ids))
  },
  async replace(request, id, body, expected) {
    return update(request, id, editOfReplacement(readGroup(request, body), ['members']), expected)
  },
  async patch(request, id, body, expected) {
    const input = request.isStrict ? body : normalizePatch(GROUP, body)
    const edit = editOfPatch(GROUP, ['members'], input) ?? (await editOfWhole(request.scope, id, input))
    return update(request, id, edit, expected)
  },
  remove({ scope, origin }, id, expected) {
    return removeGroup(scope, id, origin, expected)
  },
}

function readGroup({ isStrict }: ScimRequest, body: unknown): Resource {
  return validateResource(GROUP, isStrict ? body : normalizeResource(GROUP, body))
}

/** What only the whole group tells: the values that a filter picks are replaced by others. */
async function editOfWhole(scope: Scope, id: string, body: unknown): Promise<MemberEdit> {
  const row = await getGroup(scope, id)
  const whole = groupResource(scope, row, (await membersOf(scope, OWNER, [id])).get(id))
  return editOfReplacement(patchResource(GROUP, whole, body), ['members'])
}

async function update(request: ScimRequest, id: string, edit: MemberEdit, expected: readonly number[] | undefined) {
  const { scope, origin, unknown } = request
  return changed(request, await updateGroup(scope, id, edit, origin, { expected, unknown }))
}

function changed(request: ScimRequest, row: GroupRow) {
  return { id: row.id, version: row.version, read: async () => onlyOf(await withMembers(request, [row])) }
}

async function withMembers(request: ScimRequest, rows: readonly GroupRow[]): Promise<Resource[]> {
  const { scope } = request
  const members = showsMembers(request) ? await membersOf(scope, OWNER, idsOf(rows)) : undefined
  return rows.map((row) => groupResource(scope, row, members?.get(row.id)))
}

function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map((row) => row.id)
}

function showsMembers({ projection }: ScimRequest): boolean {
  return isShown(GROUP, 'members', projection)
}
