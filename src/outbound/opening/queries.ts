import type { ConnectionRow, ConnectorRow } from '../../connections/queries.ts'
import { firstOf } from '../../db/open.ts'
import { asText, rowOf } from '../../db/rows.ts'
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
  const found = await firstOf<{ connector: string; connection: string }>(
    db,
    sql`select ${asText(connectors, 'k')} as connector, ${asText(connections, 'c')} as connection
      from connectors k cross join connections c on c.tenant_id = k.tenant_id and c.id = k.connection_id
      where k.tenant_id = ${tenantId} and k.id = ${connectorId} and k.enabled = 1`,
  )
  return (
    found && {
      key: found.connector + found.connection,
      read: () => ({
        connection: rowOf(connections, found.connection),
        connector: rowOf(connectors, found.connector),
      }),
    }
  )
}
