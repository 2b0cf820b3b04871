/** Claims that an application alone is told (clientMetadata.claims). */
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { basicHeader } from '../support/app.ts'
import { browserClient } from '../support/browser-client.ts'
import { answerIn, authorizePath, codeFor, type OidcWorld, oidcWorld, REDIRECT_URI, redeem, register } from './world.ts'
import { signIn, userinfo } from './world.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const CUSTOM = 'urn:scim:schemas:extension:custom:User'
const CLAIMS = {
  cost_center: { attribute: `${ENTERPRISE}:costCenter`, in: ['id_token', 'userinfo', 'access_token'] },
  work_email: { attribute: 'emails[type eq "work"].value', in: ['userinfo'] },
  'https://app.example/names': { attribute: 'emails.value', in: ['id_token'] },
  badge: { attribute: `${CUSTOM}:badge`, in: ['id_token'] },
  title: { attribute: 'title' },
}

let world: OidcWorld
beforeAll(async () => {
  world = await oidcWorld()
  const tenant = await world.tenant()
  const attribute = { name: 'badge', type: 'string' }
  expect((await tenant.api('POST', '/user-attributes', attribute)).status).toBe(201)
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const value = {
    emails: [{ value: 'kim@work.example', type: 'work' }],
    [ENTERPRISE]: { costCenter: '4130' },
    [CUSTOM]: { badge: 'B-7' },
  }
  const changed = await tenant.scim('PATCH', `/Users/${world.kimId}`, { schemas, Operations: [{ op: 'add', value }] })
  expect(changed.status).toBe(200)
})

test('each is told where its application wants it, and nowhere else; what a person has not is left out', async () => {
  const application = await register(world, { name: 'mapped', clientMetadata: { claims: CLAIMS } })
  const own = { ...world, application }
  const { id_token, access_token } = await redeem(own, await codeFor(own))
  const [id, access] = [decodeJwt(id_token), decodeJwt(access_token)]
  const person = (await (await userinfo(own, access_token)).json()) as Record<string, unknown>
  expect(id).toMatchObject({ cost_center: '4130', badge: 'B-7' })
  expect(id['https://app.example/names']).toEqual(['kim@example.com', 'kim@work.example'])
  expect(person).toEqual({ sub: world.kimId, cost_center: '4130', work_email: 'kim@work.example' })
  expect(access.cost_center).toBe('4130')
  for (const told of [id, access]) expect(told).not.toHaveProperty('work_email')
  expect(access).not.toHaveProperty('badge')
  for (const told of [id, person]) expect(told).not.toHaveProperty('title')
})

test('another application is told nothing of them', async () => {
  const { id_token, access_token } = await redeem(world, await codeFor(world))
  expect(decodeJwt(id_token)).not.toHaveProperty('cost_center')
  expect(await (await userinfo(world, access_token)).json()).toEqual({ sub: world.kimId })
})

test('roles that are mapped are the organization’s and its own, not those of another application', async () => {
  const claims = { held: { attribute: 'roles.display' } }
  const [one, other] = [
    await register(world, { name: 'one', clientMetadata: { claims } }),
    await register(world, { name: 'two', clientMetadata: { claims } }),
  ]
  const role = {
    displayName: 'editor',
    audience: { type: 'application', value: one.id },
    users: [{ value: world.kimId }],
  }
  expect((await (await world.tenant()).scim('POST', '/v2/Roles', role)).status).toBe(201)
  const heldAt = async (application: typeof one) => {
    const own = { ...world, application }
    return decodeJwt((await redeem(own, await codeFor(own))).id_token).held
  }
  expect([await heldAt(one), await heldAt(other)]).toEqual([['everyone', 'editor'], ['everyone']])
})

test('a person is asked about each before an application of somebody else is told it, and again about a new one', async () => {
  const { claims } = { claims: { badge: CLAIMS.badge } }
  const application = await register(world, { name: 'theirs', clientMetadata: { firstParty: false, claims } })
  const own = { ...world, application }
  const browser = browserClient(world)
  const page = await signIn(browser, await browser.get(authorizePath(own)))
  expect(page.path).toMatch(/^\/consent\?/)
  expect(page.text).toContain('See of your account: badge')
  const hidden = Object.fromEntries(
    [...page.text.matchAll(/type="hidden" name="(request|asked)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  )
  expect(answerIn(await browser.post('/consent', { ...hidden, decision: 'allow' }))).toHaveProperty('code')
  expect(answerIn(await browser.get(authorizePath(own)))).toHaveProperty('code')
  const clientMetadata = {
    requirePkce: false,
    firstParty: false,
    claims: { ...claims, cost_center: CLAIMS.cost_center },
  }
  await (await world.tenant()).api('PATCH', `/applications/${application.id}`, { clientMetadata })
  expect((await browser.get(authorizePath(own))).text).toMatch(/See of your account: cost_center <strong>\(new\)/)
})

describe('is refused', () => {
  test.each<[string, object, string, RegExp?]>([
    [
      'a claim of the protocol',
      { sub: { attribute: 'userName' } },
      'clientMetadata.claims.sub',
      /belongs to the protocol/,
    ],
    ['a name with blanks', { 'my claim': { attribute: 'userName' } }, 'clientMetadata.claims.my claim'],
    ['what users have not', { x: { attribute: 'shoeSize' } }, 'clientMetadata.claims.x.attribute'],
    ['a password', { x: { attribute: 'password' } }, 'clientMetadata.claims.x.attribute'],
    ['a path that is none', { x: { attribute: 'emails[' } }, 'clientMetadata.claims.x.attribute'],
    ['nowhere to tell it', { x: { attribute: 'userName', in: [] } }, 'clientMetadata.claims.x.in'],
  ])('%s', async (_what, claims, field, said = /./) => {
    const body = { name: 'x', redirectUris: [REDIRECT_URI], clientMetadata: { claims } }
    const answer = await (await world.tenant()).api('POST', '/applications', body)
    expect(answer.status).toBe(400)
    const { errors } = (await answer.json()) as { errors: object[] }
    expect(errors).toEqual([{ field, message: expect.stringMatching(said) }])
  })

  test('somebody who may not read people and would have an application read them', async () => {
    const tenant = await world.tenant()
    const dev = { userName: 'dev', password: 'MyPa33w@rd' }
    const { id } = (await (await tenant.scim('POST', '/Users', dev)).json()) as { id: string }
    const permissions = ['applications:read', 'applications:write'].map((value) => ({ value }))
    await tenant.scim('POST', '/Roles', { displayName: 'Devs', permissions, users: [{ value: id }] })
    const application = await register(world, { name: 'hers' })
    const mapped = await register(world, { name: 'mapped already', clientMetadata: { claims: CLAIMS } })
    const patch = (client: string, body: object) =>
      tenant.fetch(`/api/v1/applications/${client}`, {
        method: 'PATCH',
        headers: { Authorization: basicHeader(dev.userName, dev.password), 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await patch(application.id, { clientMetadata: { claims: CLAIMS } })).status).toBe(403)
    expect((await patch(mapped.id, { redirectUris: ['https://mine.example/'] })).status).toBe(403)
    expect((await patch(application.id, { redirectUris: ['https://mine.example/'] })).status).toBe(200)
  })
})
