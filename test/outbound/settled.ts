import { runBatch } from '../../src/db/open.ts'
import { sql } from '../../src/db/sql.ts'
import type { World } from './world.ts'

/** Users as if they had been here for long: no connector heard of them. */
export async function settle(world: World, count: number): Promise<void> {
  const { tenantId, db } = await world.scope()
  await runBatch(db, [
    sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
      insert into users (tenant_id, id, user_name, user_name_key, active, document, source, created, last_modified, version)
      select ${tenantId}, printf('settled-%06d', i), 'settled' || i, 'settled' || i, 1,
        '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}', 'scim', 0, 0, 1 from n`,
  ])
}
