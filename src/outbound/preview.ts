/** What a target would be sent of a user, by settings that need not be saved. The target is not called. */
import type { ConnectionRow, ConnectorRow } from '../connections/queries.ts'
import type { AttributeMapping } from '../core/attribute-mapping.ts'
import { findLinkedUser, findUserByName } from '../directory/users/queries.ts'
import type { Scope } from '../platform.ts'
import type { Body } from './body.ts'
import { findLedger } from './ledger/queries.ts'
import { presentUser } from './situation.ts'

/** By her userName; undefined if there is no such user. */
export async function previewUser(
  scope: Scope,
  { connection, connector }: { readonly connection: ConnectionRow; readonly connector: ConnectorRow },
  mapping: AttributeMapping,
  userName: string,
): Promise<Body | undefined> {
  const named = await findUserByName(scope, userName)
  const user = named && (await findLinkedUser(scope, named.id))
  if (!user) return undefined
  const ledger = await findLedger(scope, { connectorId: connector.id, resourceType: 'User', resourceId: user.row.id })
  const mapped = { ...connector, settings: { ...connector.settings, mapping } }
  const { body } = await presentUser(scope, user, { connection, connector: mapped }, ledger?.sent)
  return body
}
