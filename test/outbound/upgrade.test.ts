/** What a ledger becomes in which a group's members stood in what it was last sent. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate as runMigrations } from 'drizzle-orm/libsql/migrator'
import { expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { rowsOf } from '../../src/db/open.ts'
import { sql } from '../../src/db/sql.ts'
import { openDatabase } from '../../src/runtime/open-database.ts'
import { firstMigrations } from '../support/old-migrations.ts'

test('its members are remembered one by one: who leaves after that is removed at the target', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'upgrade-'))
  const db = openDatabase(`file:${folder}/postern.db`)
  await runMigrations(db, { migrationsFolder: firstMigrations(folder, 3) })
  const sent = (type: string, id: string, remoteId: string, content: object) =>
    db.$client.execute({
      sql: `insert into provisioned_resources (tenant_id, connector_id, resource_type, resource_id, remote_id, sent,
          last_modified) values ('t', 'c', ?, ?, ?, ?, 1)`,
      args: [type, id, remoteId, JSON.stringify(content)],
    })
  await sent('User', 'ann', 'r-ann', { userName: 'ann' })
  await sent('Group', 'inner', 'r-inner', { displayName: 'Inner' })
  const members = [
    { value: 'r-ann', type: 'User' },
    { value: 'r-inner', type: 'Group' },
  ]
  await sent('Group', 'guides', 'r-guides', { displayName: 'Guides', members })
  await migrate(db)
  const rows = await rowsOf(
    db,
    sql`select group_id, member_id, remote_id, member_type, is_sure from provisioned_members where tenant_id = 't'
      order by member_id`,
  )
  expect(rows.map((row) => Object.values(row as object))).toEqual([
    ['guides', 'ann', 'r-ann', 'User', 1],
    ['guides', 'inner', 'r-inner', 'Group', 1],
  ])
  const [guides] = await rowsOf<{ sent: string }>(
    db,
    sql`select sent from provisioned_resources where tenant_id = 't' and resource_id = 'guides'`,
  )
  expect(JSON.parse(guides?.sent ?? '')).toEqual({ displayName: 'Guides' })
  db.$client.close()
  rmSync(folder, { recursive: true })
})
