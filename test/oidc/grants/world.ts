/** Applications that give tokens on, and what they are answered. */
import { expect } from 'vitest'
import { basicHeader } from '../../support/app.ts'
import { type Client, codeFor, type OidcWorld, postToken } from '../world.ts'

export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
export const API = 'https://api.example'
export const OTHER_API = 'https://other.example/v1'

export type Tokens = Record<
  'access_token' | 'refresh_token' | 'id_token' | 'scope' | 'token_type' | 'issued_token_type',
  string
> & { readonly expires_in: number }

export type Form = Readonly<Record<string, string | readonly string[]>>

/** Posts to the token endpoint; a list is sent as a parameter that comes several times. */
export function post(world: OidcWorld, client: Client, form: Form, path = '/oauth2/token'): Promise<Response> {
  const body = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) {
    for (const one of typeof value === 'string' ? [value] : value) body.append(name, one)
  }
  const headers = { Authorization: basicHeader(client.clientId, client.clientSecret) }
  return Promise.resolve(world.app.request(world.issuer + path, { method: 'POST', headers, body }))
}

export async function tokensOf(answer: Response | Promise<Response>): Promise<Tokens> {
  const response = await answer
  const body = (await response.json()) as Tokens
  expect(body).not.toHaveProperty('error')
  return body
}

export async function errorOf(answer: Response | Promise<Response>): Promise<string> {
  return ((await (await answer).json()) as { error: string }).error
}

/** Kim's tokens for an application, by way of a code. */
export async function tokensFor(
  world: OidcWorld,
  client: Client,
  parameters: Record<string, string> = {},
): Promise<Tokens & { readonly code: string }> {
  const code = await codeFor(world, { client_id: client.clientId, ...parameters })
  const answer = await postToken(world, { code }, basicHeader(client.clientId, client.clientSecret))
  return { ...(await tokensOf(answer)), code }
}

export async function introspect(world: OidcWorld, client: Client, token: string): Promise<Record<string, unknown>> {
  return (await (await post(world, client, { token }, '/oauth2/introspect')).json()) as Record<string, unknown>
}

/** Sets whether Kim is active. */
export async function setActive(world: OidcWorld, slug: string, value: boolean): Promise<void> {
  const answer = await (
    await world.tenant(slug)
  ).scim('PATCH', `/Users/${world.kimId}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'active', value }],
  })
  expect(answer.status).toBe(200)
}
