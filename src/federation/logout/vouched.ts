import type { ConnectionRow } from '../../connections/queries.ts'
import type { Scope } from '../../platform.ts'
import type { Vouched } from '../../session/vouched/commands.ts'
import type { Arrived } from '../upstream/person.ts'

/**
 * What is kept of a provider's word beside the session that it begins, so that a sign-out on either side reaches the
 * other. Its id_token is kept, sealed, only where signing out here is to go on there.
 */
export async function vouchedBy(scope: Scope, connection: ConnectionRow, person: Arrived): Promise<Vouched> {
  const { issuer, subject, sid = null, tokens = {} } = person
  const who = { connectionId: connection.id, issuer, subject }
  const isPassedOn = connection.authenticator?.passSignOut === true && tokens.idToken !== undefined
  const sealedIdToken = isPassedOn ? await scope.platform.sealer.seal(tokens.idToken ?? '', placeOf(scope, who)) : null
  return { ...who, upstreamSid: sid, sealedIdToken }
}

/** The id_token as the provider signed it; undefined if none was kept. */
export async function openIdToken(scope: Scope, vouched: Vouched): Promise<string | undefined> {
  if (vouched.sealedIdToken === null) return undefined
  return scope.platform.sealer.open(vouched.sealedIdToken, placeOf(scope, vouched))
}

/** Not by the session: that is not there yet while a second step is owed. */
function placeOf(
  { tenantId }: Scope,
  { connectionId, issuer, subject }: Omit<Vouched, 'upstreamSid' | 'sealedIdToken'>,
) {
  return { tenantId, table: 'federated_sessions', row: JSON.stringify([connectionId, issuer, subject]) }
}
