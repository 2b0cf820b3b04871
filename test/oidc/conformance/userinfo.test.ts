/** The modules of Basic OP and Dynamic OP about userinfo. */
import { createLocalJWKSet, jwtVerify } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { codeFor, type OidcWorld, redeem, register, userinfo } from '../world.ts'
import { servedWorld } from './served.ts'

let world: OidcWorld
let token: string
beforeAll(async () => {
  world = await servedWorld()
  token = (await redeem(world, await codeFor(world, { scope: 'openid profile email' }))).access_token
})

async function send(init: RequestInit) {
  const answer = await world.app.request(`${world.issuer}/oauth2/userinfo`, init)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/json\b/)
  return (await answer.json()) as Record<string, unknown>
}

const KIM = () => ({ sub: world.kimId, email: 'kim@example.com', given_name: 'Kim' })

test('oidcc-userinfo-get: GET with the token in the header', async () => {
  expect(await send({ headers: { Authorization: `Bearer ${token}` } })).toMatchObject(KIM())
})

test('oidcc-userinfo-post-header: POST with the token in the header', async () => {
  const sent = { method: 'POST', headers: { Authorization: `Bearer ${token}` } }
  expect(await send(sent)).toMatchObject(KIM())
})

test('oidcc-userinfo-post-body: POST with the token in the form', async () => {
  const sent = { method: 'POST', body: new URLSearchParams({ access_token: token }) }
  expect(await send(sent)).toMatchObject(KIM())
})

test.each([
  ['oidcc-userinfo-rs256', 'RS256'],
  ['userinfo_signed_response_alg', 'ES256'],
  ['userinfo_signed_response_alg', 'EdDSA'],
])(
  '%s: an application that asked for %s gets a JWT with iss and aud (OpenID Connect Core section 5.3.2)',
  async (_module, alg) => {
    const clientMetadata = { userinfoSignedResponseAlg: alg }
    const application = await register(world, { name: `signed ${alg}`, clientMetadata })
    const own = { ...world, application }
    const answer = await userinfo(own, (await redeem(own, await codeFor(own, { scope: 'openid email' }))).access_token)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Content-Type')).toBe('application/jwt')
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const keys = await (await world.app.request(`${world.issuer}/oauth2/jwks`)).json()
    const { payload, protectedHeader } = await jwtVerify(await answer.text(), createLocalJWKSet(keys))
    expect(protectedHeader.alg).toBe(alg)
    expect(payload).toEqual({
      sub: world.kimId,
      email: 'kim@example.com',
      email_verified: false,
      iss: world.issuer,
      aud: application.clientId,
    })
  },
)
