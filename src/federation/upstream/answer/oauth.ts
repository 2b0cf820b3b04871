/** The end of a sign-in at a provider without OpenID Connect: the code for a token, and whom the token is of. */
import * as oauth from 'oauth4webapi'
import { isRecord } from '../../../core/json-value.ts'
import type { Scope } from '../../../platform.ts'
import { UpstreamError } from '../error.ts'
import { call, jsonOf } from '../calls.ts'
import { tokensOf } from './claims.ts'
import type { UpstreamPerson } from '../person.ts'
import { clientOf, type Provider } from '../provider.ts'
import { userOf } from './users.ts'

/** Who came, by the answer of the token endpoint. The token goes to the user endpoint and nowhere else. */
export async function personOfToken(scope: Scope, provider: Provider, response: Response): Promise<UpstreamPerson> {
  const { server, authenticator } = provider
  await demandNoError(server.token_endpoint ?? '', response)
  const tokens = await oauth.processGenericTokenEndpointResponse(server, clientOf(provider), response)
  const url = server.userinfo_endpoint ?? ''
  const ask = (address: string) => fetchJson(scope, address, tokens.access_token)
  const isGithub = authenticator.preset === 'github'
  const [said, emails] = await Promise.all([ask(url), isGithub ? ask(emailsBeside(url)) : undefined])
  const user = isRecord(said) ? userOf(authenticator.preset, said, emails) : undefined
  if (user === undefined)
    throw new UpstreamError({ kind: 'unverified', reason: 'the user endpoint does not say who it is' })
  const { scope: granted, ...rest } = tokensOf(tokens)
  return {
    issuer: server.issuer,
    subject: user.subject,
    claims: { ...user.claims, iss: server.issuer },
    // GitHub separates them by commas.
    tokens: granted === undefined ? rest : { ...rest, scope: granted.replaceAll(',', ' ') },
  }
}

/** GitHub refuses a code with status 200. */
async function demandNoError(url: string, response: Response): Promise<void> {
  if (response.status !== 200) return
  const said = await jsonOf(url, response.clone())
  if (!isRecord(said) || typeof said.error !== 'string') return
  throw new UpstreamError({
    kind: 'code-refused',
    reason: `${said.error}: ${String(said.error_description ?? '')}`,
  })
}

/** Undefined where the token may not ask this. */
async function fetchJson(scope: Scope, url: string, accessToken: string): Promise<unknown> {
  const headers = { Accept: 'application/json', Authorization: `Bearer ${accessToken}`, 'User-Agent': 'postern' }
  const response = await call(scope)(url, { headers, redirect: 'manual' })
  if (response.status === 200) return jsonOf(url, response)
  await response.body?.cancel()
  return undefined
}

function emailsBeside(url: string): string {
  const address = new URL(url)
  address.pathname = `${address.pathname.replace(/\/$/, '')}/emails`
  return address.href
}
