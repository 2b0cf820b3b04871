/** Token exchange (RFC 8693): who may exchange what, for what, and when the new token is over. */
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { TOKEN_EXCHANGE_GRANT } from '../../../src/applications/settings.ts'
import { keepGrantOfCode } from '../../../src/oidc/exchange/commands.ts'
import { readAccessToken } from '../../../src/oidc/access-tokens.ts'
import { basicHeader } from '../../support/app.ts'
import { contentsOf } from '../../support/contents.ts'
import { type Client, type OidcWorld, oidcWorld, postToken, register, userinfo } from '../world.ts'
import {
  ACCESS_TOKEN,
  API,
  errorOf,
  type Form,
  introspect,
  OTHER_API,
  post,
  setActive,
  type Tokens,
  tokensFor,
  tokensOf,
} from './world.ts'

const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials']

let world: OidcWorld
/** Where Kim signs in; the API that it calls; and one that has nothing to do with it. */
let shop: Client
let api: Client
let stranger: Client
beforeAll(async () => {
  world = await oidcWorld('acme')
  world.hold(true)
  const permissions = ['scim:read', 'scim:me']
  const own = { permissions, clientMetadata: { resources: [API, OTHER_API] } }
  shop = await register(world, { name: 'shop', grantTypes: GRANTS, ...own }, 'acme')
  const grantTypes = [TOKEN_EXCHANGE_GRANT, 'client_credentials']
  const apiMetadata = { servesResources: [API], resources: [OTHER_API] }
  const settings = { redirectUris: [], grantTypes, permissions: ['scim:me'] }
  api = await register(world, { name: 'api', ...settings, clientMetadata: apiMetadata }, 'acme')
  stranger = await register(world, { name: 'stranger', ...settings }, 'acme')
})

const SCOPE = 'openid profile scim:read scim:me'

function forApi(parameters: Record<string, string> = {}) {
  return tokensFor(world, shop, { scope: SCOPE, resource: API, ...parameters })
}

function exchange(subject_token: string, form: Form = {}, client = api): Promise<Response> {
  const all = { grant_type: TOKEN_EXCHANGE_GRANT, subject_token, subject_token_type: ACCESS_TOKEN, ...form }
  return post(world, client, all)
}

describe('an application that the token is meant for', () => {
  test('gets one for the same person, of its own, and is told what it is (RFC 8693 section 2.2.1)', async () => {
    const { access_token: subject } = await forApi()
    const answer = await exchange(subject)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const given = await tokensOf(answer)
    expect(given).toMatchObject({ issued_token_type: ACCESS_TOKEN, token_type: 'Bearer' })
    expect(given).not.toHaveProperty('id_token')
    expect(given).not.toHaveProperty('refresh_token')
    const [before, after] = [decodeJwt(subject), decodeJwt(given.access_token)]
    expect(after).toMatchObject({ sub: world.kimId, client_id: api.clientId, aud: API })
    expect(after).not.toHaveProperty('act')
    expect(after.jti).not.toBe(before.jti)
  })

  test('gets no more than it may have itself, and less where it asks for less; never more (section 2.1)', async () => {
    const { access_token: subject } = await forApi()
    expect((await tokensOf(exchange(subject))).scope).toBe('openid profile scim:me')
    expect((await tokensOf(exchange(subject, { scope: 'profile' }))).scope).toBe('profile')
    expect(await errorOf(exchange(subject, { scope: 'profile email' }))).toBe('invalid_scope')
    expect(await errorOf(exchange(subject, { scope: 'scim:read' }))).toBe('invalid_scope')
    const { access_token: narrow } = await forApi({ scope: 'openid' })
    expect(await errorOf(exchange(narrow, { scope: 'openid scim:me' }))).toBe('invalid_scope')
  })

  test('may ask for a token for what an administrator lets it call, and for nothing else: invalid_target (section 2.2.2)', async () => {
    const { access_token: subject } = await forApi()
    const forOther = await tokensOf(exchange(subject, { resource: OTHER_API }))
    expect(decodeJwt(forOther.access_token).aud).toBe(OTHER_API)
    const forBoth = await tokensOf(exchange(subject, { resource: [API], audience: [OTHER_API] }))
    expect(decodeJwt(forBoth.access_token).aud).toEqual([API, OTHER_API])
    for (const target of ['https://elsewhere.example', world.issuer, `${world.issuer}/scim2`, 'x']) {
      expect(await errorOf(exchange(subject, { resource: target }))).toBe('invalid_target')
    }
  })

  test('gets one that lives no longer than the one that it gave', async () => {
    const { access_token: subject } = await forApi()
    world.advance(50 * 60_000)
    const given = await tokensOf(exchange(subject))
    expect(given.expires_in).toBeLessThanOrEqual(600)
    expect(decodeJwt(given.access_token).exp).toBe(decodeJwt(subject).exp)
  })

  test('may give it as the JWT that it is (section 3)', async () => {
    const { access_token: subject } = await forApi()
    expect((await exchange(subject, { subject_token_type: JWT })).status).toBe(200)
    expect((await exchange(subject, { requested_token_type: ACCESS_TOKEN })).status).toBe(200)
  })
})

describe('the new token ends', () => {
  const isActive = async (tokens: Tokens) => (await introspect(world, api, tokens.access_token)).active

  test('with the grant that the old one stands on', async () => {
    const { access_token, refresh_token } = await forApi({ scope: `${SCOPE} offline_access` })
    const given = await tokensOf(exchange(access_token))
    const again = await tokensOf(exchange(given.access_token))
    expect([await isActive(given), await isActive(again)]).toEqual([true, true])
    expect((await post(world, shop, { token: refresh_token }, '/oauth2/revoke')).status).toBe(200)
    expect([await isActive(given), await isActive(again)]).toEqual([false, false])
  })

  test('with the code that gave the old one, where there is no other grant: a replay ends both', async () => {
    const { access_token, code } = await forApi()
    const given = await tokensOf(exchange(access_token))
    expect(await isActive(given)).toBe(true)
    expect(await errorOf(postToken(world, { code }, basicHeader(shop.clientId, shop.clientSecret)))).toBe(
      'invalid_grant',
    )
    expect(await isActive(given)).toBe(false)
    expect(await errorOf(exchange(access_token))).toBe('invalid_request')
  })

  test.each(['has it', 'had the old one'])('with the application that %s', async (which) => {
    const acme = await world.tenant('acme')
    const permissions = ['scim:me']
    const old = await register(world, { name: `old ${which}`, permissions }, 'acme')
    const clientMetadata = { exchangesTokensOf: [old.clientId] }
    const settings = { redirectUris: [], grantTypes: [TOKEN_EXCHANGE_GRANT], permissions, clientMetadata }
    const own = await register(world, { name: `own ${which}`, ...settings }, 'acme')
    const { access_token } = await tokensFor(world, old, { scope: 'openid scim:me' })
    const given = await tokensOf(exchange(access_token, {}, own))
    const headers = { Authorization: `Bearer ${given.access_token}` }
    const opens = async () => [
      (await userinfo(world, given.access_token)).status,
      (await acme.fetch('/scim2/Me', { headers })).status,
    ]
    expect(await opens()).toEqual([200, 200])
    const { id } = which === 'has it' ? own : old
    expect((await acme.api('DELETE', `/applications/${id}`)).status).toBe(204)
    expect(await opens()).toEqual([401, 401])
    expect((await userinfo(world, access_token)).status).toBe(which === 'has it' ? 200 : 401)
  })

  test('at once, if the code is replayed while its token is exchanged', async () => {
    const { access_token, code } = await forApi()
    const read = await readAccessToken(await world.scope('acme'), access_token)
    await postToken(world, { code }, basicHeader(shop.clientId, shop.clientSecret))
    await keepGrantOfCode(await world.scope('acme'), read)
    expect((await contentsOf(world.platform.db)).get('grants') ?? '').not.toContain(read.tokenId)
  })

  test('when the person is deactivated', async () => {
    const { access_token } = await forApi()
    const given = await tokensOf(exchange(access_token))
    await setActive(world, 'acme', false)
    expect(await isActive(given)).toBe(false)
    expect(await errorOf(exchange(access_token))).toBe('invalid_request')
    await setActive(world, 'acme', true)
    expect(await isActive(given)).toBe(false)
  })
})

describe('a token is not exchanged', () => {
  test('by whom it is not meant for, unless an administrator names whose tokens it may exchange', async () => {
    const { access_token } = await forApi()
    expect(await errorOf(exchange(access_token, {}, stranger))).toBe('invalid_request')
    const settings = { redirectUris: [], grantTypes: [TOKEN_EXCHANGE_GRANT] }
    const named = { name: 'named', ...settings, clientMetadata: { exchangesTokensOf: [shop.clientId] } }
    const gateway = await register(world, named, 'acme')
    expect((await exchange(access_token, {}, gateway)).status).toBe(200)
  })

  test('by an application without this grant, or with a wrong secret', async () => {
    const { access_token } = await forApi()
    expect(await errorOf(exchange(access_token, {}, shop))).toBe('unauthorized_client')
    expect((await exchange(access_token, {}, { ...api, clientSecret: 'wrong' })).status).toBe(401)
  })

  test('if it is over, of another tenant, an id_token, or none', async () => {
    const { access_token, id_token } = await forApi()
    const root = { ...world, base: '', issuer: world.platform.config.baseUrl }
    const twin = await register(world, {
      name: 'twin',
      grantTypes: ['authorization_code', TOKEN_EXCHANGE_GRANT],
      clientMetadata: { servesResources: [API], exchangesTokensOf: [shop.clientId] },
    })
    const all = { grant_type: TOKEN_EXCHANGE_GRANT, subject_token: access_token, subject_token_type: ACCESS_TOKEN }
    expect(await errorOf(post(root, twin, all))).toBe('invalid_request')
    for (const token of [id_token, 'x', `${access_token}x`]) {
      expect(await errorOf(exchange(token))).toBe('invalid_request')
    }
    await post(world, shop, { token: access_token }, '/oauth2/revoke')
    expect(await errorOf(exchange(access_token))).toBe('invalid_request')
    const { access_token: late } = await forApi()
    world.advance(3600_000)
    expect(await errorOf(exchange(late))).toBe('invalid_request')
  })

  test('if it stands for an application', async () => {
    const own = await tokensOf(post(world, api, { grant_type: 'client_credentials' }))
    expect(await errorOf(exchange(own.access_token))).toBe('invalid_request')
  })

  test('without its type, with a type that is not read, or for another kind of token', async () => {
    const { access_token } = await forApi()
    const wrong: Form[] = [
      { subject_token_type: '' },
      { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
      { subject_token: '' },
      { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
      { actor_token_type: ACCESS_TOKEN },
    ]
    for (const form of wrong) {
      expect(await errorOf(exchange(access_token, form))).toBe('invalid_request')
    }
  })
})

describe('who acts (section 4.1)', () => {
  const ownToken = async (client: Client) =>
    (await tokensOf(post(world, client, { grant_type: 'client_credentials' }))).access_token

  test('stands in the token, whoever acted before within, and introspection tells it', async () => {
    const { access_token } = await forApi()
    const actor = { actor_token: await ownToken(api), actor_token_type: ACCESS_TOKEN }
    const given = await tokensOf(exchange(access_token, actor))
    const act = { sub: api.clientId, client_id: api.clientId }
    expect(decodeJwt(given.access_token)).toMatchObject({ sub: world.kimId, act })
    expect(await introspect(world, api, given.access_token)).toMatchObject({ active: true, sub: world.kimId, act })
    const twice = await tokensOf(exchange(given.access_token, actor))
    expect(decodeJwt(twice.access_token).act).toEqual({ ...act, act })
    const silent = await tokensOf(exchange(given.access_token))
    expect(decodeJwt(silent.access_token).act).toEqual(act)
  })

  test('has a token of its own, which is good', async () => {
    const { access_token } = await forApi()
    const others = { actor_token: await ownToken(stranger), actor_token_type: ACCESS_TOKEN }
    expect(await errorOf(exchange(access_token, others))).toBe('invalid_request')
    expect(await errorOf(exchange(access_token, { ...others, actor_token: 'x' }))).toBe('invalid_request')
    const mine = await ownToken(api)
    await post(world, api, { token: mine }, '/oauth2/revoke')
    expect(await errorOf(exchange(access_token, { ...others, actor_token: mine }))).toBe('invalid_request')
  })
})
