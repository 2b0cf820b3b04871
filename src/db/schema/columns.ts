/** The columns that tables share. */
import { integer, text } from 'drizzle-orm/sqlite-core'

export const tenantId = text('tenant_id').notNull()
export const time = (name: string) => integer(name, { mode: 'timestamp_ms' })
export const flag = (name: string) => integer(name, { mode: 'boolean' })
export const json = <T>(name: string) => text(name, { mode: 'json' }).$type<T>()
