import { Problem } from '../../core/errors.ts'
import { newId, newResourceId } from '../../core/ids.ts'
import { isUniqueViolation } from '../../db/open.ts'
import { roleMembers, roles, tenants } from '../../db/schema.ts'
import { randomToken } from '../../core/crypto.ts'
import type { Platform, Tenant } from '../../platform.ts'
import { USER } from '../../scim/resource-types.ts'
import { listTenants } from '../../tenancy/queries.ts'
import { scopeOf } from '../../tenancy/resolve.ts'
import { commit } from '../commit.ts'
import { ALL_PERMISSIONS, EVERYONES_PERMISSIONS } from '../permissions.ts'
import { insertUser } from '../users/creation/commands.ts'

export type NewTenant = {
  readonly slug: string
  readonly name: string
  readonly admin: { readonly userName: string; readonly password: string }
}

/** A tenant with its roles and its administrator, in one batch. Problem 409 if the slug is taken. */
export async function createTenant(platform: Platform, input: NewTenant): Promise<Tenant> {
  const tenant = { id: newId(), slug: input.slug, name: input.name }
  const scope = scopeOf(platform, tenant)
  const [everyone, admin] = [newResourceId(scope.now), newResourceId(scope.now)]
  const person = { schemas: [USER.schema.id], ...input.admin }
  const { row, change } = await insertUser(scope, person, { source: 'setup' })
  const builtIn = (id: string, displayName: string, permissions: readonly string[]) => ({
    tenantId: tenant.id,
    id,
    displayName,
    displayNameKey: displayName,
    builtIn: true,
    permissions: [...permissions],
    created: scope.now,
    lastModified: scope.now,
  })
  try {
    await commit(scope, {
      writes: [
        platform.db.insert(tenants).values({ ...tenant, created: scope.now }),
        platform.db
          .insert(roles)
          .values([
            builtIn(everyone, 'everyone', EVERYONES_PERMISSIONS),
            builtIn(admin, 'admin', [...ALL_PERMISSIONS].sort()),
          ]),
        ...change.writes,
        platform.db
          .insert(roleMembers)
          .values({ tenantId: tenant.id, roleId: admin, memberId: row.id, memberType: 'User' }),
      ],
      outbox: [],
    })
  } catch (error) {
    if (isUniqueViolation(error, 'slug')) {
      throw new Problem(409, 'The slug is taken.', [{ field: 'slug', message: 'is taken' }], { cause: error })
    }
    throw error
  }
  return tenant
}

/**
 * Gives an empty database its default tenant and administrator. Answers undefined if it is not empty, otherwise the
 * administrator; with the password only if it was made here, for the one time that it is shown.
 */
export async function seedEmptyDatabase(
  platform: Platform,
  admin: { readonly userName: string; readonly password: string | undefined },
): Promise<{ userName: string; password: string | undefined } | undefined> {
  if ((await listTenants(platform.db)).length > 0) return undefined
  const made = admin.password === undefined ? randomToken(15) : undefined
  const password = admin.password ?? made ?? ''
  try {
    await createTenant(platform, { slug: '', name: 'postern', admin: { userName: admin.userName, password } })
  } catch (error) {
    // Another instance was faster.
    if (error instanceof Problem && error.status === 409) return undefined
    throw error
  }
  return { userName: admin.userName, password: made }
}
