/** Stolen, injected and mixed-up codes, and parameters that two readers would read differently (RFC 9700 section 4). */
import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { basicHeader } from '../../support/app.ts'
import { browserClient } from '../../support/browser-client.ts'
import {
  answerIn,
  authorizePath,
  CHALLENGE,
  type Client,
  codeFor,
  type OidcWorld,
  oidcWorld,
  postToken,
  REDIRECT_URI,
  register,
  VERIFIER,
} from '../world.ts'

const OTHERS_VERIFIER = 'the-verifier-of-another-session-0123456789-abc'
const OTHERS_CHALLENGE = createHash('sha256').update(OTHERS_VERIFIER).digest('base64url')
const S256 = { code_challenge_method: 'S256' }

let world: OidcWorld
let other: Client
beforeAll(async () => {
  world = await oidcWorld()
  other = await register(world, { name: 'other' })
})

async function refused(answer: Promise<Response>): Promise<unknown> {
  const { status } = await answer
  return [status, ((await (await answer).json()) as { error?: string }).error]
}

describe('a code that is injected (RFC 9700 section 4.5)', () => {
  test('from another session gives nothing with the verifier of this one, and is used up by the try', async () => {
    const stolen = await codeFor(world, { code_challenge: OTHERS_CHALLENGE, ...S256 })
    expect(await refused(postToken(world, { code: stolen, code_verifier: VERIFIER }))).toEqual([400, 'invalid_grant'])
    const late = postToken(world, { code: stolen, code_verifier: OTHERS_VERIFIER })
    expect(await refused(late)).toEqual([400, 'invalid_grant'])
  })

  test('has the nonce of the session in which it was given, so that its own application sees it', async () => {
    const code = await codeFor(world, { nonce: 'nonce-of-the-attacker' })
    const { id_token } = (await (await postToken(world, { code })).json()) as { id_token: string }
    const claims = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()) as object
    expect(claims).toMatchObject({ nonce: 'nonce-of-the-attacker' })
  })

  test('of another client is refused, whoever that client says it is, and stays good for its own', async () => {
    const code = await codeFor(world)
    const asOther = basicHeader(other.clientId, other.clientSecret)
    const tries = [
      postToken(world, { code }, asOther),
      postToken(world, { code, client_id: other.clientId }, asOther),
      postToken(world, { code, client_id: world.application.clientId }, asOther),
    ]
    for (const one of tries) expect((await one).status).toBe(400)
    expect((await postToken(world, { code })).status).toBe(200)
  })

  test('comes back with its application’s state, in the browser that asked and no other (section 4.7)', async () => {
    const page = await browserClient(world).get(authorizePath(world))
    const request = new URL(page.path, 'https://localhost').searchParams.get('request') ?? ''
    const victim = await browserClient(world).get(`/login?${new URLSearchParams({ request })}`)
    expect(victim.status).toBe(400)
  })
})

describe('PKCE cannot be taken away (RFC 9700 section 4.8)', () => {
  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['a challenge was sent, no verifier comes', { code_challenge: CHALLENGE, ...S256 }, {}],
    ['a challenge was sent, an empty verifier comes', { code_challenge: CHALLENGE, ...S256 }, { code_verifier: '' }],
    ['the challenge itself comes', { code_challenge: CHALLENGE, ...S256 }, { code_verifier: CHALLENGE }],
    ['no challenge was sent, a verifier comes', {}, { code_verifier: VERIFIER }],
    ['a longer verifier comes', { code_challenge: CHALLENGE, ...S256 }, { code_verifier: `${VERIFIER}x` }],
    ['one of 129 characters', { code_challenge: CHALLENGE, ...S256 }, { code_verifier: 'x'.repeat(129) }],
  ])('%s', async (_what, asked, sent) => {
    const code = await codeFor(world, asked)
    expect(await refused(postToken(world, { code, ...sent }))).toEqual([400, 'invalid_grant'])
  })

  test.each<[string, Record<string, string>]>([
    ['plain', { code_challenge: VERIFIER, code_challenge_method: 'plain' }],
    ['no method, which would be plain (RFC 7636 section 4.3)', { code_challenge: CHALLENGE }],
    ['s256', { code_challenge: CHALLENGE, code_challenge_method: 's256' }],
    ['a method without a challenge', { code_challenge_method: 'S256' }],
    ['a challenge that is too short', { code_challenge: CHALLENGE.slice(1), ...S256 }],
    ['a challenge with padding', { code_challenge: `${CHALLENGE}=`, ...S256 }],
  ])('%s is refused at the request', async (_what, parameters) => {
    const page = await browserClient(world).get(authorizePath(world, parameters))
    expect(answerIn(page)).toMatchObject({ error: 'invalid_request' })
  })
})

describe('mix-up (RFC 9700 section 4.4, RFC 9207)', () => {
  test('every answer names its issuer, be it a code or an error, and two tenants are two issuers', async () => {
    const acme = await register(world, { name: 'acme' }, 'acme')
    const root = await browserClient(world).get(authorizePath(world, { prompt: 'none' }))
    const path = authorizePath(world, { prompt: 'none', client_id: acme.clientId })
    const tenant = await browserClient(world).get(`/t/acme${path}`)
    expect([answerIn(root).iss, answerIn(tenant).iss]).toEqual([world.issuer, `${world.issuer}/t/acme`])
    for (const base of ['', '/t/acme']) {
      const answer = await world.app.request(`${world.issuer}${base}/.well-known/openid-configuration`)
      expect(await answer.json()).toMatchObject({
        issuer: world.issuer + base,
        authorization_response_iss_parameter_supported: true,
      })
    }
  })

  test('iss cannot be sent along: the answer has one, and it is ours', async () => {
    const path = authorizePath(world, {
      prompt: 'none',
      iss: 'https://evil.example',
      state: 's&iss=https://evil.example',
    })
    const back = new URL((await browserClient(world).get(path)).path)
    expect(back.searchParams.getAll('iss')).toEqual([world.issuer])
  })
})

describe('a parameter that stands twice is read by nobody (RFC 6749 section 3.1)', () => {
  test.each(['client_id', 'redirect_uri'])('%s: to the person', async (name) => {
    for (const second of ['https://evil.example', '', world.application.clientId]) {
      const page = await browserClient(world).get(`${authorizePath(world)}&${new URLSearchParams({ [name]: second })}`)
      // An empty one counts as not sent (section 3.1), and says nothing new.
      if (second === '') continue
      expect([page.status, page.headers.get('Location')]).toEqual([400, null])
    }
  })

  test.each(['state', 'scope', 'nonce', 'response_type', 'response_mode', 'code_challenge', 'prompt', 'max_age'])(
    '%s: to the application, and no code',
    async (name) => {
      const sent = authorizePath(world, { [name]: name === 'response_type' ? 'code' : '1' })
      const page = await browserClient(world).get(`${sent}&${name}=2`)
      expect(answerIn(page)).toMatchObject({ error: 'invalid_request', iss: world.issuer })
    },
  )

  test('in the query and in the form: the token endpoint reads the form alone', async () => {
    const code = await codeFor(world)
    const { clientId, clientSecret } = world.application
    const query = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI })
    const send = (body: Record<string, string>) =>
      world.app.request(`${world.issuer}/oauth2/token?${query}`, {
        method: 'POST',
        headers: { Authorization: basicHeader(clientId, clientSecret) },
        body: new URLSearchParams(body),
      })
    expect((await send({})).status).toBe(400)
    expect((await send({ grant_type: 'authorization_code', redirect_uri: REDIRECT_URI })).status).toBe(400)
    // It was not looked at: it is still good.
    expect((await postToken(world, { code })).status).toBe(200)
  })

  test('in the query and in the form of an authorization request that is posted: the form alone counts', async () => {
    const [, query = ''] = authorizePath(world).split('?')
    const evil = new URLSearchParams({ redirect_uri: 'https://evil.example', client_id: 'evil' })
    const answer = await world.app.request(`${world.issuer}/oauth2/authorize?${evil}`, {
      method: 'POST',
      body: new URLSearchParams(query),
    })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, `/oauth2/authorize?${query}`])
  })
})

describe('what is too much is refused, and breaks nothing', () => {
  test.each<[string, Record<string, string>]>([
    ['a long state', { state: 'x'.repeat(2001) }],
    ['a long nonce', { nonce: 'x'.repeat(2001) }],
    ['a long scope', { scope: 'openid '.repeat(2000) }],
    ['claims that are deep', { claims: `{"userinfo":${'{"a":'.repeat(1200)}1${'}'.repeat(1200)}}` }],
    ['claims that are long', { claims: JSON.stringify({ userinfo: { a: { value: 'x'.repeat(8000) } } }) }],
    ['claims that are a list', { claims: '[]' }],
    ['claims that are no JSON', { claims: '{"userinfo":' }],
    ['an age that is no number', { max_age: '1e9' }],
    ['an age of no end', { max_age: '9'.repeat(400) }],
    ['an age below zero', { max_age: '-1' }],
  ])('%s', async (_what, parameters) => {
    const page = await browserClient(world).get(authorizePath(world, { ...parameters, prompt: 'none' }))
    expect(answerIn(page)).toMatchObject({ error: expect.stringMatching(/invalid_request|login_required/) })
    expect(answerIn(page).code).toBeUndefined()
  })

  test('claims that name what every object has are nobody’s', async () => {
    const claims =
      '{"userinfo":{"__proto__":null,"constructor":null,"toString":null},"id_token":{"__proto__":{"essential":true}}}'
    const code = await codeFor(world, { claims })
    const { id_token } = (await (await postToken(world, { code })).json()) as { id_token: string }
    const payload = Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()
    expect(payload).not.toMatch(/constructor|__proto__|toString/)
    expect(({} as { essential?: boolean }).essential).toBeUndefined()
  })

  test('a thousand parameters that nobody knows change nothing', async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}`, 'y']))
    const page = await browserClient(world).get(authorizePath(world, { ...many, prompt: 'none' }))
    expect(answerIn(page).error).toBe('login_required')
  })
})

test('a client cannot be called as a person is: its own token opens nothing of hers (RFC 9700 section 4.15)', async () => {
  const own = await register(world, { name: 'machine', grantTypes: ['client_credentials'] })
  expect(own.clientId).not.toBe(world.kimId)
  const form = { grant_type: 'client_credentials', client_id: own.clientId }
  const answer = await postToken(world, form, basicHeader(own.clientId, own.clientSecret))
  const { access_token } = (await answer.json()) as { access_token: string }
  const headers = { Authorization: `Bearer ${access_token}` }
  const { base } = world
  for (const path of ['/oauth2/userinfo', '/scim2/Me', '/scim2/Users', '/api/v1/applications']) {
    expect((await world.app.request(`${world.issuer}${base}${path}`, { headers })).status).toBe(401)
  }
  // Nor can it choose a name: the management API and a registration give one.
  const tenant = await world.tenant()
  const named = { name: 'chosen', redirectUris: [REDIRECT_URI], clientId: world.kimId }
  const chosen = await tenant.api('POST', '/applications', named)
  if (chosen.status === 201) expect(((await chosen.json()) as Client).clientId).not.toBe(world.kimId)
  else expect(chosen.status).toBe(400)
})
