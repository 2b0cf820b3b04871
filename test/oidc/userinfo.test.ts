import { beforeAll, expect, test } from 'vitest'
import { verifyEmail } from '../../src/directory/verified/commands.ts'
import { plansOf } from '../support/plans.ts'
import { codeFor, type OidcWorld, oidcWorld, redeem, register, userinfo } from './world.ts'

let world: OidcWorld
beforeAll(async () => {
  world = await oidcWorld()
})

async function accessToken(scope = 'openid profile email phone groups'): Promise<string> {
  return (await redeem(world, await codeFor(world, { scope }))).access_token
}

function send(init: RequestInit, query = ''): Promise<Response> {
  return Promise.resolve(world.app.request(`${world.issuer}/oauth2/userinfo${query}`, init))
}

test('answers to GET and POST with the token in the header, and to POST with it in the form (RFC 6750 section 2)', async () => {
  const token = await accessToken()
  const headers = { Authorization: `Bearer ${token}` }
  const answers = await Promise.all([
    send({ headers }),
    send({ method: 'POST', headers }),
    send({ method: 'POST', body: new URLSearchParams({ access_token: token }) }),
  ])
  const people = await Promise.all(answers.map((answer) => answer.json()))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(people[0]).toMatchObject({ sub: world.kimId, email: 'kim@example.com', family_name: 'Berry' })
  expect(people[1]).toEqual(people[0])
  expect(people[2]).toEqual(people[0])
})

test('shows what the scopes give, and the groups of the person', async () => {
  const tenant = await world.tenant()
  await tenant.scim('POST', '/Groups', { displayName: 'team', members: [{ value: world.kimId }] })
  const answer = await userinfo(world, await accessToken('openid groups'))
  expect(await answer.json()).toEqual({ sub: world.kimId, groups: ['team'] })
})

test('reads no token from the address, where logs would keep it (RFC 9700 section 4.3.2)', async () => {
  const answer = await send({}, `?access_token=${await accessToken()}`)
  expect(answer.status).toBe(401)
})

test('refuses a token that is none, with a Bearer challenge (RFC 6750 section 3)', async () => {
  for (const init of [{}, { headers: { Authorization: 'Bearer abc' } }, { method: 'POST', body: 'access_token=abc' }]) {
    const answer = await send(init)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Bearer error="invalid_token"/)
  }
})

test('refuses a token that was changed', async () => {
  const [header, payload = '', signature] = (await accessToken()).split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody else' })).toString('base64url')
  expect((await userinfo(world, `${header}.${forged}.${signature}`)).status).toBe(401)
  const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url')
  expect((await userinfo(world, `${unsigned}.${payload}.`)).status).toBe(401)
})

test('refuses a token after an hour', async () => {
  const token = await accessToken()
  world.advance(3600_000)
  expect((await userinfo(world, token)).status).toBe(401)
})

test('refuses the token of a person who was deactivated, also when she is back: it ended then', async () => {
  const token = await accessToken()
  const tenant = await world.tenant()
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const setActive = (value: boolean) =>
    tenant.scim('PATCH', `/Users/${world.kimId}`, { schemas, Operations: [{ op: 'replace', path: 'active', value }] })
  await setActive(false)
  expect((await userinfo(world, token)).status).toBe(401)
  await setActive(true)
  expect((await userinfo(world, token)).status).toBe(401)
})

test('refuses the token of an application that was removed', async () => {
  const application = await register(world, { name: 'short-lived' })
  const short = { ...world, application }
  const { access_token } = await redeem(short, await codeFor(short, { client_id: application.clientId }))
  await (await world.tenant()).api('DELETE', `/applications/${application.id}`)
  expect((await userinfo(world, access_token)).status).toBe(401)
})

test('no look at the database while nothing in it changes, else one by its indexes, says what the token stands on and what is told of the person', async () => {
  const plans = await plansOf(world.platform.db)
  for (const scope of ['openid profile email', 'openid email groups roles', 'openid offline_access email']) {
    const token = await accessToken(scope)
    await userinfo(world, token)
    expect(await plans.statementsOf(() => userinfo(world, token))).toEqual([])
    // Something changes, whatever it is.
    await world.platform.db.$client.execute('update users set version = version')
    const asked = await plans.demandIndexes(() => userinfo(world, token))
    expect(asked.map(({ sql }) => sql)).toHaveLength(1)
  }
})

test('what a process told last is told no longer than it is so', async () => {
  const token = await accessToken('openid profile email groups roles')
  const told = async () => (await userinfo(world, token)).json() as Promise<Record<string, unknown>>
  const before = await told()
  expect(await told()).toEqual(before)
  expect(before).toMatchObject({ family_name: 'Berry', email_verified: false })
  await verifyEmail(await world.scope(), world.kimId, 'kim@example.com')
  expect(await told()).toEqual({ ...before, email_verified: true })

  const tenant = await world.tenant()
  const group = await tenant.scim('POST', '/Groups', { displayName: 'later', members: [{ value: world.kimId }] })
  expect((await told()).groups).toContain('later')
  await tenant.scim('DELETE', `/Groups/${((await group.json()) as { id: string }).id}`)
  expect((await told()).groups).toEqual(before.groups)

  const clientMetadata = { claims: { nick: { attribute: 'nickName', in: ['userinfo'] } }, requirePkce: false }
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const Operations = [{ op: 'replace', path: 'nickName', value: 'Kimmy' }]
  expect((await tenant.scim('PATCH', `/Users/${world.kimId}`, { schemas, Operations })).status).toBe(200)
  expect(await told()).toMatchObject({ nickname: 'Kimmy' })
  const changed = await tenant.api('PATCH', `/applications/${world.application.id}`, { clientMetadata })
  expect(changed.status).toBe(200)
  expect(await told()).toMatchObject({ nick: 'Kimmy' })
})

test('refuses a form that is too long before it reads it', async () => {
  const answer = await send({ method: 'POST', body: new URLSearchParams({ access_token: 'x'.repeat(70_000) }) })
  expect(answer.status).toBe(400)
})

test('may be asked by a script of any site: the token is in the request (Fetch, CORS)', async () => {
  const headers = { Origin: 'https://spa.example', 'Access-Control-Request-Method': 'GET' }
  const preflight = await send({ method: 'OPTIONS', headers })
  expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe('*')
  expect(preflight.headers.get('Access-Control-Allow-Headers')).toContain('Authorization')
})

test('who has a great deal in her document is read each time: it would fill the memory that all tenants share', async () => {
  const tenant = await world.tenant()
  const photos = Array.from({ length: 10 }, (_, i) => ({ value: `https://photos.example/${'x'.repeat(1000)}${i}` }))
  await tenant.scim('PATCH', `/Users/${world.kimId}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'add', path: 'photos', value: photos }],
  })
  const plans = await plansOf(world.platform.db)
  const application = await register(world, { name: 'reader' })
  const { access_token: token } = await redeem({ ...world, application }, await codeFor({ ...world, application }))
  const told = await (await userinfo(world, token)).json()
  const asked = await plans.statementsOf(async () => expect(await (await userinfo(world, token)).json()).toEqual(told))
  expect(asked).toHaveLength(1)
})
