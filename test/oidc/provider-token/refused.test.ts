/** Who is not given the tokens of a provider. */
import { beforeEach, describe, expect, test } from 'vitest'
import { TOKEN_EXCHANGE_GRANT } from '../../../src/applications/settings.ts'
import { basicHeader } from '../../support/app.ts'
import { fakeIdp } from '../../support/fake-idp.ts'
import { type ClientKey, clientKey, proofFor } from '../dpop/world.ts'
import { ACCESS_TOKEN, post, setActive, tokensFor, tokensOf } from '../grants/world.ts'
import { codeFor, KIM, REDIRECT_URI, register } from '../world.ts'
import {
  PROVIDER_TOKEN,
  GRANTS,
  world,
  tenant,
  connection,
  shop,
  subject,
  useProviderTokens,
  connect,
  signInAtProvider,
  exchange,
  refusal,
  idp,
  rows,
} from './world.ts'

useProviderTokens()

describe('refused:', () => {
  beforeEach(() => signInAtProvider())

  test('an application that may not, a connection that it may not, and none', async () => {
    const other = await register(world, { name: 'other', grantTypes: GRANTS }, 'acme')
    const { access_token } = await tokensFor(world, other, { scope: 'openid' })
    expect(await refusal(exchange({}, other, access_token))).toEqual([400, 'invalid_target'])
    const elsewhere = await connect('Elsewhere', true)
    expect(await refusal(exchange({ connection: elsewhere }))).toEqual([400, 'invalid_target'])
    expect(await refusal(exchange({ connection: 'none' }))).toEqual([400, 'invalid_target'])
    expect(await refusal(exchange({ connection: [] }))).toEqual([400, 'invalid_request'])
  })

  test('an application without the grant, and one that does not prove who it is', async () => {
    const clientMetadata = { providerTokensOf: [connection] }
    const other = await register(world, { name: 'other', clientMetadata }, 'acme')
    const { access_token } = await tokensFor(world, other, { scope: 'openid' })
    expect(await refusal(exchange({}, other, access_token))).toEqual([400, 'unauthorized_client'])
    expect((await exchange({}, { ...shop, clientSecret: 'wrong' })).status).toBe(401)
  })

  test('the token of another application, unless an administrator has named it', async () => {
    const clientMetadata = { providerTokensOf: [connection] }
    const other = await register(world, { name: 'other', grantTypes: GRANTS, clientMetadata }, 'acme')
    expect(await refusal(exchange({}, other))).toEqual([400, 'invalid_request'])
    const named = { ...clientMetadata, exchangesTokensOf: [shop.clientId] }
    const trusted = await register(world, { name: 'trusted', grantTypes: GRANTS, clientMetadata: named }, 'acme')
    expect((await exchange({}, trusted)).status).toBe(200)
  })

  test('another tenant’s application, by its own name and with ours', async () => {
    const foreign = await register(world, {
      name: 'foreign',
      grantTypes: GRANTS,
      clientMetadata: { providerTokensOf: [connection] },
    })
    const inRoot = { ...world, issuer: world.platform.config.baseUrl }
    const asked = { requested_token_type: PROVIDER_TOKEN, connection, subject_token: subject }
    const form = { grant_type: TOKEN_EXCHANGE_GRANT, subject_token_type: ACCESS_TOKEN, ...asked }
    expect(await refusal(post(inRoot, foreign, form))).toEqual([400, 'invalid_request'])
  })

  test('a grant that was revoked, a person who was deactivated, a token that is over', async () => {
    const { access_token, refresh_token } = await tokensFor(world, shop, { scope: 'openid offline_access' })
    expect((await exchange({}, shop, access_token)).status).toBe(200)
    await post(world, shop, { token: refresh_token }, '/oauth2/revoke')
    expect(await refusal(exchange({}, shop, access_token))).toEqual([400, 'invalid_request'])
    await setActive(world, 'acme', false)
    expect(await refusal(exchange())).toEqual([400, 'invalid_request'])
    await setActive(world, 'acme', true)
    world.advance(2 * 3_600_000)
    expect(await refusal(exchange())).toEqual([400, 'invalid_request'])
  })

  test('a token that is bound to a key which is not shown (RFC 9449), as that key alone makes it worth anything', async () => {
    const key = await clientKey()
    const url = `${world.issuer}/oauth2/token`
    const sendBy = async (by: ClientKey | undefined, form: Record<string, string>) =>
      world.app.request(url, {
        method: 'POST',
        headers: {
          Authorization: basicHeader(shop.clientId, shop.clientSecret),
          ...(by ? { DPoP: await proofFor(world, by, ['POST', url]) } : {}),
        },
        body: new URLSearchParams(form),
      })
    const code = await codeFor(world, { client_id: shop.clientId })
    const redeemed = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI }
    const bound = await tokensOf(sendBy(key, redeemed))
    expect(bound.token_type).toBe('DPoP')
    const asked = { requested_token_type: PROVIDER_TOKEN, connection, subject_token: bound.access_token }
    const form = { grant_type: TOKEN_EXCHANGE_GRANT, subject_token_type: ACCESS_TOKEN, ...asked }
    expect(await refusal(sendBy(undefined, form))).toEqual([400, 'invalid_request'])
    expect(await refusal(sendBy(await clientKey(), form))).toEqual([400, 'invalid_request'])
    // It is the provider's token, and no key of ours is in it.
    expect((await tokensOf(sendBy(key, form))).token_type).toBe('Bearer')
  })

  test('a token of the application itself, an actor, and a connection that keeps none any more', async () => {
    const machine = { name: 'machine', grantTypes: [TOKEN_EXCHANGE_GRANT, 'client_credentials'], redirectUris: [] }
    const clientMetadata = { providerTokensOf: [connection] }
    const client = await register(world, { ...machine, clientMetadata }, 'acme')
    const own = await tokensOf(post(world, client, { grant_type: 'client_credentials' }))
    expect(await refusal(exchange({}, client, own.access_token))).toEqual([400, 'invalid_request'])
    const actor = { actor_token: subject, actor_token_type: ACCESS_TOKEN }
    expect(await refusal(exchange(actor))).toEqual([400, 'invalid_request'])
    await tenant.api('PATCH', `/connections/${connection}`, { authenticator: { keepTokens: null } })
    expect(await refusal(exchange())).toEqual([400, 'invalid_grant'])
  })

  test('what another provider gave, once the connection is pointed elsewhere: its refresh token goes nowhere', async () => {
    const elsewhere = await fakeIdp()
    const { authorizationEndpoint, tokenEndpoint, clientSecret } = elsewhere.authenticator
    const authenticator = { authorizationEndpoint, tokenEndpoint, clientSecret }
    expect((await tenant.api('PATCH', `/connections/${connection}`, { authenticator })).status).toBe(200)
    world.advance(600_000)
    expect(await refusal(exchange())).toEqual([400, 'invalid_grant'])
    expect(elsewhere.calls).not.toContain('/token')
    await elsewhere.close()
  })

  test('what was kept, once other endpoints speak for the same issuer: no refresh token goes there', async () => {
    await signInAtProvider()
    const elsewhere = await fakeIdp()
    const { authorizationEndpoint, tokenEndpoint, clientSecret } = elsewhere.authenticator
    const named = { issuer: idp.origin, jwksUri: `${elsewhere.origin}/jwks` }
    const authenticator = { authorizationEndpoint, tokenEndpoint, clientSecret, ...named }
    expect((await tenant.api('PATCH', `/connections/${connection}`, { authenticator })).status).toBe(200)
    world.advance(600_000)
    expect(await refusal(exchange())).toEqual([400, 'invalid_grant'])
    expect(elsewhere.calls).not.toContain('/token')
    expect(await rows()).toEqual([])
    await elsewhere.close()
  })

  test('a client that registers itself gets it by nothing that it says (RFC 7591)', async () => {
    await tenant.api('PUT', '/client-registration', { policy: 'open' })
    const body = {
      redirect_uris: ['https://app.example/callback'],
      grant_types: GRANTS,
      providerTokensOf: [connection],
      provider_tokens_of: [connection],
    }
    const answer = await tenant.fetch('/oauth2/register', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    const told = JSON.stringify(await answer.json())
    expect(told).not.toContain(connection)
    const { rows: clients } = await world.platform.db.$client.execute('select client_metadata from applications')
    expect(clients.filter((row) => String(row.client_metadata).includes(connection))).toHaveLength(1)
  })

  test('an administrator of applications alone cannot say so: it takes connections:write', async () => {
    const role = await tenant.scim('POST', '/Roles', {
      displayName: 'Application people',
      permissions: [{ value: 'applications:write' }, { value: 'applications:read' }],
    })
    const { id } = (await role.json()) as { id: string }
    const Operations = [{ op: 'add', path: 'users', value: [{ value: world.kimId }] }]
    await tenant.scim('PATCH', `/Roles/${id}`, { Operations })
    const create = (clientMetadata: object) =>
      tenant.fetch('/api/v1/applications', {
        method: 'POST',
        headers: { Authorization: basicHeader(KIM.userName, KIM.password), 'Content-Type': 'application/json' },
        body: JSON.stringify({ name: 'mine', redirectUris: ['https://app.example/'], clientMetadata }),
      })
    expect((await create({ providerTokensOf: [connection] })).status).toBe(403)
    expect((await create({})).status).toBe(201)
  })
})

test('an ordinary exchange goes on as before, and another type is refused by name', async () => {
  expect((await exchange({ requested_token_type: ACCESS_TOKEN, connection: [] })).status).toBe(200)
  const refused = await exchange({ requested_token_type: 'urn:x' })
  expect(await refusal(refused)).toEqual([400, 'invalid_request'])
})
