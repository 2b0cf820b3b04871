/** By what sub an application knows a person (OpenID Connect Core section 8). */
import type { ApplicationRow } from '../applications/queries.ts'
import { sectorOf } from '../applications/sector.ts'
import type { Scope } from '../platform.ts'

type Client = Pick<ApplicationRow, 'clientId' | 'redirectUris' | 'clientMetadata'>

/**
 * Her id; or, for an application with pairwise subjects, an HMAC of its sector and her id under a key of this tenant,
 * which nobody can turn back or compare with that of another sector (section 8.1).
 */
export async function subjectFor({ platform, tenantId }: Scope, application: Client, userId: string): Promise<string> {
  if (application.clientMetadata.subjectType !== 'pairwise') return userId
  // A change of its redirect URIs is refused that would leave it without one.
  const sector = sectorOf(application) ?? `client ${application.clientId}`
  return platform.sealer.sign('pairwise subject', JSON.stringify([tenantId, sector, userId]))
}

/** Whether a sub that this application was given stands for this person. */
export async function isSubjectOf(
  scope: Scope,
  application: Client,
  subject: string,
  userId: string,
): Promise<boolean> {
  return subject === userId || subject === (await subjectFor(scope, application, userId))
}
