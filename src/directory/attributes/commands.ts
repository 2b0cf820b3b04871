import { Problem } from '../../core/errors.ts'
import { isUniqueViolation, runGuardedBatch, DEMAND_ONE_CHANGE, StaleRow, type Statement } from '../../db/open.ts'
import type { CustomAttribute } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { countUsersWith, documentPath, getCustomAttribute } from './queries.ts'

/** Adds an attribute to the tenant's own extension of User. Problem 409 if there is one of this name, in any case. */
export async function createAttribute(scope: Scope, attribute: CustomAttribute): Promise<void> {
  const { db, tenantId, now } = scope
  try {
    await runGuardedBatch(db, [
      sql`insert into custom_attributes (tenant_id, name_key, definition, created, last_modified)
        values (${tenantId}, ${attribute.name.toLowerCase()}, ${JSON.stringify(attribute)}, ${now}, ${now})`,
      raiseSchemaVersion(tenantId),
    ])
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const errors = [{ field: 'name', message: 'There is an attribute of this name.' }]
    throw new Problem(409, 'The name is taken.', errors, { cause: error })
  }
}

/** What can change of an attribute that users have already: what it is called for people, and how it is dealt with. */
export type AttributeChange = Partial<
  Pick<CustomAttribute, 'description' | 'required' | 'mutability' | 'returned' | 'canonicalValues'>
>

export async function updateAttribute(scope: Scope, name: string, change: AttributeChange): Promise<CustomAttribute> {
  const { db, tenantId, now } = scope
  const before = await getCustomAttribute(scope, name)
  const after = { ...before, ...change }
  await runGuardedBatch(db, [
    sql`update custom_attributes set definition = ${JSON.stringify(after)}, last_modified = ${now}
      where tenant_id = ${tenantId} and name_key = ${name.toLowerCase()}`,
    DEMAND_ONE_CHANGE,
    raiseSchemaVersion(tenantId),
  ]).catch(gone)
  return after
}

/** Removes an attribute that no user has a value of. Problem 409 says how many have; 404 if there is none. */
export async function removeAttribute(scope: Scope, name: string): Promise<void> {
  const { db, tenantId } = scope
  const { name: spelt } = await getCustomAttribute(scope, name)
  const path = documentPath(spelt)
  try {
    await runGuardedBatch(db, [
      sql`delete from custom_attributes where tenant_id = ${tenantId} and name_key = ${name.toLowerCase()} and not exists (
        select 1 from users where tenant_id = ${tenantId} and json_type(document, ${path}) is not null)`,
      DEMAND_ONE_CHANGE,
      raiseSchemaVersion(tenantId),
    ])
  } catch (error) {
    if (!(error instanceof StaleRow)) throw error
    const users = await countUsersWith(scope, spelt)
    if (users === 0) gone(error)
    throw new Problem(
      409,
      `${users === 1 ? 'One user has' : `${users} users have`} a value of ${spelt}: take it away first.`,
      [],
      { cause: error },
    )
  }
}

function raiseSchemaVersion(tenantId: string): Statement {
  return sql`update tenants set schema_version = schema_version + 1 where id = ${tenantId}`
}

function gone(error: unknown): never {
  if (error instanceof StaleRow) throw new Problem(404, 'There is no such attribute.', [], { cause: error })
  throw error
}
