/** Whether what a connection is told of just-in-time provisioning makes sense here, and whether the caller may say it. */
import { type FieldError, Problem } from '../../core/errors.ts'
import type { GrantSettings, JitSettings } from '../../db/schema.ts'
import { userTypeOf } from '../../directory/attributes/queries.ts'
import { ALL_PERMISSIONS, covers, type Permissions } from '../../directory/permissions.ts'
import type { Scope } from '../../platform.ts'
import { checkClaimRule, checkRequired } from './claim-rules.ts'
import { findNotGrantable, type Granted, permissionsGranted, permissionsLinked } from './queries.ts'
import type { JitChange } from './settings.ts'

/**
 * Throws Problem 400 for rules of attributes that there are none of, and for groups and roles that are not here; those
 * that were `before` may be gone.
 */
export async function demandJitKnown(scope: Scope, jit: JitChange, before?: JitSettings): Promise<void> {
  const errors = [...(await attributeErrors(scope, jit)), ...(await mapErrors(scope, jit, before))]
  if (errors.length > 0) throw new Problem(400, 'The just-in-time settings are not valid.', errors)
}

async function attributeErrors(scope: Scope, { mapping, requiredAttributes }: JitChange): Promise<FieldError[]> {
  if (!mapping?.length && !requiredAttributes?.length) return []
  const type = await userTypeOf(scope)
  const inMapping = (mapping ?? []).flatMap((rule, i) =>
    checkClaimRule(type, rule).map(({ field, message }) => ({ field: `jit.mapping.${i}.${field}`, message })),
  )
  const inRequired = (requiredAttributes ?? []).flatMap((path, i) =>
    checkRequired(type, path).map(({ message }) => ({ field: `jit.requiredAttributes.${i}`, message })),
  )
  return [...inMapping, ...inRequired]
}

async function mapErrors(scope: Scope, { groups, roles }: JitChange, before?: JitSettings): Promise<FieldError[]> {
  const unknown = await findNotGrantable(scope, { groups: targetsOf(groups), roles: targetsOf(roles) })
  const kept = new Set([...targetsOf(before?.groups), ...targetsOf(before?.roles)])
  const errorsIn = (kind: 'groups' | 'roles', grant: GrantSettings | null | undefined) =>
    Object.entries(grant?.map ?? {}).flatMap(([word, ids]) =>
      ids
        .filter((id) => unknown.has(id) && !kept.has(id))
        .map((id) => ({ field: `jit.${kind}.map.${word}`, message: `There is no such one to be put in: ${id}.` })),
    )
  return [...errorsIn('groups', groups), ...errorsIn('roles', roles)]
}

/**
 * Nobody lets a provider give or take what she may not give or take herself: not by the map, and neither by saying which
 * provider it is, or by replacing whatever else somebody is in. Throws Problem 403.
 */
export async function demandGrantsCovered(
  scope: Scope,
  all: readonly JitSettings[],
  by: Permissions | undefined,
): Promise<void> {
  if (!by) return
  const granted: Granted = {
    groups: all.flatMap(({ groups }) => targetsOf(groups)),
    roles: all.flatMap(({ roles }) => targetsOf(roles)),
  }
  const replaces = all.some(({ groups, roles }) => groups?.sync === 'replace' || roles?.sync === 'replace')
  const needed = replaces ? ALL_PERMISSIONS : await permissionsGranted(scope, granted)
  const missing = missingOf(needed, by)
  if (missing === undefined) return
  throw new Problem(
    403,
    replaces
      ? `To replace groups or roles takes away any of them: that needs every permission, and this credential lacks ${missing}.`
      : `The connection puts people where they have the permission ${missing}, which this credential lacks: it can neither give nor take it.`,
  )
}

/**
 * Nobody says that another provider vouches for the people of a connection who may do less than one of them: she could be
 * that provider, and sign in as any. Throws Problem 403.
 */
export async function demandLinkedCovered(
  scope: Scope,
  connectionId: string,
  by: Permissions | undefined,
): Promise<void> {
  const missing = by && missingOf(await permissionsLinked(scope, connectionId), by)
  if (missing === undefined) return
  throw new Problem(
    403,
    `Somebody signs in by this connection who has the permission ${missing}, which this credential lacks: it cannot say which provider that is.`,
  )
}

function missingOf(needed: Permissions, by: Permissions): string | undefined {
  return [...needed].find((permission) => !covers(by, new Set([permission])))
}

function targetsOf(grant: GrantSettings | null | undefined): string[] {
  return Object.values(grant?.map ?? {}).flat()
}
