import { and, asc, count, eq } from 'drizzle-orm'
import { ScimError } from '../../core/errors.ts'
import { roleMembers, roles, users } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import type { Resource } from '../../scim/schema.ts'

export type RoleRow = typeof roles.$inferSelect

/** All roles of the tenant. There are few: they are not paged. */
export async function listRoles({ db, tenantId }: Scope): Promise<RoleRow[]> {
  return db.select().from(roles).where(eq(roles.tenantId, tenantId)).orderBy(asc(roles.displayName))
}

/** Throws the 404 of RFC 7644 section 3.4.1. */
export async function getRole({ db, tenantId }: Scope, id: string): Promise<RoleRow> {
  const [row] = await db
    .select()
    .from(roles)
    .where(and(eq(roles.tenantId, tenantId), eq(roles.id, id)))
    .limit(1)
  if (!row) throw new ScimError(404, `Role ${id} not found`)
  return row
}

/** The users who hold a role, at most `limit`; not for `everyone`, which has no rows. */
export async function holdersOfRole({ db, tenantId }: Scope, roleId: string, limit: number) {
  return db
    .select({ id: users.id, userName: users.userName })
    .from(roleMembers)
    .innerJoin(users, and(eq(users.tenantId, tenantId), eq(users.id, roleMembers.userId)))
    .where(and(eq(roleMembers.tenantId, tenantId), eq(roleMembers.roleId, roleId)))
    .orderBy(asc(users.userNameKey))
    .limit(limit)
}

export async function countUsers({ db, tenantId }: Scope): Promise<number> {
  const [row] = await db.select({ total: count() }).from(users).where(eq(users.tenantId, tenantId))
  return row?.total ?? 0
}

/** A role in WSO2's v2 shape, which `$ref` in a user's roles leads to. */
export function roleResource(scope: Scope, row: RoleRow): Resource {
  return {
    schemas: ['urn:ietf:params:scim:schemas:extension:2.0:Role'],
    id: row.id,
    displayName: row.displayName,
    audience: { type: 'organization', value: scope.tenantId, display: scope.tenant.name },
    meta: {
      resourceType: 'Role',
      created: row.created.toISOString(),
      lastModified: row.created.toISOString(),
      location: `${scope.issuer}/scim2/v2/Roles/${row.id}`,
    },
  }
}
