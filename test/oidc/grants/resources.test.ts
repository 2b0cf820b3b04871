/** Resource indicators (RFC 8707): whom an access token is for, and who takes it. */
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { isResource } from '../../../src/applications/resources.ts'
import { browserClient } from '../../support/browser-client.ts'
import {
  answerIn,
  authorizePath,
  type Client,
  codeFor,
  type OidcWorld,
  oidcWorld,
  REDIRECT_URI,
  register,
  signIn,
  userinfo,
} from '../world.ts'
import { API, errorOf, type Form, introspect, OTHER_API, post, tokensFor, tokensOf } from './world.ts'

const SCOPE = 'openid offline_access scim:me applications:read'

let world: OidcWorld
let client: Client
let own: Record<'userinfo' | 'scim' | 'api', string>
beforeAll(async () => {
  world = await oidcWorld('acme')
  world.hold(true)
  client = await register(
    world,
    {
      name: 'several',
      grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
      permissions: ['scim:me', 'applications:read'],
      clientMetadata: { resources: [API, OTHER_API, 'urn:example:api'] },
    },
    'acme',
  )
  const { issuer } = world
  own = { userinfo: `${issuer}/oauth2/userinfo`, scim: `${issuer}/scim2`, api: `${issuer}/api/v1` }
})

const audienceOf = (token: string) => decodeJwt(token).aud

/** An authorization request with several resources. */
function pathFor(resources: readonly string[]): string {
  const path = authorizePath(world, { client_id: client.clientId, scope: SCOPE })
  return path + resources.map((one) => `&resource=${encodeURIComponent(one)}`).join('')
}

async function redeemed(resources: readonly string[], form: Form = {}) {
  const browser = browserClient(world)
  const { code = '' } = answerIn(await signIn(browser, await browser.get(pathFor(resources))))
  return post(world, client, { grant_type: 'authorization_code', redirect_uri: REDIRECT_URI, code, ...form })
}

describe('a resource', () => {
  test.each(['https://api.example', 'https://api.example/v1?a=b', 'urn:example:api', 'api:x'])('may be %s', (uri) => {
    expect(isResource(uri)).toBe(true)
  })
  test.each(['', 'api', '/api', 'https://api.example/#x', 'https://a b', 'https://ä.example'])(
    'is never %s: an absolute URI without fragment (section 2)',
    (uri) => expect(isResource(uri)).toBe(false),
  )

  test.each(['https://elsewhere.example', 'https://api.example/', `${API}#x`, 'api', 'https://localhost:9443/scim2'])(
    '%s is refused at the authorization endpoint: invalid_target, at the redirect URI (section 2.1)',
    async (resource) => {
      const answer = answerIn(await browserClient(world).get(pathFor([API, resource])))
      expect(answer).toMatchObject({ error: 'invalid_target', state: 'state-1', iss: world.issuer })
    },
  )

  test('is refused where it is pushed, too (RFC 9126)', async () => {
    const form = { redirect_uri: REDIRECT_URI, response_type: 'code', scope: 'openid' }
    const push = (resource: readonly string[]) => post(world, client, { ...form, resource }, '/oauth2/par')
    expect(await errorOf(push([API, 'https://elsewhere.example']))).toBe('invalid_target')
    expect((await push([API, OTHER_API])).status).toBe(201)
  })

  test('that an administrator gives an application must be one, and anything else is sent once still', async () => {
    const acme = await world.tenant('acme')
    const body = (resources: string[]) => ({ clientMetadata: { resources } })
    expect((await acme.api('PATCH', `/applications/${world.application.id}`, body(['https://x/#y']))).status).toBe(400)
    expect((await acme.api('PATCH', `/applications/${world.application.id}`, body(['urn:x:y']))).status).toBe(200)
    const twice = await post(world, client, { grant_type: 'client_credentials', scope: ['scim:me', 'scim:me'] })
    expect(await errorOf(twice)).toBe('invalid_request')
  })
})

describe('the access token', () => {
  test('is for ourselves, if nothing is asked for', async () => {
    const { access_token } = await tokensFor(world, client, { scope: SCOPE })
    expect(audienceOf(access_token)).toBe(world.issuer)
  })

  test('is for what was asked for, one or several, and for nothing else (section 2.2)', async () => {
    expect(audienceOf((await tokensOf(redeemed([API]))).access_token)).toBe(API)
    const both = await tokensOf(redeemed([API, OTHER_API, API]))
    expect(audienceOf(both.access_token)).toEqual([API, OTHER_API])
    expect(await introspect(world, client, both.access_token)).toMatchObject({ active: true, aud: [API, OTHER_API] })
  })

  test('is narrowed at the token endpoint, never to what was not granted (section 2.2)', async () => {
    const one = await tokensOf(redeemed([API, OTHER_API], { resource: OTHER_API }))
    expect(audienceOf(one.access_token)).toBe(OTHER_API)
    expect(await errorOf(redeemed([API], { resource: OTHER_API }))).toBe('invalid_target')
    expect(await errorOf(redeemed([], { resource: 'https://elsewhere.example' }))).toBe('invalid_target')
    expect(audienceOf((await tokensOf(redeemed([], { resource: own.scim }))).access_token)).toBe(own.scim)
  })

  test('of a refresh may be for less, and the next one for all again', async () => {
    let { refresh_token } = await tokensOf(redeemed([API, OTHER_API]))
    const refresh = (form: Form) => post(world, client, { grant_type: 'refresh_token', refresh_token, ...form })
    const audienceAfter = async (form: Form) => {
      const tokens = await tokensOf(refresh(form))
      refresh_token = tokens.refresh_token
      return audienceOf(tokens.access_token)
    }
    expect(await audienceAfter({ resource: API })).toBe(API)
    expect(await errorOf(refresh({ resource: 'urn:example:api' }))).toBe('invalid_target')
    expect(await audienceAfter({})).toEqual([API, OTHER_API])
    const acme = await world.tenant('acme')
    const change = (resources: string[]) =>
      acme.api('PATCH', `/applications/${client.id}`, { clientMetadata: { requirePkce: false, resources } })
    expect((await change([API])).status).toBe(200)
    expect(await audienceAfter({})).toBe(API)
    expect((await change([])).status).toBe(200)
    expect(await errorOf(refresh({}))).toBe('invalid_target')
    expect((await change([API, OTHER_API, 'urn:example:api'])).status).toBe(200)
  })

  test('of client credentials is for what is asked for', async () => {
    const ask = (resource: string) => post(world, client, { grant_type: 'client_credentials', resource })
    expect(audienceOf((await tokensOf(ask('urn:example:api'))).access_token)).toBe('urn:example:api')
    expect(await errorOf(ask('urn:example:other'))).toBe('invalid_target')
  })
})

describe('our own endpoints take', () => {
  async function statuses(token: string): Promise<number[]> {
    const acme = await world.tenant('acme')
    const headers = { Authorization: `Bearer ${token}` }
    const [scim, api] = await Promise.all(
      ['/scim2/Me', '/api/v1/applications'].map((path) => acme.fetch(path, { headers })),
    )
    return [(await userinfo(world, token)).status, scim?.status ?? 0, api?.status ?? 0]
  }

  // Kim may not read applications: 403 says that the token itself is taken.
  test.each<[string, () => string | undefined, number[]]>([
    ['a token for ourselves everywhere', () => undefined, [200, 200, 403]],
    ['a token for userinfo there alone', () => own.userinfo, [200, 401, 401]],
    ['a token for scim2 there alone', () => own.scim, [401, 200, 401]],
    ['a token for the management API there alone', () => own.api, [401, 401, 403]],
    ['a token for another nowhere', () => API, [401, 401, 401]],
  ])('%s (RFC 9068 section 4)', async (_what, resource, expected) => {
    const asked = resource()
    const code = await codeFor(world, {
      client_id: client.clientId,
      scope: SCOPE,
      ...(asked ? { resource: asked } : {}),
    })
    const form = { grant_type: 'authorization_code', redirect_uri: REDIRECT_URI, code }
    expect(await statuses((await tokensOf(post(world, client, form))).access_token)).toEqual(expected)
  })
})
