/** The access token of a connection's provider for whoever is signed in to an application, by token exchange (RFC 8693). */
import type { ApplicationRow } from '../../applications/queries.ts'
import { type ConnectionRow, findConnections } from '../../connections/queries.ts'
import { OAuthError } from '../../core/errors.ts'
import { nameKey } from '../../core/ids.ts'
import { type Presented, presentToken } from '../../federation/provider-tokens/present.ts'
import type { Scope } from '../../platform.ts'
import type { Confirmation } from '../confirmation.ts'
import { demandHeld, readSubject } from './subject.ts'

/** What is asked for as requested_token_type, and told as issued_token_type. */
export const PROVIDER_ACCESS_TOKEN = 'urn:postern:token-type:provider-access-token'

/** An answer of the token endpoint that is none of our own tokens. */
export type Handed = { readonly handed: Readonly<Record<string, unknown>> }

/**
 * `connection` in the form names one of those that an administrator lets the application have tokens of. There is no refresh
 * token: whoever needs a fresh token asks again. OAuthError invalid_request for a subject_token that is not good,
 * invalid_target for another connection, invalid_scope for more than the provider has granted, invalid_grant where she has
 * to sign in there (again), temporarily_unavailable.
 */
export async function handProviderToken(
  scope: Scope,
  application: ApplicationRow,
  form: ReadonlyMap<string, string>,
  confirmation: Confirmation,
): Promise<Handed> {
  if (form.has('actor_token'))
    throw new OAuthError('invalid_request', 'actor_token is not taken for a token of a provider.')
  const { subject, userId } = await readSubject(scope, application, form)
  demandHeld(subject, application, confirmation)
  const connection = await allowedConnection(scope, application, form.get('connection'))
  const { accessToken, scope: granted, expiresAt } = tokenIn(await presentToken(scope, connection, userId), connection)
  demandScope(form.get('scope'), granted)
  const { log } = scope.platform
  const facts = { tenantId: scope.tenantId, application: application.id, connection: connection.id, userId }
  log.info('provider token given', facts)
  return {
    handed: {
      access_token: accessToken,
      issued_token_type: PROVIDER_ACCESS_TOKEN,
      token_type: 'Bearer',
      ...(expiresAt === null ? {} : { expires_in: Math.floor((expiresAt.getTime() - scope.now.getTime()) / 1000) }),
      ...(granted === null ? {} : { scope: granted }),
    },
  }
}

/** By its id or its name. What is not there and what is not allowed are answered alike. */
async function allowedConnection(
  scope: Scope,
  { clientMetadata }: ApplicationRow,
  named: string | undefined,
): Promise<ConnectionRow> {
  if (named === undefined) throw new OAuthError('invalid_request', 'connection is missing: whose token is it to be?')
  const allowed = await findConnections(scope, clientMetadata.providerTokensOf ?? [])
  const found = allowed.find(({ id }) => id === named) ?? allowed.find((one) => one.nameKey === nameKey(named))
  if (!found) throw new OAuthError('invalid_target', 'The application may not have tokens of such a connection.')
  return found
}

function tokenIn(presented: Presented, { name }: ConnectionRow) {
  switch (presented.kind) {
    case 'token':
      return presented.token
    case 'none':
      throw new OAuthError(
        'invalid_grant',
        `There is no token of ${name} for the person that is good (any more): she has to sign in there again.`,
      )
    case 'later':
      throw new OAuthError('temporarily_unavailable', `The token of ${name} cannot be refreshed now. Ask again.`, {
        cause: presented.failure,
      })
  }
}

function demandScope(asked: string | undefined, granted: string | null): void {
  const has = granted?.split(' ') ?? []
  const more = asked?.split(' ').find((name) => name !== '' && !has.includes(name))
  if (more !== undefined) throw new OAuthError('invalid_scope', `The provider has not granted ${JSON.stringify(more)}.`)
}
