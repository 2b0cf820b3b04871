/** By what sub an application knows a person (OpenID Connect Core section 8). */
import type { ApplicationRow } from '../applications/queries.ts'
import { pairwise } from '../applications/sector.ts'
import type { Scope } from '../platform.ts'

type Client = Pick<ApplicationRow, 'clientId' | 'redirectUris' | 'clientMetadata'>

/** Her id; or, for an application with pairwise subjects, another one for each sector (section 8.1). */
export async function subjectFor(scope: Scope, application: Client, userId: string): Promise<string> {
  return application.clientMetadata.subjectType === 'pairwise'
    ? pairwise(scope, application, 'subject', userId)
    : userId
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
