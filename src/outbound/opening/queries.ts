import type { ConnectionRow, ConnectorRow } from '../../connections/queries.ts'
import { firstOf } from '../../db/open.ts'
import { rowOf, type Stored } from '../../db/rows.ts'
import { connections, connectors } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** The settings by which a delivery goes out, as they are stored: `key` is another one as soon as any of them is. */
export type StoredSettings = { readonly key: string; read(): Settings }
export type Settings = { readonly connection: ConnectionRow; readonly connector: ConnectorRow }

/**
 * The settings of a connector that is switched on. They are asked with each delivery, and the same as before as a rule:
 * they are read, as rows and with the JSON in them, by whoever has not seen this key yet.
 */
export async function findSettings({ db, tenantId }: Scope, connectorId: string): Promise<StoredSettings | undefined> {
  const connector = await firstOf<Stored & { readonly connection_id: string }>(
    db,
    sql`select * from connectors where tenant_id = ${tenantId} and id = ${connectorId} and enabled = 1`,
  )
  if (!connector) return undefined
  const connection = await firstOf<Stored>(
    db,
    sql`select * from connections where tenant_id = ${tenantId} and id = ${connector.connection_id}`,
  )
  if (!connection) return undefined
  return {
    key: JSON.stringify([connector, connection]),
    read: () => ({ connection: rowOf(connections, connection), connector: rowOf(connectors, connector) }),
  }
}
