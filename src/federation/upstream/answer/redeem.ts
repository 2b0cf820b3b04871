/** The end of a sign-in at a provider: the code for tokens, and who came. */
import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import { habitsOf } from '../../../connections/presets/presets.ts'
import { isNestedWithin, isRecord } from '../../../core/json-value.ts'
import type { Scope } from '../../../platform.ts'
import type { Outcome } from '../../failure.ts'
import { findIdTokenFault } from './id-token.ts'
import type { Asked } from '../request/passed-on.ts'
import { UpstreamError } from '../error.ts'
import { nameOfForm } from './apple.ts'
import { clientAuthentication } from '../client/authentication.ts'
import { jsonOf, outcome, requestOptions } from '../calls.ts'
import { personOf } from './claims.ts'
import { secretsIn } from '../client/credential.ts'
import { directoryIssuer, isTemplate, withVerifiedAddress } from '../entra.ts'
import { withOwnAddress } from '../google.ts'
import { verifySignature } from '../keys.ts'
import { personOfToken } from './oauth.ts'
import type { Upstream } from '../open.ts'
import type { UpstreamPerson } from '../person.ts'
import { clientOf, type Provider } from '../provider.ts'
import { fetchUserinfo } from './userinfo.ts'

const MOST_NESTED = 64

export type Redemption = {
  /** The query that the provider sent the browser back with. */
  readonly parameters: URLSearchParams
  readonly redirectUri: string
  readonly nonce: string
  readonly verifier: string
  readonly asked: Asked | undefined
}

/** Exchanges the code and verifies all that comes back (OIDC Core sections 3.1.3.7 and 5.3.4, RFC 9207). */
export function redeemUpstream(scope: Scope, upstream: Upstream, flow: Redemption): Promise<Outcome<UpstreamPerson>> {
  return outcome(
    async () => {
      const person = await redeem(scope, upstream, flow)
      // Whoever reads or keeps them goes down in them, and may not come back.
      if (!isNestedWithin(person.claims, MOST_NESTED)) throw unverified(`claims are nested over ${MOST_NESTED} deep`)
      return person
    },
    secretsOf(upstream, flow),
  )
}

async function redeem(scope: Scope, upstream: Upstream, flow: Redemption): Promise<UpstreamPerson> {
  const { provider } = upstream
  const response = await exchange(scope, upstream, flow)
  if (provider.authenticator.type === 'oauth2') return personOfToken(scope, provider, response)
  const named = await ofDirectory(provider, response)
  const iss = flow.parameters.get('iss') ?? named.server.issuer
  if (iss !== named.server.issuer) throw unverified(`iss is ${JSON.stringify(iss.slice(0, 200))} (RFC 9207)`)
  return personOfIdToken(scope, named, response, flow)
}

function secretsOf({ credential }: Upstream, { parameters, verifier, nonce }: Redemption): string[] {
  return [parameters.get('code') ?? '', verifier, nonce, ...secretsIn(credential)]
}

async function exchange(scope: Scope, { provider, credential }: Upstream, flow: Redemption): Promise<Response> {
  const { server, authenticator } = provider
  const client = clientOf(provider)
  // A template is nobody's name: the id_token says which directory it was.
  const parameters = new URLSearchParams(flow.parameters)
  if (isTemplate(server.issuer)) parameters.delete('iss')
  const state = parameters.get('state') ?? undefined
  return oauth.authorizationCodeGrantRequest(
    server,
    client,
    await clientAuthentication(scope, provider, credential),
    oauth.validateAuthResponse(server, client, parameters, state),
    flow.redirectUri,
    habitsOf(authenticator).pkce === false ? oauth.nopkce : flow.verifier,
    requestOptions(scope, server.token_endpoint),
  )
}

async function personOfIdToken(
  scope: Scope,
  provider: Provider,
  response: Response,
  flow: Redemption,
): Promise<UpstreamPerson> {
  const client = clientOf(provider)
  const tokens = await oauth.processAuthorizationCodeResponse(provider.server, client, response, {
    expectedNonce: habitsOf(provider.authenticator).nonce === false ? oauth.expectNoNonce : flow.nonce,
    requireIdToken: true,
  })
  await verifySignature(scope, provider, response)
  const claims = await checkedClaims(scope, provider, tokens, flow.asked)
  const userinfo = await fetchUserinfo(scope, provider, tokens.access_token, claims.sub)
  const named = provider.authenticator.preset === 'apple' ? nameOfForm(flow.parameters) : {}
  const person = personOf(withVerifiedAddress(claims, provider.authenticator), { ...named, ...userinfo }, tokens)
  return { ...person, claims: withOwnAddress(person.claims, provider.authenticator) }
}

async function checkedClaims(
  scope: Scope,
  provider: Provider,
  tokens: oauth.TokenEndpointResponse,
  asked: Asked | undefined,
): Promise<oauth.IDToken> {
  const claims = oauth.getValidatedIdTokenClaims(tokens)
  if (!claims || tokens.id_token === undefined) throw unverified('no id_token')
  const fault = await findIdTokenFault(claims, {
    idToken: tokens.id_token,
    accessToken: tokens.access_token,
    clientId: provider.authenticator.clientId,
    now: scope.now,
    asked,
  })
  if (fault !== undefined) throw unverified(fault)
  return claims
}

/** The provider as it calls itself to this person: of many directories hers, if it may sign in here. */
async function ofDirectory(provider: Provider, response: Response): Promise<Provider> {
  const { server, authenticator } = provider
  const { allowedTenants = [], preset } = authenticator
  if (preset !== 'entra' || allowedTenants.length === 0 || response.status !== 200) return provider
  const body = await jsonOf(server.token_endpoint ?? '', response.clone())
  const claims = isRecord(body) && typeof body.id_token === 'string' ? claimsOf(body.id_token) : {}
  const issuer = directoryIssuer(server.issuer, claims, authenticator)
  if (issuer === undefined) throw unverified(`directory ${JSON.stringify(claims.tid)?.slice(0, 100)} may not sign in`)
  return { ...provider, server: { ...server, issuer } }
}

/** What an id_token says that is not verified yet: only to know by whose name it has to be. */
function claimsOf(idToken: string): Readonly<Record<string, unknown>> {
  try {
    return decodeJwt(idToken)
  } catch {
    throw unverified('the id_token cannot be read')
  }
}

function unverified(reason: string): UpstreamError {
  return new UpstreamError({ kind: 'unverified', reason })
}
