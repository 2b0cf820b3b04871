/** Where a connector's pages are. */
import type { ConnectionRow, ConnectorRow } from '../../../connections/queries.ts'
import type { View } from '../../frame.ts'
import { connectionCrumbs, connectionPath } from '../connection-pages.ts'

export function connectorPath(view: View, connection: ConnectionRow, connector: ConnectorRow): string {
  return `${connectionPath(view, connection)}/connectors/${connector.id}`
}

/** The way to a page below the connector's own. */
export function connectorCrumbs(view: View, connection: ConnectionRow, connector: ConnectorRow) {
  return [
    ...connectionCrumbs(view, connection, { label: 'Outbound Provisioning', path: '/outbound' }),
    { label: connector.name, href: connectorPath(view, connection, connector) },
  ]
}
