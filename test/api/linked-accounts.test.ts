/** The accounts at providers with which a user can sign in, in the management API. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { basicHeader, testWorld, type TestTenant, type TestWorld } from '../support/app.ts'
import { browserClient, signedIn } from '../support/browser-client.ts'
import { fakeIdp, type FakeIdp } from '../support/fake-idp.ts'
import { answered, problem } from './world.ts'

const PASSWORD = 'MyPa33w@rd'
const PATH = '/linked-accounts'

let world: TestWorld
let tenant: TestTenant
let idp: FakeIdp
let connection: string
let kim: string
let lee: string
beforeAll(async () => {
  ;[world, idp] = await Promise.all([testWorld(), fakeIdp()])
  tenant = await world.tenant()
  connection = (
    await answered(tenant.api('POST', '/connections', { name: 'IDP', authenticator: idp.authenticator }), 201)
  ).id
  kim = await user('kim')
  lee = await user('lee')
})
afterAll(() => idp.close())

const user = async (userName: string) =>
  (await answered(tenant.scim('POST', '/Users', { userName, password: PASSWORD }), 201)).id
const link = (userId: string, body: object, of = tenant) => of.api('POST', `/users/${userId}${PATH}`, body)
const unlink = (userId: string, of = tenant) => of.api('DELETE', `/users/${userId}${PATH}/${connection}`)
const listed = async (userId: string) => (await answered(tenant.api('GET', `/users/${userId}${PATH}`))).items

/** Goes to the provider and back; whether somebody is signed in then, and who. */
async function signInAtProvider(sub: string): Promise<string | undefined> {
  const browser = browserClient(world)
  idp.person = { sub }
  const away = await browser.get(`/login/connections/${connection}`)
  const back = (await fetch(away.path, { redirect: 'manual' })).headers.get('Location') ?? ''
  await browser.get(back.replace(world.platform.config.baseUrl, ''))
  return /<span class="who">([^<]+)</.exec((await browser.get('/account')).text)?.[1]
}

test('a linked account signs its user in, whatever just-in-time provisioning says, and an unlinked one nobody', async () => {
  expect(await signInAtProvider('kim-1')).toBeUndefined()
  const made = await answered(link(kim, { connection, subject: 'kim-1', display: 'kim@idp.example' }), 201)
  expect(made).toEqual({
    connection: { id: connection, name: 'IDP' },
    issuer: idp.origin,
    subject: 'kim-1',
    display: 'kim@idp.example',
    created: expect.any(String),
  })
  expect(await listed(kim)).toEqual([made])
  expect(await signInAtProvider('kim-1')).toBe('kim')
  expect(await listed(kim)).toEqual([{ ...made, lastSignIn: expect.any(String) }])
  expect((await unlink(kim)).status).toBe(204)
  expect(await listed(kim)).toEqual([])
  expect(await signInAtProvider('kim-1')).toBeUndefined()
})

test('an account is one user’s alone: of two links at once one is made, and the other is 409', async () => {
  const answers = await Promise.all([kim, lee].map((one) => link(one, { connection, subject: 'shared' })))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409])
  const taken = await problem(answers.find(({ status }) => status === 409) as Response)
  expect(taken.detail).not.toMatch(/kim|lee/)
  expect([...((await listed(kim)) as []), ...((await listed(lee)) as [])]).toHaveLength(1)
  await Promise.all([unlink(kim), unlink(lee)])
})

test('a link that is there is given again, with the name that was given last', async () => {
  await answered(link(kim, { connection, subject: 'again', display: 'old' }), 201)
  expect(await answered(link(kim, { connection, subject: 'again', display: 'new' }), 201)).toMatchObject({
    display: 'new',
  })
  expect(await answered(link(kim, { connection, subject: 'again' }), 201)).toMatchObject({ display: 'new' })
  expect(await listed(kim)).toHaveLength(1)
  await unlink(kim)
})

test('a user has one account at a provider: another one is 409', async () => {
  await answered(link(kim, { connection, subject: 'one' }), 201)
  const refused = await problem(link(kim, { connection, subject: 'two' }))
  expect(refused).toMatchObject({ status: 409, detail: 'The user is linked with another account at this provider.' })
  expect(await listed(kim)).toHaveLength(1)
  await unlink(kim)
})

test('it stands in the log of decisions, with who did it', async () => {
  await answered(link(kim, { connection, subject: 'noted', display: 'Kim there' }), 201)
  await problem(link(lee, { connection, subject: 'noted' }))
  const { rows } = await world.platform.db.$client.execute(`select * from sign_in_decisions where subject = 'noted'`)
  expect(rows).toMatchObject([
    { user_id: kim, decision: 'link', reason: 'linked-by-administrator', display: 'Kim there', connection: 'IDP' },
  ])
  expect(JSON.parse(String(rows[0]?.details))).toEqual({ administrator: 'admin' })
  await unlink(kim)
})

test('the account of somebody who was deleted goes to whom an administrator gives it', async () => {
  const gone = await user('gone')
  await answered(link(gone, { connection, subject: 'reused' }), 201)
  await answered(tenant.scim('DELETE', `/Users/${gone}`), 204)
  await answered(link(lee, { connection, subject: 'reused' }), 201)
  expect(await signInAtProvider('reused')).toBe('lee')
  await unlink(lee)
})

test('unlinking ends the sessions that the connection vouched for, and no others', async () => {
  await answered(link(kim, { connection, subject: 'kim-2' }), 201)
  const byPassword = await signedIn(world, { userName: 'kim', password: PASSWORD })
  const byProvider = browserClient(world)
  idp.person = { sub: 'kim-2' }
  const away = await byProvider.get(`/login/connections/${connection}`)
  const back = (await fetch(away.path, { redirect: 'manual' })).headers.get('Location') ?? ''
  await byProvider.get(back.replace(world.platform.config.baseUrl, ''))
  expect((await byProvider.get('/account')).path).toBe('/account')
  expect((await unlink(kim)).status).toBe(204)
  expect((await byProvider.get('/account')).path).toMatch(/^\/login/)
  expect((await byPassword.get('/account')).path).toBe('/account')
})

test('the issuer is the provider’s own unless it is said, and has to be said where it cannot be found', async () => {
  const lost = { ...idp.authenticator, tokenEndpoint: `${idp.origin}/nowhere/token` }
  const other = await answered(tenant.api('POST', '/connections', { name: 'Lost', authenticator: lost }), 201)
  const refused = await problem(link(kim, { connection: other.id, subject: 'x' }))
  expect(refused).toMatchObject({ status: 400, errors: [{ field: 'issuer' }] })
  const said = { connection: other.id, subject: 'x', issuer: 'https://idp.example' }
  expect(await answered(link(kim, said), 201)).toMatchObject({ issuer: 'https://idp.example' })
  await answered(tenant.api('DELETE', `/connections/${other.id}`), 204)
})

test('what is nobody’s, nothing, or another tenant’s is 404, and stores nothing', async () => {
  const acme = await world.tenant('acme')
  const custom = await answered(tenant.api('POST', '/connections', { name: 'Signs nobody in' }), 201)
  const issuer = 'https://idp.example'
  const answers = await Promise.all([
    link('nobody', { connection, subject: 'x' }),
    link(kim, { connection: 'none', subject: 'x' }),
    link(kim, { connection: 'none', subject: 'x', issuer }),
    link(kim, { connection: custom.id, subject: 'x', issuer }),
    link(kim, { connection, subject: 'x' }, acme),
    unlink('nobody'),
    unlink(kim),
    unlink(kim, acme),
    tenant.api('GET', `/users/nobody${PATH}`),
    acme.api('GET', `/users/${kim}${PATH}`),
  ])
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404))
  expect(await listed(kim)).toEqual([])
})

test.each([
  ['no subject', { subject: '' }, 'subject'],
  ['an issuer that is no address', { subject: 'x', issuer: 'idp' }, 'issuer'],
  ['a name that is too long', { subject: 'x', display: 'x'.repeat(256) }, 'display'],
])('%s is 400 and named', async (_what, body, field) => {
  expect(await problem(link(kim, { connection, ...body }))).toMatchObject({ status: 400, errors: [{ field }] })
})

test('nobody without the permission links, and nobody who may do less than the user', async () => {
  const helpers = await answered(
    tenant.scim('POST', '/Roles', {
      displayName: 'Helpers',
      permissions: [{ value: 'scim:read' }, { value: 'scim:write' }],
    }),
    201,
  )
  const readers = await answered(
    tenant.scim('POST', '/Roles', { displayName: 'Readers', permissions: [{ value: 'scim:read' }] }),
    201,
  )
  for (const [id, role] of [
    [lee, helpers.id],
    [kim, readers.id],
  ] as const) {
    const Operations = [{ op: 'add', path: 'users', value: [{ value: id }] }]
    const patched = await tenant.scim('PATCH', `/Roles/${role}`, { Operations })
    expect(patched.status, await patched.text()).toBeLessThan(300)
  }
  const [admin] = (await (await tenant.scim('GET', '/Users?filter=userName eq "admin"')).json()).Resources
  const as = (who: string | undefined, method: string, id: string, body?: object) =>
    tenant.fetch(`/api/v1/users/${id}${PATH}${method === 'DELETE' ? `/${connection}` : ''}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(who === undefined ? {} : { Authorization: basicHeader(who, PASSWORD) }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
  const body = { connection, subject: 'mine' }
  expect((await as(undefined, 'POST', kim, body)).status).toBe(401)
  expect((await as('kim', 'POST', kim, body)).status).toBe(403)
  expect((await as('kim', 'GET', kim)).status).toBe(200)
  expect((await as('lee', 'POST', admin.id, body)).status).toBe(403)
  expect((await as('lee', 'DELETE', admin.id)).status).toBe(403)
  expect((await as('lee', 'POST', kim, body)).status).toBe(201)
  expect(await listed(admin.id)).toEqual([])
})
