/** Providers without OpenID Connect, each in the shape of its own answers. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionInput } from '../../../src/connections/settings.ts'
import { CLIENT, type FakeIdp, fakeIdp } from '../../support/fake-idp.ts'
import { expectRefused } from '../conformance/refusal.ts'
import { browserOf, connect, federationWorld, KIM, type World } from '../world.ts'

let idp: FakeIdp
let world: World
beforeAll(async () => {
  idp = await fakeIdp()
})
afterAll(() => idp.close())
beforeEach(async () => {
  Object.assign(idp, { misbehaviour: { iss: undefined }, person: { ...KIM }, userAnswers: {}, calls: [], asked: [] })
  idp.client = { method: 'client_secret_basic', ...CLIENT }
  world = await federationWorld()
})

/** Emails are told beside the user endpoint: of GitHub alone. */
const SHAPES = {
  github: {
    path: '/user',
    issuer: 'https://github.com/login/oauth',
    answer: {
      login: 'kimb',
      id: 583231,
      name: 'Kim Berry',
      email: 'public@example.com',
      avatar_url: 'https://avatars.example/u/583231',
      html_url: 'https://github.com/kimb',
      company: 'Acme',
    },
    subject: '583231',
    user: { userName: 'kimb', displayName: 'Kim Berry', document: { profileUrl: 'https://github.com/kimb' } },
  },
  facebook: {
    path: '/me',
    issuer: 'https://www.facebook.com',
    answer: {
      id: '10224567890123456',
      name: 'Kim Berry',
      email: 'kim@example.com',
      first_name: 'Kim',
      last_name: 'Berry',
      picture: { data: { height: 50, url: 'https://platform-lookaside.fbsbx.com/kim.jpg' } },
    },
    subject: '10224567890123456',
    user: {
      displayName: 'Kim Berry',
      document: {
        name: { givenName: 'Kim', familyName: 'Berry' },
        emails: [{ value: 'kim@example.com' }],
        photos: [{ value: 'https://platform-lookaside.fbsbx.com/kim.jpg' }],
      },
    },
  },
  discord: {
    path: '/users/@me',
    issuer: 'https://discord.com',
    answer: {
      id: '80351110224678912',
      username: 'kimb',
      global_name: 'Kim',
      avatar: '8342729096ea3675442027381ff50dfe',
      verified: true,
      email: 'kim@example.com',
      locale: 'en-GB',
    },
    subject: '80351110224678912',
    user: {
      userName: 'kimb',
      displayName: 'Kim',
      document: {
        photos: [
          { value: 'https://cdn.discordapp.com/avatars/80351110224678912/8342729096ea3675442027381ff50dfe.png' },
        ],
      },
    },
  },
  x: {
    path: '/2/users/me',
    issuer: 'https://x.com',
    answer: {
      data: { id: '2244994945', name: 'Kim Berry', username: 'kimb', profile_image_url: 'https://pbs.example/k.jpg' },
    },
    subject: '2244994945',
    user: { userName: 'kimb', displayName: 'Kim Berry' },
  },
} as const
type Name = keyof typeof SHAPES
const NAMES = Object.keys(SHAPES) as Name[]

function connectTo(preset: Name, change: Partial<NonNullable<ConnectionInput['authenticator']>> = {}) {
  idp.userAnswers[SHAPES[preset].path] = SHAPES[preset].answer
  if (preset === 'facebook') idp.client.method = 'client_secret_post'
  return connect(world, idp, {
    authenticator: {
      ...CLIENT,
      preset,
      authorizationEndpoint: `${idp.origin}/authorize`,
      tokenEndpoint: `${idp.origin}/token`,
      userinfoEndpoint: `${idp.origin}${SHAPES[preset].path}`,
      ...change,
    },
  })
}
const emails = (...list: object[]) => void (idp.userAnswers['/user/emails'] = list)

describe.each(NAMES)('%s', (preset) => {
  test('signs in whom its user endpoint names, with PKCE and state, and without a nonce', async () => {
    const id = await connectTo(preset)
    for (let n = 0; n < 2; n++) expect((await browserOf(world).signIn(id)).status).toBe(303)
    expect(await world.identities()).toMatchObject([
      { issuer: SHAPES[preset].issuer, subject: SHAPES[preset].subject, connectionId: id },
    ])
    const users = await world.users()
    expect(users).toHaveLength(1)
    expect(users).toMatchObject([SHAPES[preset].user])
    const query = idp.asked.find(({ path }) => path === '/authorize')?.query
    expect(query?.get('code_challenge_method')).toBe('S256')
    expect(query?.get('nonce')).toBeNull()
    expect(query?.get('scope')).not.toContain('openid')
  })

  test.each([
    ['says nothing', undefined],
    ['names nobody', {}],
    ['is a list', []],
    ['names somebody in a way that is no name', { id: { toString: 'x' }, data: { id: 1.5 } }],
    ['names the person by nothing', { id: '', data: { id: '' } }],
  ])('signs in nobody where its user endpoint %s', async (_fact, answer) => {
    const id = await connectTo(preset)
    idp.userAnswers = answer === undefined ? {} : { [SHAPES[preset].path]: answer }
    await expectRefused(world, idp, id, { reason: /does not say who/ })
  })

  test('has an iss in its answer, if any, that is its own (RFC 9207)', async () => {
    const id = await connectTo(preset)
    idp.misbehaviour = { iss: SHAPES[preset].issuer }
    expect((await browserOf(world).signIn(id)).status).toBe(303)
    idp.misbehaviour = { iss: 'https://evil.example' }
    expect((await browserOf(world).signIn(id)).status).toBe(502)
  })
})

describe('GitHub', () => {
  test('tells the addresses apart: the primary one counts, and whether it was verified', async () => {
    const id = await connectTo('github')
    emails({ email: 'other@example.com', verified: true }, { email: 'kim@example.com', primary: true, verified: true })
    await browserOf(world).signIn(id)
    expect((await world.users())[0]?.document.emails).toEqual([{ value: 'kim@example.com', primary: true }])
    expect(idp.calls).toEqual(['/authorize', '/token', '/user', '/user/emails'])
  })

  test('tells no address where the token may not ask for it: the public one was verified by nobody', async () => {
    await browserOf(world).signIn(await connectTo('github'))
    expect((await world.users())[0]?.document.emails).toBeUndefined()
  })

  test('refuses a code with status 200, and that is a refusal', async () => {
    const id = await connectTo('github')
    idp.misbehaviour = { iss: undefined, tokens: { access_token: undefined, error: 'bad_verification_code' } }
    await expectRefused(world, idp, id, { failure: 'code-refused', reason: /bad_verification_code/ })
  })
})

describe('any other provider without OpenID Connect', () => {
  const settings = () => ({
    ...CLIENT,
    type: 'oauth2' as const,
    authorizationEndpoint: `${idp.origin}/authorize`,
    tokenEndpoint: `${idp.origin}/token`,
    userinfoEndpoint: `${idp.origin}/whoami`,
  })

  test.each([
    ['sub', { sub: 'kim-1', id: 'other', preferred_username: 'kim' }],
    ['id', { id: 'kim-1', preferred_username: 'kim' }],
  ])(
    'is believed by its user endpoint: %s says who it is, and its origin whose word that is',
    async (_claim, answer) => {
      idp.userAnswers['/whoami'] = answer
      const id = await connect(world, idp, { authenticator: settings() })
      expect((await browserOf(world).signIn(id)).status).toBe(303)
      expect(await world.identities()).toMatchObject([{ issuer: idp.origin, subject: 'kim-1' }])
    },
  )

  test('is no provider of anybody where the token is of no kind that we know', async () => {
    idp.userAnswers['/whoami'] = { sub: '1' }
    const id = await connect(world, idp, { authenticator: settings() })
    idp.misbehaviour = { iss: undefined, tokens: { token_type: 'mac' } }
    await expectRefused(world, idp, id, { reason: /token_type/ })
  })
})
