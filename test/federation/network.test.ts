/** What the network between a provider and us can do, through the guarded fetch that Node runs with. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createNodeFetch } from '../../src/runtime/guarded-fetch-node.ts'
import { CLIENT, type FakeIdp, fakeIdp, type Misbehaviour } from '../support/fake-idp.ts'
import { expectNobody, expectRefused, expectSignedIn } from './conformance/refusal.ts'
import { browserOf, connect, federationWorld, KIM, type World } from './world.ts'

let idp: FakeIdp
/** Another one on this machine, which nobody allowed: what stands for a server on a private network. */
let inside: FakeIdp
let world: World
beforeAll(async () => {
  ;[idp, inside] = await Promise.all([fakeIdp(), fakeIdp()])
})
afterAll(() => Promise.all([idp.close(), inside.close()]))
beforeEach(async () => {
  Object.assign(idp, { misbehaviour: {}, person: { ...KIM }, calls: [] })
  inside.calls = []
  const guarded = createNodeFetch([new URL(idp.origin).host])
  // As long as a test may take, where a person would wait five seconds.
  world = await federationWorld({ fetch: (url, init) => guarded(url, { ...init, timeoutMs: 1000 }) })
})
const byIssuer = () => connect(world, idp, { authenticator: { ...CLIENT, issuer: idp.origin } })

test('a provider that the operator allows is reached through the guard', async () => {
  await expectSignedIn(world, await byIssuer())
})

describe.each(['/token', '/userinfo', '/jwks'])('%s', (path) => {
  test.each<[string, (path: string) => Misbehaviour, string, RegExp]>([
    ['that never answers', (at) => ({ hangs: [at] }), 'unreachable', /timeout/],
    ['that breaks off in the middle', (at) => ({ cut: [at] }), 'unreachable', /./],
    ['whose answer is huge', (at) => ({ huge: [at] }), 'unreachable', /over 1048576 bytes/],
    ['that fails', (at) => ({ broken: [at] }), 'unverified', /status 500/],
    [
      'that sends us to a private address',
      (at) => ({ redirects: { [at]: `${inside.origin}${at}` } }),
      'unverified',
      /status 307/,
    ],
  ])('%s: a page, nobody signed in, nothing stored', async (_fact, misbehaviour, failure, reason) => {
    const id = await byIssuer()
    idp.misbehaviour = misbehaviour(path)
    await expectRefused(world, idp, id, { failure, reason })
    expect(inside.calls).toEqual([])
  })
})

describe('metadata', () => {
  test.each<[string, (path: string) => Misbehaviour, string, RegExp]>([
    ['that never come', (at) => ({ hangs: [at] }), 'unreachable', /timeout/],
    ['that break off', (at) => ({ cut: [at] }), 'unreachable', /./],
    ['that are huge', (at) => ({ huge: [at] }), 'unreachable', /over 1048576 bytes/],
    [
      'that send us elsewhere',
      (at) => ({ redirects: { [at]: `${inside.origin}${at}` } }),
      'misconfigured',
      /status 307/,
    ],
  ])('%s: nobody is sent anywhere', async (_fact, misbehaviour, failure, reason) => {
    const id = await byIssuer()
    idp.misbehaviour = misbehaviour('/.well-known/openid-configuration')
    const response = await browserOf(world).get(`/login/connections/${id}`)
    expect(response.status).toBe(502)
    expect(await response.text()).toMatch(/<p>[^<]*IDP-IS2[^<]*<\/p>\s*<p>[A-Z][^<]{10,}<\/p>/)
    await expectNobody(world)
    expect(world.logs.at(-1)).toMatchObject({ failure, reason: expect.stringMatching(reason) as string })
    expect(inside.calls).toEqual([])
  })

  test.each(['token_endpoint', 'userinfo_endpoint', 'jwks_uri'])(
    'whose %s is a private address are stopped by the guard, and nothing secret is sent there',
    async (name) => {
      const id = await byIssuer()
      idp.misbehaviour = { metadata: { [name]: `${inside.origin}/${name}` } }
      await expectRefused(world, idp, id, { failure: 'blocked', reason: /not a public address/ })
      expect(inside.calls).toEqual([])
    },
  )

  test('with a private address for pushed requests are stopped before anybody is sent away', async () => {
    const id = await connect(world, idp, {
      authenticator: { ...CLIENT, issuer: idp.origin, pushedAuthorizationRequestEndpoint: `${inside.origin}/par` },
    })
    const response = await browserOf(world).get(`/login/connections/${id}`)
    expect(response.status).toBe(502)
    await expectNobody(world)
    expect(world.logs.at(-1)).toMatchObject({ failure: 'blocked' })
    expect(inside.calls).toEqual([])
  })

  test('that are not found are not asked for again at each click', async () => {
    const id = await byIssuer()
    idp.misbehaviour = { broken: ['/.well-known/openid-configuration'] }
    for (let n = 0; n < 3; n++) expect((await browserOf(world).get(`/login/connections/${id}`)).status).toBe(502)
    expect(idp.calls).toHaveLength(1)
  })
})

test.each(['silent', 'consent'] as const)(
  'claims that are nested without end: a page, nothing stored (%s)',
  async (scheme) => {
    const nested = `{"sub":"${KIM.sub}","deep":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
    const guarded = createNodeFetch([new URL(idp.origin).host])
    world = await federationWorld({
      fetch: async (url, init) =>
        url.endsWith('/userinfo')
          ? new Response(nested, { headers: { 'Content-Type': 'application/json' } })
          : guarded(url, init),
    })
    const jit = { enabled: true, scheme, userStore: 'PRIMARY', attributeSync: 'override' } as const
    const id = await connect(world, idp, { jit })
    await expectRefused(world, idp, id, { failure: 'unverified', reason: /nested/ })
  },
)
