import { beforeAll, describe, expect, test } from 'vitest'
import { basicHeader } from '../support/app.ts'
import { browserClient } from '../support/browser-client.ts'
import {
  authorizePath,
  CHALLENGE,
  type Client,
  codeFor,
  KIM,
  type OidcWorld,
  oidcWorld,
  postToken,
  REDIRECT_URI,
  redeem,
  register,
  userinfo,
  VERIFIER,
} from './world.ts'

let world: OidcWorld
let other: Client
beforeAll(async () => {
  world = await oidcWorld()
  other = await register(world, { name: 'another application' })
})

const PKCE = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }

async function errorOf(answer: Response): Promise<[number, string]> {
  const body = (await answer.json()) as { error: string }
  return [answer.status, body.error]
}

describe('a code is refused (RFC 6749 section 4.1.3)', () => {
  test('that nobody gave', async () => {
    expect(await errorOf(await postToken(world, { code: 'invented' }))).toEqual([400, 'invalid_grant'])
  })

  test('with another redirect_uri, or without one', async () => {
    const form = { code: await codeFor(world), redirect_uri: 'https://app.example/other' }
    expect(await errorOf(await postToken(world, form))).toEqual([400, 'invalid_grant'])
    const without = { code: await codeFor(world), redirect_uri: '' }
    expect(await errorOf(await postToken(world, without))).toEqual([400, 'invalid_grant'])
  })

  test('with PKCE and another redirect_uri; without one the verifier is enough (OAuth 2.1)', async () => {
    const form = { code: await codeFor(world, PKCE), code_verifier: VERIFIER }
    const other = { ...form, redirect_uri: 'https://app.example/other' }
    expect(await errorOf(await postToken(world, other))).toEqual([400, 'invalid_grant'])
    const without = { code: await codeFor(world, PKCE), code_verifier: VERIFIER, redirect_uri: '' }
    expect((await postToken(world, without)).status).toBe(200)
    const alone = { code: await codeFor(world, PKCE), redirect_uri: '' }
    expect(await errorOf(await postToken(world, alone))).toEqual([400, 'invalid_grant'])
  })

  test('without its verifier, or with another one (RFC 7636 section 4.6)', async () => {
    expect(await errorOf(await postToken(world, { code: await codeFor(world, PKCE) }))).toEqual([400, 'invalid_grant'])
    const form = { code: await codeFor(world, PKCE), code_verifier: VERIFIER.replace('v', 'w') }
    expect(await errorOf(await postToken(world, form))).toEqual([400, 'invalid_grant'])
  })

  test('with a verifier, if it was asked for without a challenge (RFC 9700 section 4.8.2)', async () => {
    const form = { code: await codeFor(world), code_verifier: VERIFIER }
    expect(await errorOf(await postToken(world, form))).toEqual([400, 'invalid_grant'])
  })

  test('after a minute', async () => {
    const code = await codeFor(world)
    world.advance(60_000)
    expect(await errorOf(await postToken(world, { code }))).toEqual([400, 'invalid_grant'])
  })

  test('that was given to another client; it stays good for its own', async () => {
    const code = await codeFor(world)
    const asOther = await postToken(world, { code }, basicHeader(other.clientId, other.clientSecret))
    expect(await errorOf(asOther)).toEqual([400, 'invalid_grant'])
    const { access_token } = await redeem(world, code)
    expect((await userinfo(world, access_token)).status).toBe(200)
  })

  test('of a person who was deactivated meanwhile', async () => {
    const code = await codeFor(world)
    await setActive(false)
    expect(await errorOf(await postToken(world, { code }))).toEqual([400, 'invalid_grant'])
    await setActive(true)
  })

  test('a second time, and what it gave the first time is worth nothing any more (section 4.1.2)', async () => {
    const code = await codeFor(world)
    const { access_token } = await redeem(world, code)
    expect((await userinfo(world, access_token)).status).toBe(200)
    expect(await errorOf(await postToken(world, { code }))).toEqual([400, 'invalid_grant'])
    expect((await userinfo(world, access_token)).status).toBe(401)
    expect(world.logs).toContainEqual(expect.objectContaining({ event: 'authorization code replayed' }))
  })

  test('a second time, half a minute later', async () => {
    const code = await codeFor(world)
    await redeem(world, code)
    world.advance(30_000)
    expect(await errorOf(await postToken(world, { code }))).toEqual([400, 'invalid_grant'])
  })

  test('a second time, if the first try failed: whoever guesses has one try', async () => {
    const code = await codeFor(world, PKCE)
    await postToken(world, { code, code_verifier: 'x'.repeat(43) })
    expect(await errorOf(await postToken(world, { code, code_verifier: VERIFIER }))).toEqual([400, 'invalid_grant'])
  })

  test('by all but one of many requests that redeem it at once', async () => {
    const code = await codeFor(world)
    const answers = await Promise.all(Array.from({ length: 10 }, () => postToken(world, { code })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(9).fill(400)])
  })
})

describe('a client is refused (RFC 6749 section 5.2)', () => {
  test.each<[string, (code: string) => Promise<Response>]>([
    ['that nobody knows', (code) => postToken(world, { code }, basicHeader('nobody', 'secret'))],
    ['with a wrong secret', (code) => postToken(world, { code }, basicHeader(world.application.clientId, 'wrong'))],
    ['without a secret', (code) => postToken(world, { code, client_id: world.application.clientId }, null)],
    ['that does not say who it is', (code) => postToken(world, { code }, null)],
    ['with a header that is no Basic', (code) => postToken(world, { code }, 'Bearer abc')],
    [
      'with an administrator’s name and password',
      (code) => postToken(world, { code }, basicHeader('admin', 'Adm1n-pass')),
    ],
  ])('%s', async (_what, send) => {
    const answer = await send(await codeFor(world))
    expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Basic /)
    expect(await errorOf(answer)).toEqual([401, 'invalid_client'])
  })

  test('that authenticates twice in one request (section 2.3)', async () => {
    const { clientSecret } = world.application
    const answer = await postToken(world, { code: 'any', client_secret: clientSecret })
    expect(await errorOf(answer)).toEqual([400, 'invalid_request'])
  })

  test('that names another client in the form than in the header', async () => {
    const answer = await postToken(world, { code: 'any', client_id: other.clientId })
    expect(await errorOf(answer)).toEqual([400, 'invalid_request'])
  })

  test('that is public and sends a secret', async () => {
    const { clientId } = await register(world, { name: 'public', tokenEndpointAuthMethod: 'none' })
    const answer = await postToken(world, { code: 'any', client_id: clientId, client_secret: 'guess' }, null)
    expect(await errorOf(answer)).toEqual([401, 'invalid_client'])
  })

  test('with its old secret after that was replaced at once', async () => {
    const { id, clientId, clientSecret } = await register(world, { name: 'with a new secret' })
    const answer = await (
      await world.tenant()
    ).api('POST', `/applications/${id}/client-secret`, { formerSecretSeconds: 0 })
    const renewed = (await answer.json()) as { clientSecret: string }
    expect(await errorOf(await postToken(world, { code: 'any' }, basicHeader(clientId, clientSecret)))).toEqual([
      401,
      'invalid_client',
    ])
    const isKnown = await postToken(world, { code: 'any' }, basicHeader(clientId, renewed.clientSecret))
    expect(await errorOf(isKnown)).toEqual([400, 'invalid_grant'])
  })

  test('in the same words, whether it is unknown or its secret is wrong', async () => {
    const answers = [basicHeader('nobody', 'x'), basicHeader(world.application.clientId, 'x')].map(async (basic) =>
      (await postToken(world, { code: 'any' }, basic)).text(),
    )
    const [unknown, wrong] = await Promise.all(answers)
    expect(unknown).toBe(wrong)
  })
})

describe('a request is refused', () => {
  test.each([
    ['without grant_type', { grant_type: '' }, 'invalid_request'],
    [
      'with the password grant (RFC 9700 section 2.4)',
      { grant_type: 'password', username: 'kim', password: 'x' },
      'unsupported_grant_type',
    ],
    ['with a grant type that is a name of every object', { grant_type: 'constructor' }, 'unsupported_grant_type'],
    ['without a code', {}, 'invalid_request'],
  ])('%s', async (_what, form, code) => {
    expect(await errorOf(await postToken(world, form))).toEqual([400, code])
  })

  const BODY = { redirect_uri: REDIRECT_URI, grant_type: 'authorization_code' }
  const post = (body: BodyInit, headers: Record<string, string> = {}) =>
    Promise.resolve(world.app.request(`${world.issuer}/oauth2/token`, { method: 'POST', body, headers }))

  test('as JSON: it must be a form (RFC 6749 section 3.2)', async () => {
    const answer = await post(JSON.stringify(BODY), { 'Content-Type': 'application/json' })
    expect(await errorOf(answer)).toEqual([400, 'invalid_request'])
  })

  test('with a parameter twice (RFC 6749 section 3.2)', async () => {
    const answer = await post(new URLSearchParams([...Object.entries(BODY), ['code', 'a'], ['code', 'b']]))
    expect(await errorOf(answer)).toEqual([400, 'invalid_request'])
  })

  test('that is too long', async () => {
    const answer = await post(new URLSearchParams({ code: 'c'.repeat(70_000) }))
    expect(await errorOf(answer)).toEqual([400, 'invalid_request'])
  })

  test('by GET, where a code would stand in an address', async () => {
    const answer = await world.app.request(`${world.issuer}/oauth2/token?grant_type=authorization_code&code=x`)
    expect(answer.status).toBe(404)
  })
})

test('the answer may not be stored (RFC 6749 section 5.1)', async () => {
  const answer = await postToken(world, { code: await codeFor(world) })
  expect(answer.headers.get('Cache-Control')).toBe('no-store')
})

test('a request without the scope openid gives no id_token, and its access token opens no userinfo', async () => {
  const { access_token, id_token } = await redeem(world, await codeFor(world, { scope: 'email' }))
  expect(id_token).toBeUndefined()
  const answer = await userinfo(world, access_token)
  expect(answer.status).toBe(403)
  expect(answer.headers.get('WWW-Authenticate')).toContain('insufficient_scope')
})

test('neither codes nor tokens nor secrets stand in the log (RFC 9700 section 4.2)', async () => {
  const browser = browserClient(world)
  const code = await codeFor(world, PKCE, browser)
  const { access_token, id_token } = await redeem(world, code, { code_verifier: VERIFIER })
  await postToken(world, { code, code_verifier: VERIFIER })
  await browser.get(authorizePath(world, { client_id: 'nobody' }))
  const log = JSON.stringify(world.logs)
  expect(log).toContain('authorization code replayed')
  for (const secret of [code, access_token, id_token, world.application.clientSecret]) expect(log).not.toContain(secret)
})

async function setActive(active: boolean): Promise<void> {
  const patch = { Operations: [{ op: 'replace', path: 'active', value: active }] }
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const answer = await (await world.tenant()).scim('PATCH', `/Users/${world.kimId}`, { schemas, ...patch })
  expect(answer.status).toBe(200)
}

test('a code is worth nothing once its person has another password, or was deactivated and came back', async () => {
  const tenant = await world.tenant()
  const patch = (value: object) =>
    tenant.scim('PATCH', `/Users/${world.kimId}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', value }],
    })
  const first = await codeFor(world)
  for (const active of [false, true]) expect((await patch({ active })).status).toBe(200)
  expect(await errorOf(await postToken(world, { code: first }))).toEqual([400, 'invalid_grant'])
  const second = await codeFor(world)
  expect((await patch({ password: KIM.password })).status).toBe(200)
  expect(await errorOf(await postToken(world, { code: second }))).toEqual([400, 'invalid_grant'])
})
