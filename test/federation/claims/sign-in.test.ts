/** Attributes by the provider's word, at whole sign-ins at a fake provider. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { updateConnection } from '../../../src/connections/commands.ts'
import { jitInput } from '../../../src/connections/jit/settings.ts'
import { getConnection } from '../../../src/connections/queries.ts'
import { createAttribute, removeAttribute } from '../../../src/directory/attributes/commands.ts'
import { attributeInput } from '../../../src/directory/attributes/settings.ts'
import { updateUser } from '../../../src/directory/users/commands.ts'
import { createUser } from '../../../src/directory/users/creation/commands.ts'
import { provision } from '../../../src/federation/commands.ts'
import { type FakeIdp, fakeIdp } from '../../support/fake-idp.ts'
import { browserOf, connect, federationWorld, KIM, type World } from '../world.ts'

let idp: FakeIdp
let world: World
const CUSTOM = 'urn:scim:schemas:extension:custom:User'

beforeAll(async () => {
  idp = await fakeIdp()
})
afterAll(() => idp.close())
beforeEach(async () => {
  idp.misbehaviour = {}
  world = await federationWorld()
})

const connected = (jit: object, rest: object = {}) =>
  connect(world, idp, { jit: jitInput.parse({ enabled: true, ...jit }), ...rest })
async function signIn(connectionId: string, claims: object = {}) {
  idp.person = { ...KIM, ...claims }
  expect((await browserOf(world).signIn(connectionId)).status).toBe(303)
  return kim()
}
async function kim() {
  const [user] = await world.users()
  if (!user) throw new Error('nobody')
  return user
}
const edit = async (change: object) =>
  updateUser(world.scope(), (await kim()).id, (user) => ({ ...user, ...change }), { source: 'console' })
const synced = async () => (await world.identities())[0]?.synced

test('a connection’s own rules make the account, under a name from the claim that was chosen', async () => {
  const mapping = [
    { target: 'title', source: '"https://example.com/dept"' },
    { target: 'emails[type eq "work"].value', source: 'email', transforms: [{ type: 'lowerCase' }] },
    { target: 'displayName', transforms: [{ type: 'template', template: '{given_name} of {address.locality}' }] },
    { target: 'userType', constant: 'Employee' },
  ]
  const id = await connected({ mapping, userNameClaim: 'employee' })
  const claims = { email: 'KIM@example.com', 'https://example.com/dept': 'Kitchen', address: { locality: 'Bern' } }
  const user = await signIn(id, { ...claims, employee: 4711 })
  expect(user).toMatchObject({ userName: '4711', displayName: 'Kim of Bern' })
  expect(user.document).toEqual({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: '4711',
    active: true,
    title: 'Kitchen',
    emails: [{ type: 'work', value: 'kim@example.com' }],
    displayName: 'Kim of Bern',
    userType: 'Employee',
  })
  expect(await signIn(id, { ...claims, employee: 5 })).toEqual(user)
})

test("'preserveLocal': what was changed here stays, and all else follows the provider", async () => {
  const id = await connected({ attributeSync: 'preserveLocal' })
  await signIn(id)
  await edit({ displayName: 'K.' })
  const first = await signIn(id, { name: 'Kim Moss', given_name: 'Kimberly' })
  expect(first).toMatchObject({
    displayName: 'K.',
    document: { name: { formatted: 'Kim Moss', givenName: 'Kimberly' } },
  })
  expect(await synced()).toMatchObject({ displayName: 'Kim Berry', 'name.formatted': 'Kim Moss' })
  expect(await signIn(id, { name: 'Kim Moss', given_name: 'Kimberly' })).toEqual(first)
  await edit({ displayName: 'Kim Berry' })
  expect(await signIn(id, { name: 'Kim Moss', given_name: 'Kimberly' })).toMatchObject({ displayName: 'Kim Moss' })
})

test.each([
  ['override', 'Kim Moss'],
  ['fillEmpty', 'K.'],
  ['preserveLocal', 'K.'],
  ['firstSignIn', 'K.'],
  ['none', 'K.'],
])("'%s' leaves %s of an edit when the provider has another name", async (attributeSync, displayName) => {
  const id = await connected({ attributeSync })
  await signIn(id)
  await edit({ displayName: 'K.' })
  expect(await signIn(id, { name: 'Kim Moss' })).toMatchObject({ displayName })
})

test("'firstSignIn' takes the provider's word once, when an account that is there is linked", async () => {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const input = { schemas, userName: 'kim', externalId: 'e-1', displayName: 'K.', nickName: 'K' }
  await createUser(world.scope(), input, { source: 'scim' })
  const id = await connected({ attributeSync: 'firstSignIn', linking: { externalIdClaim: 'oid' } })
  const linked = await signIn(id, { oid: 'e-1' })
  expect(linked).toMatchObject({ userName: 'kim', displayName: 'Kim Berry', document: { nickName: 'K' } })
  expect(await signIn(id, { oid: 'e-1', name: 'Kim Moss' })).toEqual(linked)
})

test('two sign-ins at once that bring something new change the account once', async () => {
  const id = await connected({})
  const before = await signIn(id)
  const connection = await getConnection(world.scope(), id)
  const person = { issuer: idp.origin, subject: KIM.sub, claims: { ...KIM, name: 'Kim Moss' } }
  await Promise.all([1, 2, 3].map(() => provision(world.scope(), connection, person)))
  expect(await kim()).toMatchObject({ displayName: 'Kim Moss', version: before.version + 1 })
})

test('a rule for an attribute that the tenant has no more does nothing, and the others count', async () => {
  await createAttribute(world.scope(), attributeInput.parse({ name: 'badge', type: 'integer' }))
  const mapping = [
    { target: `${CUSTOM}:badge`, source: 'badge' },
    { target: 'title', source: 'job' },
  ]
  const id = await connected({ mapping })
  expect((await signIn(id, { badge: '7', job: 'Cook' })).document).toMatchObject({
    title: 'Cook',
    [CUSTOM]: { badge: 7 },
  })
  // It can be taken away once nobody has a value.
  expect((await signIn(id, { job: 'Cook' })).document).not.toHaveProperty(CUSTOM)
  await removeAttribute(world.scope(), 'badge')
  expect((await signIn(id, { badge: '8', job: 'Chef' })).document.title).toBe('Chef')
})

test('rules are taken at the next sign-in after they were changed', async () => {
  const id = await connected({})
  await signIn(id, { job: 'Cook' })
  await updateConnection(world.scope(), id, { jit: { mapping: [{ target: 'title', source: 'job' }] } })
  const user = await signIn(id, { job: 'Cook', name: 'Kim Moss' })
  expect(user).toMatchObject({ displayName: 'Kim Berry', document: { title: 'Cook' } })
  expect(await synced()).toEqual({ title: 'Cook' })
})
