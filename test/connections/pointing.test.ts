/** Who may say that somebody else vouches for the people of a connection: their links lead there, whoever that is. */
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { basicHeader, type TestTenant, testWorld } from '../support/app.ts'

const ROLE = 'urn:ietf:params:scim:schemas:extension:2.0:Role'
const AUTHENTICATOR = {
  type: 'oidc',
  clientId: 'c',
  clientSecret: 's',
  issuer: 'https://idp.example',
  authorizationEndpoint: 'https://idp.example/authorize',
  tokenEndpoint: 'https://idp.example/token',
  jwksUri: 'https://idp.example/jwks',
}
/** All that is needed to say who comes, by the name of the provider that the links are of. */
const MINE = {
  clientSecret: 'mine',
  authorizationEndpoint: 'https://mine.example/authorize',
  tokenEndpoint: 'https://mine.example/token',
  jwksUri: 'https://mine.example/jwks',
}

let tenant: TestTenant
let connection: string
let count = 0

beforeAll(async () => {
  tenant = await (await testWorld()).tenant()
  const integrator = await idOf(tenant.scim('POST', '/Users', { userName: 'integrator', password: 'Integr4tor-pass' }))
  await role('integrator', ['connections:read', 'connections:write'], { users: [{ value: integrator }] })
})
beforeEach(async () => {
  const body = { name: `connection ${++count}`, authenticator: AUTHENTICATOR }
  connection = await idOf(tenant.api('POST', '/connections', body))
})

async function idOf(sent: Promise<Response>): Promise<string> {
  const answer = await sent
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: string }).id
}
function role(displayName: string, permissions: readonly string[], holders: object): Promise<string> {
  const permitted = permissions.map((value) => ({ value }))
  return idOf(tenant.scim('POST', '/v2/Roles', { schemas: [ROLE], displayName, permissions: permitted, ...holders }))
}
async function linkedUser(): Promise<string> {
  const userName = `person-${++count}`
  const id = await idOf(tenant.scim('POST', '/Users', { userName }))
  const link = { connection, subject: userName }
  expect((await tenant.api('POST', `/users/${id}/linked-accounts`, link)).status).toBe(201)
  return id
}
const change = (authenticator: object | null) =>
  tenant.fetch(`/api/v1/connections/${connection}`, {
    method: 'PATCH',
    headers: { Authorization: basicHeader('integrator', 'Integr4tor-pass'), 'Content-Type': 'application/json' },
    body: JSON.stringify({ authenticator }),
  })

test.each<[string, object]>([
  ['her own endpoints and keys, by the same issuer', MINE],
  ['her own keys', { jwksUri: MINE.jwksUri }],
  ['her own page', { authorizationEndpoint: MINE.authorizationEndpoint }],
  ['another issuer, whose links wait', { issuer: 'https://former.example' }],
  ['another kind of provider', { type: 'oauth2', userinfoEndpoint: 'https://idp.example/me', clientSecret: 'mine' }],
])(
  'nobody points a connection by which an administrator signs in at %s who may do less than she',
  async (_what, to) => {
    const linked = await linkedUser()
    const held = await role(`role-${count}`, ['settings:write'], { users: [{ value: linked }] })
    const refused = await change(to)
    expect(refused.status).toBe(403)
    expect(((await refused.json()) as { detail: string }).detail).toContain('settings:write')
    // The same over nothing at all.
    expect((await change(null)).status).toBe(200)
    expect((await change({ ...AUTHENTICATOR, ...to })).status).toBe(403)
    await tenant.scim('DELETE', `/v2/Roles/${held}`)
    expect((await change({ ...AUTHENTICATOR, ...to })).status).toBe(200)
  },
)

test('a role that is held through groups in groups counts', async () => {
  const linked = await linkedUser()
  const group = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'] }
  const below = await idOf(
    tenant.scim('POST', '/Groups', { ...group, displayName: `below-${count}`, members: [{ value: linked }] }),
  )
  const above = await idOf(
    tenant.scim('POST', '/Groups', { ...group, displayName: `above-${count}`, members: [{ value: below }] }),
  )
  await role(`role-${count}`, ['scim:write'], { groups: [{ value: above }] })
  expect((await change(MINE)).status).toBe(403)
})

test('what says nothing of who vouches, or is of people who may do no more than everybody, is hers to change', async () => {
  await linkedUser()
  expect((await change(MINE)).status).toBe(200)
  const administrator = await linkedUser()
  await role(`role-${count}`, ['settings:write'], { users: [{ value: administrator }] })
  expect((await change({ scopes: ['openid', 'email'], passOn: ['prompt'] })).status).toBe(200)
  expect((await change({ ...AUTHENTICATOR, ...MINE, clientSecret: 'rotated' })).status).toBe(200)
})
