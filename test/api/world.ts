/** The management API of a tenant, with what a connection and an application need at the least. */
import { expect } from 'vitest'
import { testWorld, type TestTenant, type TestWorld } from '../support/app.ts'

export type Api = { readonly world: TestWorld; readonly tenant: TestTenant }
export type Json = Readonly<Record<string, unknown>> & { readonly id: string }

export async function managementApi(): Promise<Api> {
  const world = await testWorld({ fetch: noCalls })
  return { world, tenant: await world.tenant() }
}

const noCalls = () => Promise.reject(new Error('nothing is called here'))

export const APPLICATION = { redirectUris: ['https://app.example/callback'] }
export const AUTHENTICATOR = {
  type: 'oidc',
  clientId: 'client-of-idp',
  clientSecret: 'upstream-client-secret',
  authorizationEndpoint: 'https://idp.example/authorize',
  tokenEndpoint: 'https://idp.example/token',
}
export const CONNECTOR = {
  type: 'scim2',
  name: 'SCIM2',
  enabled: true,
  authentication: { mode: 'basic', username: 'admin', password: 'connector-password' },
  userEndpoint: 'https://target.example/Users',
  groupEndpoint: 'https://target.example/Groups',
}

/** The body of an answer with this status; any other one fails the test. */
export async function answered(answer: Response | Promise<Response>, status = 200): Promise<Json> {
  const { status: got } = await answer
  const text = await (await answer).text()
  expect(got, text).toBe(status)
  return text === '' ? { id: '' } : (JSON.parse(text) as Json)
}

export type Problem = {
  readonly status: number
  readonly detail: string
  readonly errors: readonly { readonly field: string; readonly message: string }[]
}

/** A refusal, whose form is checked (RFC 9457 section 3.1). */
export async function problem(answer: Response | Promise<Response>): Promise<Problem> {
  const { status, headers } = await answer
  expect(headers.get('Content-Type')).toMatch(/^application\/problem\+json/)
  const body = (await (await answer).json()) as Problem & { type: string; title: string }
  expect(body).toMatchObject({
    status,
    type: 'about:blank',
    title: expect.any(String),
    detail: expect.stringMatching(/\S/),
  })
  return body
}

export const fieldsOf = ({ errors }: Problem) => errors.map(({ field }) => field)
