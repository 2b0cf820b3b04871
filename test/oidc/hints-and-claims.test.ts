import { beforeAll, describe, expect, test } from 'vitest'
import { browserClient } from '../support/browser-client.ts'
import {
  answerIn,
  authorizePath,
  CHALLENGE,
  codeFor,
  type OidcWorld,
  oidcWorld,
  redeem,
  register,
  signIn,
  userinfo,
} from './world.ts'

const LEE = { userName: 'lee', password: 'MyPa33w@rd' }

let world: OidcWorld
beforeAll(async () => {
  world = await oidcWorld()
  await (await world.tenant()).scim('POST', '/Users', LEE)
})

async function idToken(parameters: Record<string, string> = {}): Promise<string> {
  return (await redeem(world, await codeFor(world, parameters))).id_token
}

function bodyOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

async function silently(id_token_hint: string, browser = browserClient(world)) {
  return answerIn(await browser.get(authorizePath(world, { prompt: 'none', id_token_hint })))
}

describe('id_token_hint (OpenID Connect Core 3.1.2.1)', () => {
  test('of another person than who is signed in gives login_required with prompt=none, and a sign-in without', async () => {
    const id_token_hint = await idToken()
    const browser = browserClient(world)
    await signIn(browser, await browser.get(authorizePath(world)), LEE)
    expect((await silently(id_token_hint, browser)).error).toBe('login_required')
    const page = await browser.get(authorizePath(world, { id_token_hint }))
    expect(page.path).toMatch(/^\/login\?/)
    expect(answerIn(await signIn(browser, page))).toHaveProperty('code')
  })

  test('of one whom the person does not sign in as gives no code for the other', async () => {
    const browser = browserClient(world)
    const page = await browser.get(authorizePath(world, { id_token_hint: await idToken() }))
    const answer = answerIn(await signIn(browser, page, LEE))
    expect([answer.error, answer.code]).toEqual(['login_required', undefined])
  })

  test('that is none of ours for this client is refused', async () => {
    const other = await register(world, { name: 'another application' })
    const theirs = { ...world, application: other }
    const tokens = await redeem(theirs, await codeFor(theirs))
    const own = await redeem(world, await codeFor(world))
    const [header, , signature] = own.id_token.split('.')
    const changed = Buffer.from(JSON.stringify({ ...bodyOf(own.id_token), sub: 'lee' })).toString('base64url')
    const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    const hints = [
      tokens.id_token,
      own.access_token,
      `${header}.${changed}.${signature}`,
      `${unsigned}.${changed}.`,
      'no token',
    ]
    for (const hint of hints) expect((await silently(hint)).error).toBe('invalid_request')
  })
})

describe('claims (OpenID Connect Core section 5.5)', () => {
  const ask = (document: object) => codeFor(world, { claims: JSON.stringify(document) })

  test('come from where they were asked for: the id_token, or userinfo', async () => {
    const tokens = await redeem(
      world,
      await ask({ userinfo: { family_name: null }, id_token: { email: { essential: true } } }),
    )
    expect(bodyOf(tokens.id_token)).toMatchObject({ email: 'kim@example.com' })
    expect(bodyOf(tokens.id_token).family_name).toBeUndefined()
    expect(await (await userinfo(world, tokens.access_token)).json()).toEqual({
      sub: world.kimId,
      family_name: 'Berry',
    })
  })

  test('that nobody knows, and those of the protocol, change nothing', async () => {
    const id_token = { nobody_knows: null, iss: { value: 'https://evil.example' }, sub: { essential: true }, exp: null }
    const tokens = await redeem(world, await ask({ id_token, userinfo: { sub: null, password: null } }))
    expect(bodyOf(tokens.id_token)).toMatchObject({ iss: world.issuer, sub: world.kimId })
    expect(await (await userinfo(world, tokens.access_token)).json()).toEqual({ sub: world.kimId })
  })
})

describe('sub with a value in claims (OpenID Connect Core sections 3.1.2.2 and 5.5.1)', () => {
  const asking = (member: 'id_token' | 'userinfo', sub: object) => ({ claims: JSON.stringify({ [member]: { sub } }) })

  test.each(['id_token', 'userinfo'] as const)(
    'of %s is whose tokens there may be, and nobody else’s',
    async (member) => {
      const browser = browserClient(world)
      await codeFor(world, {}, browser)
      const silent = async (sub: object, more = {}) =>
        answerIn(await browser.get(authorizePath(world, { prompt: 'none', ...asking(member, sub), ...more })))
      expect(await silent({ value: world.kimId })).toHaveProperty('code')
      expect(await silent({ values: ['lee', world.kimId], essential: true })).toHaveProperty('code')
      for (const sub of [{ value: 'lee' }, { value: 7 }, { values: [] }, { values: ['lee'] }, { value: null }])
        expect([sub, (await silent(sub)).error]).toEqual([sub, 'login_required'])
      // She is asked to sign in as the one who is meant, and gets nothing if it is another one.
      const page = await browser.get(authorizePath(world, asking(member, { value: 'lee' })))
      expect(page.path).toMatch(/^\/login\?/)
      const answer = answerIn(await signIn(browser, page))
      expect([answer.error, answer.code]).toEqual(['login_required', undefined])
    },
  )

  test('and an id_token_hint have to mean the same person', async () => {
    const browser = browserClient(world)
    const id_token_hint = (await redeem(world, await codeFor(world, {}, browser))).id_token
    const both = (value: string) => ({ prompt: 'none', id_token_hint, ...asking('id_token', { value }) })
    expect(answerIn(await browser.get(authorizePath(world, both(world.kimId))))).toHaveProperty('code')
    expect(answerIn(await browser.get(authorizePath(world, both('lee')))).error).toBe('login_required')
  })

  test('is the pairwise one of an application that knows people by that', async () => {
    const application = await register(world, { name: 'pairwise', clientMetadata: { subjectType: 'pairwise' } })
    const own = { ...world, application }
    const browser = browserClient(world)
    const { sub } = bodyOf((await redeem(own, await codeFor(own, {}, browser))).id_token)
    const asked = { prompt: 'none', ...asking('id_token', { value: sub }) }
    expect(sub).not.toBe(world.kimId)
    expect(answerIn(await browser.get(authorizePath(own, asked)))).toHaveProperty('code')
  })
})

test('roles are those of the organization and of the application that asks, not of another application', async () => {
  const tenant = await world.tenant()
  const other = await register(world, { name: 'with roles of its own' })
  const members = { users: [{ value: world.kimId }] }
  for (const [displayName, audience] of [
    ['auditor', undefined],
    ['editor', { value: world.application.id, type: 'application' }],
    ['hidden', { value: other.id, type: 'application' }],
  ]) {
    const made = await tenant.scim('POST', '/v2/Roles', { displayName, ...(audience ? { audience } : {}), ...members })
    expect(made.status).toBe(201)
  }
  const { access_token } = await redeem(world, await codeFor(world, { scope: 'openid roles' }))
  const { roles } = (await (await userinfo(world, access_token)).json()) as { roles: string[] }
  expect(roles).toEqual(expect.arrayContaining(['auditor', 'editor']))
  expect(roles).not.toContain('hidden')
})

test('PKCE is demanded of an application that nobody let off (RFC 9700 section 2.1.1)', async () => {
  const client = await register(world, { name: 'as by default', clientMetadata: { requirePkce: undefined } })
  const browser = browserClient(world)
  const refused = await browser.get(authorizePath(world, { client_id: client.clientId }))
  expect(answerIn(refused).error).toBe('invalid_request')
  const pkce = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }
  const page = await browser.get(authorizePath(world, { client_id: client.clientId, ...pkce }))
  expect(page.path).toMatch(/^\/login\?/)
})
