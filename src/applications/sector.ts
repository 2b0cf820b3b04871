/** The sector of an application: those that share one know a person by the same pairwise sub (OpenID Connect Core 8.1). */
import { Problem } from '../core/errors.ts'
import type { Scope } from '../platform.ts'
import type { ApplicationRow } from './queries.ts'

type Settings = Pick<ApplicationRow, 'clientId' | 'redirectUris' | 'clientMetadata'>

/**
 * The host of its sector_identifier_uri, or the one host of its redirect URIs; its own client_id if it has none of both.
 * Undefined if there are several hosts, or a scheme without a host.
 */
export function sectorOf({ clientId, redirectUris, clientMetadata }: Settings): string | undefined {
  const { sectorIdentifierUri } = clientMetadata
  if (sectorIdentifierUri !== undefined) return new URL(sectorIdentifierUri).hostname
  if (redirectUris.length === 0) return `client ${clientId}`
  const [host = '', ...others] = new Set(redirectUris.map((uri) => new URL(uri).hostname))
  return host === '' || others.length > 0 ? undefined : host
}

/**
 * Whom or what this application is told of, in a way that nobody can turn back or compare with that of another sector:
 * an HMAC of its sector and the value under a key of this tenant.
 */
export function pairwise(
  { platform, tenantId }: Scope,
  application: Settings,
  kind: 'subject' | 'sid',
  value: string,
): Promise<string> {
  // A change of its redirect URIs is refused that would leave it without one.
  const sector = sectorOf(application) ?? `client ${application.clientId}`
  return platform.sealer.sign(`pairwise ${kind}`, JSON.stringify([tenantId, sector, value]))
}

/** The sid that an application knows a session by: one for all would tell who is the same person in two sectors. */
export async function sidFor(scope: Scope, application: Settings, sid: string): Promise<string> {
  return application.clientMetadata.subjectType === 'pairwise' ? pairwise(scope, application, 'sid', sid) : sid
}

/**
 * Reads what stands at a sector_identifier_uri: a JSON array with every redirect URI (OpenID Connect Registration
 * section 5). Problem 400 says what is wrong with it; the reason why it could not be read goes to the log.
 */
export async function demandSector(scope: Scope, { redirectUris, clientMetadata }: Settings): Promise<void> {
  const { sectorIdentifierUri: address } = clientMetadata
  if (address === undefined) return
  const listed = await readList(scope, address)
  if (!listed) throw refused('It is no address at which a JSON array can be read.')
  const missing = redirectUris.find((uri) => !listed.includes(uri))
  if (missing !== undefined) throw refused(`The list that stands there does not have ${missing}.`)
}

async function readList({ platform, tenantId }: Scope, address: string): Promise<unknown[] | undefined> {
  try {
    const answer = await platform.fetch(address, { headers: { Accept: 'application/json' }, redirect: 'manual' })
    const body: unknown = answer.status === 200 ? await answer.json() : await answer.body?.cancel()
    if (Array.isArray(body)) return body
    platform.log.warn('sector identifier not found', { tenantId, address, status: answer.status })
  } catch (error) {
    platform.log.warn('sector identifier not found', { tenantId, address, error })
  }
  return undefined
}

function refused(message: string): Problem {
  const errors = [{ field: 'clientMetadata.sectorIdentifierUri', message }]
  return new Problem(400, 'The sector identifier is not valid.', errors)
}
