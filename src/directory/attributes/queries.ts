import { Problem } from '../../core/errors.ts'
import { memoryOf, remember } from '../../core/memory.ts'
import { type Db, firstOf, rowsOf } from '../../db/open.ts'
import type { CustomAttribute } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { USER } from '../../scim/resource-types.ts'
import { type ResourceType, withExtension } from '../../scim/schema.ts'
import { CUSTOM_USER_URN, customUserSchema } from '../../scim/schemas/custom.ts'

/** The User of each tenant, as of a version of its own attributes. */
const known = new WeakMap<Db, Map<string, { readonly version: number; readonly type: ResourceType }>>()

/** Of a scope, what says whose attributes these are. */
type Place = Pick<Scope, 'db' | 'tenantId' | 'schemaVersion'>

/**
 * The resource type User with the attributes that this tenant has of its own. What this process knows of another
 * version of them than the request found is read again.
 */
export async function userTypeOf(scope: Place): Promise<ResourceType> {
  const current = scope.schemaVersion ?? (await readSchemaVersion(scope))
  if (current === 0) return USER
  const memory = memoryOf(known, scope.db)
  const remembered = memory.get(scope.tenantId)
  if (remembered?.version === current) return remembered.type
  const attributes = await listCustomAttributes(scope)
  const type = attributes.length === 0 ? USER : withExtension(USER, customUserSchema(attributes))
  remember(memory, scope.tenantId, { version: current, type })
  return type
}

async function readSchemaVersion({ db, tenantId }: Place): Promise<number> {
  const row = await firstOf<{ version: number }>(
    db,
    sql`select schema_version as version from tenants where id = ${tenantId}`,
  )
  return row?.version ?? 0
}

/** The tenant's own attributes, in the order in which they were made. */
export async function listCustomAttributes({ db, tenantId }: Place): Promise<CustomAttribute[]> {
  const rows = await rowsOf<{ definition: string }>(
    db,
    sql`select definition from custom_attributes where tenant_id = ${tenantId} order by created, name_key`,
  )
  return rows.map((row) => JSON.parse(row.definition) as CustomAttribute)
}

/** Throws Problem 404. The name in any case (RFC 7643 section 2.1). */
export async function getCustomAttribute({ db, tenantId }: Scope, name: string): Promise<CustomAttribute> {
  const row = await firstOf<{ definition: string }>(
    db,
    sql`select definition from custom_attributes where tenant_id = ${tenantId} and name_key = ${name.toLowerCase()}`,
  )
  if (!row) throw new Problem(404, 'There is no such attribute.')
  return JSON.parse(row.definition) as CustomAttribute
}

/** Where the values of one of the tenant's own attributes stand in a user's document. */
export function documentPath(name: string): string {
  return `$."${CUSTOM_USER_URN}"."${name}"`
}

/** How many users have a value of one of the tenant's own attributes. */
export async function countUsersWith({ db, tenantId }: Scope, name: string): Promise<number> {
  const path = documentPath(name)
  const row = await firstOf<{ total: number }>(
    db,
    sql`select count(*) as total from users where tenant_id = ${tenantId} and json_type(document, ${path}) is not null`,
  )
  return row?.total ?? 0
}
