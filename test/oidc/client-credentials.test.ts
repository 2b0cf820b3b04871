/** The client_credentials grant (RFC 6749 section 4.4): what a client gets for itself, and what it cannot be taken for. */
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { basicHeader } from '../support/app.ts'
import { contentsOf } from '../support/contents.ts'
import { type Client, type OidcWorld, oidcWorld, postToken, register, userinfo } from './world.ts'

let world: OidcWorld
let client: Client
beforeAll(async () => {
  world = await oidcWorld()
  client = await register(world, {
    name: 'machine',
    grantTypes: ['client_credentials'],
    permissions: ['scim:read', 'applications:read'],
  })
})

function ask(form: Record<string, string> = {}, who = client): Promise<Response> {
  const basic = basicHeader(who.clientId, who.clientSecret)
  return postToken(world, { grant_type: 'client_credentials', ...form }, basic)
}

async function tokenOf(form: Record<string, string> = {}): Promise<string> {
  return ((await (await ask(form)).json()) as { access_token: string }).access_token
}

async function refusal(answer: Promise<Response>): Promise<[number, string]> {
  const { status, ...rest } = await answer.then(async (one) => ({ status: one.status, ...(await one.json()) }))
  return [status, rest.error]
}

describe('a client', () => {
  test('gets an access token of its own, without a refresh token (section 4.4.3) or an id_token', async () => {
    const answer = (await (await ask()).json()) as Record<string, string>
    expect(answer).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'scim:read applications:read',
    })
    const claims = decodeJwt(answer.access_token ?? '')
    expect(claims).toMatchObject({ sub: client.clientId, client_id: client.clientId, iss: world.issuer })
  })

  test('gets less if it asks for less', async () => {
    expect(decodeJwt(await tokenOf({ scope: 'scim:read' })).scope).toBe('scim:read')
  })

  test.each(['openid', 'scim:read openid', 'offline_access', 'scim:write', 'unknown'])(
    'does not get the scope "%s", for nobody is signed in or allows it (section 5.2)',
    async (scope) => {
      expect(await refusal(ask({ scope }))).toEqual([400, 'invalid_scope'])
    },
  )

  test('gets nothing if it may not use the grant, or keeps no secret', async () => {
    expect(await refusal(ask({}, world.application))).toEqual([400, 'unauthorized_client'])
    const settings = { name: 'public machine', tokenEndpointAuthMethod: 'none', grantTypes: ['client_credentials'] }
    const { clientId } = await register(world, settings)
    const answer = postToken(world, { grant_type: 'client_credentials', client_id: clientId }, null)
    expect(await refusal(answer)).toEqual([400, 'unauthorized_client'])
  })

  test('costs no write', async () => {
    await tokenOf()
    const before = await contentsOf(world.platform.db)
    await tokenOf()
    expect(await contentsOf(world.platform.db)).toEqual(before)
  })
})

describe('its token stands for no person (RFC 9700 section 4.15)', () => {
  test('at userinfo', async () => {
    const answer = await userinfo(world, await tokenOf())
    expect(answer.headers.get('WWW-Authenticate')).toContain('stands for an application, not a person')
    expect(await refusal(Promise.resolve(answer))).toEqual([401, 'invalid_token'])
  })

  test.each(['/scim2/Users', '/scim2/Me', '/api/v1/applications'])('at %s', async (path) => {
    const headers = { Authorization: `Bearer ${await tokenOf()}` }
    expect((await world.app.request(world.issuer + path, { headers })).status).toBe(401)
  })
})
