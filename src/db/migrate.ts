import { fileURLToPath } from 'node:url'
import { migrate as runMigrations } from 'drizzle-orm/libsql/migrator'
import type { Db } from './open.ts'

/** Brings the database to this version's tables, from drizzle/ on disk (Node and Deno; a Worker has no disk). */
export async function migrate(db: Db): Promise<void> {
  await runMigrations(db, { migrationsFolder: fileURLToPath(new URL('../../drizzle', import.meta.url)) })
}
