import type { ConnectionRow } from '../../../connections/queries.ts'
import { NotPushed, ScimError } from '../../../core/errors.ts'
import { isUniqueViolation, StaleRow, type Statement } from '../../../db/open.ts'
import { sql } from '../../../db/sql.ts'
import { userTypeOf } from '../../../directory/attributes/queries.ts'
import { domainOfAddress } from '../../../directory/verified/address.ts'
import type { Scope } from '../../../platform.ts'
import { isSessionOf } from '../../../session/commands.ts'
import { carryOut } from '../../carry-out/commands.ts'
import { failed, type Outcome } from '../../failure.ts'
import { verifiedEmail } from '../../decision/linking.ts'
import { findIdentity } from '../../queries.ts'
import type { UpstreamPerson } from '../../upstream/person.ts'
import { type Linked, whyNotLinked } from '../queries.ts'

/** Who links an account with hers, and the session that she does it in. */
export type Own = { readonly userId: string; readonly sid: string; readonly requestId?: string | undefined }

/**
 * Links the account of whoever came from the provider with the user who asked for it, as any link is made: what the
 * connection takes of a provider's word when an account is linked is taken. The session has to be there when it is written.
 */
export async function linkOwn(
  scope: Scope,
  connection: ConnectionRow,
  person: UpstreamPerson,
  { userId, sid, requestId }: Own,
): Promise<Outcome<Linked>> {
  const link = { userId, connection, person }
  const { issuer, subject, claims } = person
  const domain = domainOfAddress(verifiedEmail(claims) ?? '')
  const { identity, isOwnDomain } = await findIdentity(scope, { connectionId: connection.id, issuer, subject }, domain)
  if (identity) return { ok: true, value: identity.userId === userId ? 'linked' : 'taken' }
  const origin = { source: 'jit', connectionId: connection.id } as const
  const known = { type: await userTypeOf(scope), isOwnDomain, synced: null }
  const arrival = { connection, person, origin, requestId, ...known, guard: demandSession(scope, { userId, sid }) }
  const sync = connection.jit.enabled ? connection.jit.attributeSync : 'none'
  try {
    await carryOut(scope, arrival, { kind: 'link', userId, sync, reason: 'asked-by-herself', details: {} })
    return { ok: true, value: 'linked' }
  } catch (error) {
    if (error instanceof NotPushed) return failed({ kind: 'target-refused', reason: error.message })
    if (!isOvertaken(error)) throw error
    return { ok: true, value: await whyNotLinked(scope, link) }
  }
}

/** Fails its batch if the session has ended. */
function demandSession(scope: Scope, own: Own): Statement {
  return sql`select json(case when ${isSessionOf(scope, own)} then 'true' else 'stale' end)`
}

/** Her session ended, she was deactivated or deleted, or somebody else was faster. */
function isOvertaken(error: unknown): boolean {
  if (error instanceof ScimError) return error.status === 404
  return error instanceof StaleRow || isUniqueViolation(error, 'federated_identities')
}
