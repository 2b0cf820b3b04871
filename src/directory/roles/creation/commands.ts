import { ScimError } from '../../../core/errors.ts'
import { nameKey, newResourceId } from '../../../core/ids.ts'
import { firstOf, isUniqueViolation } from '../../../db/open.ts'
import { sql } from '../../../db/sql.ts'
import type { Scope } from '../../../platform.ts'
import { isComplex, type Resource } from '../../../scim/schema.ts'
import { addMembers, ROLES } from '../../members/commands.ts'
import { type MemberChange, memberIds } from '../../members/edit.ts'
import { unknownIds } from '../../members/queries.ts'
import { type Change, commit } from '../../commit.ts'
import type { Origin } from '../../outbox.ts'
import { isWithoutAdministrator } from '../last-administrator.ts'
import { getRole, isApplication, type RoleRow } from '../queries.ts'
import { demandCovered, externalIdIn, permissionsIn } from '../rules.ts'

/** Creates a role from a validated resource. Throws uniqueness, invalidValue, and 403 for what the caller has not. */
export async function createRole(
  scope: Scope,
  input: Resource,
  origin: Origin,
  circumstances: Parameters<typeof insertRole>[3] = {},
): Promise<RoleRow> {
  const { id, displayName, change } = await insertRole(scope, input, origin, circumstances)
  await commitRole(scope, displayName, change)
  return getRole(scope, id)
}

/** What createRole would do; `others` are ids that the same batch makes. */
export async function insertRole(
  scope: Scope,
  input: Resource,
  origin: Origin,
  {
    id = newResourceId(scope.now),
    others = [],
  }: { readonly id?: string | undefined; readonly others?: readonly string[] },
): Promise<{ readonly id: string; readonly displayName: string; readonly audience: string; readonly change: Change }> {
  const { tenantId, now } = scope
  const audience = await audienceOf(scope, input)
  const permissions = permissionsIn(input, audience)
  const displayName = String(input.displayName)
  demandCovered(origin, { displayName, audience, builtIn: false, permissions })
  const changes = (['users', 'groups'] as const).map((attribute) => ({
    attribute,
    kind: 'add' as const,
    ids: memberIds(input, attribute),
  }))
  await demandKnown(scope, changes, new Set(others))
  const change = {
    writes: [
      sql`insert into roles (tenant_id, id, display_name, display_name_key, audience, external_id, built_in, permissions,
          created, last_modified, version)
        values (${tenantId}, ${id}, ${displayName}, ${nameKey(displayName)}, ${audience}, ${externalIdIn(input)}, 0,
          ${JSON.stringify(permissions)}, ${now}, ${now}, 1)`,
    ],
    links: changes.flatMap((one) => addMembers(scope, ROLES, id, one)),
    outbox: [],
  }
  return { id, displayName, audience, change }
}

/** Throws invalidValue for a holder who is neither here nor among those whom the same batch makes. */
export async function demandKnown(
  scope: Scope,
  changes: readonly MemberChange[],
  others: ReadonlySet<string> = new Set(),
): Promise<void> {
  for (const change of changes) {
    if (!('ids' in change) || change.kind === 'remove') continue
    const types = ROLES.types(change.attribute)
    const [missing] = await unknownIds(
      scope,
      types,
      change.ids.filter((id) => !others.has(id)),
    )
    if (missing === undefined) continue
    throw new ScimError(
      'invalidValue',
      `${change.attribute}: there is no ${types.join(' or ')} ${missing.slice(0, 200)}`,
    )
  }
}

/** '' for the organization. Throws invalidValue for an audience that is not here. */
async function audienceOf(scope: Scope, { audience }: Resource): Promise<string> {
  if (!isComplex(audience)) return ''
  const type = typeof audience.type === 'string' ? audience.type.toLowerCase() : 'organization'
  if (type === 'organization') {
    if (audience.value === undefined || audience.value === scope.tenantId) return ''
    throw new ScimError('invalidValue', `audience.value of the organization is ${scope.tenantId}`)
  }
  if (type !== 'application') throw new ScimError('invalidValue', 'audience.type must be organization or application')
  if (typeof audience.value === 'string' && (await isApplication(scope, audience.value))) return audience.value
  throw new ScimError('invalidValue', 'audience.value: there is no such application')
}

/** Throws uniqueness. */
export async function demandFreeRoleName(
  { db, tenantId }: Scope,
  audience: string,
  displayName: string,
): Promise<void> {
  const taken = await firstOf(
    db,
    sql`select 1 as one from roles where tenant_id = ${tenantId} and audience = ${audience}
      and display_name_key = ${nameKey(displayName)}`,
  )
  if (taken) throw nameTaken(displayName)
}

function nameTaken(displayName: string, cause?: unknown): ScimError {
  return new ScimError('uniqueness', `displayName "${displayName}" is taken`, { cause })
}

/** Commits a change that writes this displayName; a taken one is 409 uniqueness (RFC 7644 section 3.3). */
export async function commitRole(scope: Scope, displayName: string, change: Change): Promise<void> {
  try {
    await commit(scope, change)
  } catch (error) {
    if (isUniqueViolation(error, 'display_name_key')) throw nameTaken(displayName, error)
    if (isWithoutAdministrator(error)) {
      throw new ScimError(403, 'The last administrator has to keep the role', { cause: error })
    }
    throw error
  }
}
