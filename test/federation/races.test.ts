/** What happens at once, or between what is decided and what is done. */
import { beforeAll, expect, test } from 'vitest'
import { updateUser } from '../../src/directory/users/commands.ts'
import { type Arrivals, arrivalsWorld, BY_EMAIL, BY_OID, JIT, whoIs } from './arrivals.ts'

let world: Arrivals
let corp: string
let entra: string
beforeAll(async () => {
  world = await arrivalsWorld()
  corp = await world.connect(BY_EMAIL)
  entra = await world.connect(BY_OID)
})

const linksOf = async (id: string) => (await world.links()).filter(({ userId }) => userId === id)
const named = async (name: string) => (await world.users()).filter(({ userName }) => userName.startsWith(name))
const decisionsOf = async (subject: string) => (await world.decisions()).filter((one) => one.subject === subject)
const LINK = 'insert into federated_identities'

async function deactivate(id: string): Promise<void> {
  await updateUser(await world.scope(), id, (user) => ({ ...user, active: false }), { source: 'console' })
}

test('one person whose callback comes three times at once is one user with one link', async () => {
  const claims = { sub: 'thrice', preferred_username: 'thrice' }
  const outcomes = await Promise.all([1, 2, 3].map(() => world.arrive(corp, claims)))
  expect(new Set(outcomes.map(whoIs)).size).toBe(1)
  expect(await named('thrice')).toHaveLength(1)
  expect((await decisionsOf('thrice')).map(({ decision }) => decision).toSorted()).toEqual([
    'create',
    'sign-in',
    'sign-in',
  ])
})

test('two people whom one account would be linked with at once: one is, and the other is refused', async () => {
  const id = await world.kept({ userName: 'wanted', externalId: 'oid-wanted' })
  const outcomes = await Promise.all(
    ['one', 'two'].map((sub) => world.arrive(entra, { sub: `wanted-${sub}`, oid: 'oid-wanted' })),
  )
  expect(outcomes.map(whoIs).toSorted()).toEqual([id, 'linked-elsewhere'].toSorted())
  expect(await linksOf(id)).toHaveLength(1)
})

test('one person who is linked twice at once is linked once, and signed in twice', async () => {
  const id = await world.kept({ userName: 'same', externalId: 'oid-same' })
  const outcomes = await Promise.all([1, 2].map(() => world.arrive(entra, { sub: 'same', oid: 'oid-same' })))
  expect(outcomes.map(whoIs)).toEqual([id, id])
  expect(await linksOf(id)).toHaveLength(1)
})

test('a proof that is brought twice at once links once', async () => {
  const proving = await world.connect({
    domains: ['proof.example'],
    jit: { ...JIT, linking: { rules: [{ claim: 'email', attribute: 'emails' }], proof: true } },
  })
  const id = await world.kept({ userName: 'vera', emails: [{ value: 'vera@proof.example', primary: true }] })
  const people = ['vera-1', 'vera-2'].map((sub) => ({ sub, email: 'vera@proof.example', email_verified: true }))
  const outcomes = await Promise.all(people.map((claims) => world.arrive(proving, claims, { provedUserId: id })))
  expect(outcomes.map(whoIs).toSorted()).toEqual([id, 'linked-elsewhere'].toSorted())
  expect(await linksOf(id)).toHaveLength(1)
})

test('an account that is deactivated meanwhile is not linked', async () => {
  const id = await world.kept({ userName: 'late', externalId: 'oid-late' })
  world.meanwhile(LINK, () => deactivate(id))
  expect(whoIs(await world.arrive(entra, { sub: 'late', oid: 'oid-late' }))).toBe('deactivated')
  expect(await linksOf(id)).toEqual([])
})

test('who is deactivated meanwhile is not signed in, and not changed', async () => {
  const claims = { sub: 'going', preferred_username: 'going' }
  const id = whoIs(await world.arrive(corp, claims))
  world.meanwhile('update federated_identities', () => deactivate(id))
  expect(whoIs(await world.arrive(corp, { ...claims, name: 'Going Gone' }))).toBe('deactivated')
  expect(await named('going')).toMatchObject([{ displayName: null }])
})

test('who is deactivated meanwhile is not signed in, though nothing of her would change', async () => {
  const claims = { sub: 'still', preferred_username: 'still' }
  const id = whoIs(await world.arrive(corp, claims))
  world.meanwhile('update federated_identities', () => deactivate(id))
  expect(whoIs(await world.arrive(corp, claims))).toBe('deactivated')
})

test('who is deleted meanwhile is not signed in, and not made anew', async () => {
  const claims = { sub: 'gone', preferred_username: 'gone' }
  const id = whoIs(await world.arrive(corp, claims))
  const tenant = await world.tenant()
  world.meanwhile('update federated_identities', () => tenant.scim('DELETE', `/Users/${id}`))
  expect(whoIs(await world.arrive(corp, claims))).toBe('deleted')
  expect(await named('gone')).toEqual([])
})

test('who is unlinked meanwhile comes as somebody new', async () => {
  const claims = { sub: 'parted', preferred_username: 'parted' }
  const id = whoIs(await world.arrive(corp, claims))
  const tenant = await world.tenant()
  world.meanwhile('update federated_identities', () => tenant.api('DELETE', `/users/${id}/linked-accounts/${corp}`))
  const outcome = await world.arrive(corp, claims)
  expect(outcome).toMatchObject({ ok: true, value: { isNew: true } })
  expect((await named('parted')).map(({ userName }) => userName).toSorted()).toEqual(['parted', 'parted.idp-1'])
})

test('who is provisioned over SCIM meanwhile is that user, and no second one', async () => {
  let id = ''
  world.meanwhile(LINK, async () => void (id = await world.kept({ userName: 'both', externalId: 'oid-both' })))
  const outcome = await world.arrive(entra, { sub: 'both', oid: 'oid-both', preferred_username: 'both' })
  expect(whoIs(outcome)).toBe(id)
  expect(await named('both')).toHaveLength(1)
})

test('a name that she chose and somebody takes meanwhile is asked for again, and nothing is left', async () => {
  const asking = await world.connect({ jit: { ...JIT, scheme: 'username' } })
  const answers = { userName: 'chosen', password: 'Corr3ct-horse', consented: true }
  world.meanwhile(LINK, () => world.kept({ userName: 'CHOSEN' }))
  const outcome = await world.arrive(asking, { sub: 'chooser' }, { answers })
  expect(outcome).toMatchObject({
    ok: true,
    value: { kind: 'asked', decision: { errors: [{ field: 'userName', fault: 'taken' }] } },
  })
  expect(await named('CHOSEN')).toHaveLength(1)
  expect(await decisionsOf('chooser')).toMatchObject([{ decision: 'ask' }])
})
