/** What a client registers of request objects, DPoP and certificates (RFC 7591, with RFC 9101 10.5, 9449 5.2 and 8705 2.1.2). */
import { beforeAll, expect, test } from 'vitest'
import { testWorld, type TestTenant } from '../support/app.ts'
import { clientKey } from './dpop/world.ts'

let tenant: TestTenant
let jwks: { keys: Record<string, unknown>[] }
beforeAll(async () => {
  tenant = await (await testWorld()).tenant()
  await tenant.api('PUT', '/client-registration', { policy: 'open' })
  jwks = { keys: [(await clientKey()).jwk] }
})

async function register(metadata: Record<string, unknown>) {
  const answer = await tenant.fetch('/oauth2/register', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ redirect_uris: ['https://app.example/callback'], ...metadata }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

test.each<[string, () => Record<string, unknown>]>([
  ['DPoP', () => ({ dpop_bound_access_tokens: true })],
  ['signed requests', () => ({ jwks, require_signed_request_object: true, request_object_signing_alg: 'PS256' })],
  ['signed answers', () => ({ authorization_signed_response_alg: 'EdDSA' })],
  [
    'a certificate that a CA issued',
    () => ({
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=client,O=Acme',
      tls_client_certificate_bound_access_tokens: true,
    }),
  ],
  ['a certificate of its own', () => ({ token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks })],
])('%s is registered, and told back', async (_what, metadata) => {
  const { status, body } = await register(metadata())
  expect(status).toBe(201)
  expect(body).toMatchObject(metadata())
})

test('who shows a certificate is given no secret', async () => {
  const { body } = await register({
    token_endpoint_auth_method: 'tls_client_auth',
    tls_client_auth_san_dns: 'client.example',
  })
  expect(body).not.toHaveProperty('client_secret')
})

test.each<[string, Record<string, unknown>]>([
  ['signed requests without keys', { require_signed_request_object: true }],
  ['an algorithm that nobody knows', { request_object_signing_alg: 'none' }],
  ['a certificate of no name', { token_endpoint_auth_method: 'tls_client_auth' }],
  [
    'a certificate of two names',
    {
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=client',
      tls_client_auth_san_dns: 'client.example',
    },
  ],
  ['a certificate of its own that is not there', { token_endpoint_auth_method: 'self_signed_tls_client_auth' }],
  ['DPoP by a text', { dpop_bound_access_tokens: 'true' }],
])('%s is refused (RFC 7591 section 3.2.2)', async (_what, metadata) => {
  const { status, body } = await register(metadata)
  expect([status, body.error]).toEqual([400, 'invalid_client_metadata'])
})
