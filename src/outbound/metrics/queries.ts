import { type Db, rowsOf } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { DeliveryState } from '../../db/schema.ts'

export type Figures = {
  readonly open: readonly { readonly state: DeliveryState; readonly total: number; readonly oldest: number }[]
  readonly pausedConnectors: number
}

/** What is open at this server, of all its tenants: by the index of what is open, whatever the log holds. */
export async function findFigures(db: Db): Promise<Figures> {
  const open = await rowsOf<Figures['open'][number]>(
    db,
    sql`select state, count(*) as total, min(created) as oldest from deliveries indexed by deliveries_open
      where open = 1 group by state`,
  )
  const [paused] = await rowsOf<{ total: number }>(
    db,
    sql`select count(*) as total from targets where paused_at is not null`,
  )
  return { open, pausedConnectors: paused?.total ?? 0 }
}
