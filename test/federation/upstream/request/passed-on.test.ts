/** What of an application's request goes on to the provider, and what has to come back then. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createApplication } from '../../../../src/applications/commands.ts'
import { applicationInput } from '../../../../src/applications/settings.ts'
import { getConnection } from '../../../../src/connections/queries.ts'
import type { ConnectionInput } from '../../../../src/connections/settings.ts'
import { hashToken } from '../../../../src/core/crypto.ts'
import type { AuthorizationParameters } from '../../../../src/db/schema.ts'
import { beginSignIn } from '../../../../src/federation/sign-in.ts'
import { storeRequest } from '../../../../src/oidc/commands.ts'
import { type FakeIdp, fakeIdp } from '../../../support/fake-idp.ts'
import { browserOf, connect, federationWorld, KIM, type World } from '../../world.ts'

let idp: FakeIdp
let world: World
beforeAll(async () => {
  idp = await fakeIdp()
})
afterAll(() => idp.close())
beforeEach(async () => {
  Object.assign(idp, { misbehaviour: {}, person: { ...KIM }, idTokenClaims: {}, metadata: {} })
  world = await federationWorld()
})
const ALL = ['prompt', 'acr_values', 'max_age', 'login_hint', 'ui_locales'] as const
const ASKED: Partial<AuthorizationParameters> = {
  prompt: ['login', 'consent'],
  acrValues: ['urn:mfa', 'urn:pwd'],
  maxAge: 300,
  loginHint: 'kim@example.com',
  uiLocales: 'de fr',
}

/** Somebody goes to the provider for an application's request; what the provider is asked. */
async function visit(
  settings: Partial<NonNullable<ConnectionInput['authenticator']>>,
  asked: Partial<AuthorizationParameters> = ASKED,
  rest: Partial<ConnectionInput> = {},
) {
  const id = await connect(world, idp, { ...rest, authenticator: { ...idp.authenticator, ...settings } })
  const browser = browserOf(world)
  await browser.get('/login/connections/none')
  const request = await storeRequest(world.scope(), {
    applicationId: await anApplication(),
    parameters: { clientId: '', redirectUri: '', responseMode: 'query', scope: '', prompt: [], ...asked },
    browserHash: hashToken([...browser.cookies].find(([name]) => name.includes('browser'))?.[1] ?? ''),
  })
  const start = await browser.get(`/login/connections/${id}?request=${request}`)
  const query = Object.fromEntries(new URL(start.headers.get('Location') ?? '').searchParams)
  const comeBack = async () =>
    browser.get(
      (await fetch(start.headers.get('Location') ?? '', { redirect: 'manual' })).headers.get('Location') ?? '',
    )
  return { query, comeBack, request, id, browser }
}
let applicationId: Promise<string> | undefined
function anApplication(): Promise<string> {
  const input = applicationInput.parse({ name: `app ${Math.random()}`, redirectUris: ['http://localhost:8080/'] })
  applicationId = createApplication(world.scope(), input).then(({ row }) => row.id)
  return applicationId
}

describe('an application’s request', () => {
  test('goes on in what the connection passes on', async () => {
    const { query } = await visit({ passOn: [...ALL] })
    expect(query).toMatchObject({
      prompt: 'login consent',
      acr_values: 'urn:mfa urn:pwd',
      max_age: '300',
      login_hint: 'kim@example.com',
      ui_locales: 'de fr',
    })
  })

  test('goes on in nothing else', async () => {
    const { query } = await visit({})
    expect(ALL.filter((name) => name in query)).toEqual([])
    const some = await visit({ passOn: ['login_hint'] }, ASKED, { name: 'some' })
    expect(ALL.filter((name) => name in some.query)).toEqual(['login_hint'])
  })

  test('of somebody else’s browser goes on in nothing', async () => {
    const { request, id } = await visit({ passOn: [...ALL] })
    const start = await browserOf(world).get(`/login/connections/${id}?request=${request}`)
    const query = new URL(start.headers.get('Location') ?? '').searchParams
    expect(ALL.filter((name) => query.has(name))).toEqual([])
  })

  test('without a prompt never asks for none: who is here has to sign in', async () => {
    const { query } = await visit({ passOn: ['prompt'] }, { prompt: ['none'] })
    expect(query).not.toHaveProperty('prompt')
  })

  test('stands below the connection’s own parameters, which replace nothing of ours', async () => {
    const parameters = { access_type: 'offline', prompt: 'select_account' }
    const { query } = await visit({ parameters, passOn: ['prompt'] }, { prompt: [] })
    expect(query).toMatchObject({ access_type: 'offline', prompt: 'select_account', response_type: 'code' })
  })

  test.each([
    ['google', 'hd'],
    ['entra', 'domain_hint'],
  ] as const)(
    'at %s says the domain of the connection in %s: the only one, or hers of several',
    async (preset, name) => {
      const settings = { ...idp.authenticator, preset, issuer: idp.origin }
      expect((await visit(settings, {}, { domains: ['example.com'] })).query[name]).toBe('example.com')
      const two = await visit(settings, {}, { name: 'two', domains: ['example.org', 'example.net'] })
      expect(two.query).not.toHaveProperty(name)
      const scope = world.scope()
      const connection = await getConnection(scope, two.id)
      const hinted = async (loginHint: string) => {
        const begun = await beginSignIn(scope, connection, {
          browserHash: 'b',
          returnTo: '/account',
          hints: { loginHint },
        })
        return begun.ok ? new URL(begun.value).searchParams.get(name) : begun
      }
      expect(await hinted('kim@Example.net')).toBe('example.net')
      expect(await hinted('kim@elsewhere.example')).toBeNull()
      const own = await visit(
        { ...settings, parameters: { [name]: 'own.example' } },
        {},
        { name: 'own', domains: ['a.example'] },
      )
      expect(own.query[name]).toBe('own.example')
    },
  )
})

test('who is known by her address already is named to the provider, whatever is passed on', async () => {
  const id = await connect(world, idp)
  const hints = { loginHint: 'kim@example.com' }
  const connection = await getConnection(world.scope(), id)
  const begun = await beginSignIn(world.scope(), connection, { browserHash: 'b', returnTo: '/account', hints })
  expect(begun.ok && new URL(begun.value).searchParams.get('login_hint')).toBe('kim@example.com')
})

describe('who was to sign in anew', () => {
  const ago = (seconds: number) => Math.floor(Date.now() / 1000) - seconds
  test.each([
    ['has done so, within max_age', { maxAge: 300 }, { auth_time: ago(100) }, 303],
    ['did so too long ago', { maxAge: 300 }, { auth_time: ago(1000) }, 502],
    ['did so at a time that the provider does not tell', { maxAge: 300 }, {}, 502],
    ['did so at a time that is none', { maxAge: 300 }, { auth_time: 'now' }, 502],
    ['has done so after she was sent there (prompt=login)', { prompt: ['login'] }, { auth_time: ago(0) }, 303],
    ['was let in without that (prompt=login)', { prompt: ['login'] }, { auth_time: ago(1000) }, 502],
    ['was not asked to: then it does not matter when she did', {}, { auth_time: ago(100_000) }, 303],
  ])('%s', async (_fact, asked, claims, status) => {
    const { comeBack } = await visit({ passOn: ['prompt', 'max_age'] }, asked)
    idp.idTokenClaims = claims
    expect((await comeBack()).status).toBe(status)
    expect(await world.sessions()).toHaveLength(status === 303 ? 1 : 0)
  })
})
