/** What a tenant demands of passwords, what of them is remembered, and hashes that come from elsewhere. */
import { pbkdf2Sync } from 'node:crypto'
import { argon2id } from '@noble/hashes/argon2.js'
import bcrypt from 'bcryptjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { users } from '../../src/db/schema.ts'
import { checkCredentials } from '../../src/directory/credentials/check.ts'
import { refusal } from './world.ts'
import { answered, patchOf, post, refused, type Service, service, user } from '../conformance/world.ts'

const CREDENTIALS = 'urn:postern:params:scim:schemas:extension:2.0:UserCredentials'
const POLICY = { minLength: 8, digit: true, upperCase: true, lowerCase: true, special: true, history: 0 }

let scim: Service
beforeAll(async () => {
  scim = await service()
})

async function canSignIn(userName: string, password: string, slug = ''): Promise<boolean> {
  return (await checkCredentials(await scim.world.scope(slug), userName, password)).kind === 'ok'
}

const setPassword = (id: string, password: string, ask = scim.lenient) =>
  ask('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'password', value: password }))

describe('the policy', () => {
  test('is the tenant’s own: what it demands is refused elsewhere and taken here', async () => {
    const lax = await service('lax', scim.world)
    const policy = { ...POLICY, minLength: 3, digit: false, upperCase: false, special: false }
    expect(await answered(lax.tenant.api('PUT', '/password-policy', policy))).toEqual(policy)
    await post(lax.lenient, '/Users', user({ userName: 'short', password: 'abc' }))
    expect(await canSignIn('short', 'abc', 'lax')).toBe(true)
    const body = user({ userName: 'short', password: 'abc' })
    expect(await refused(scim.lenient('POST', '/Users', body))).toEqual([400, 'invalidValue'])
  })

  test('that makes no sense is refused, and the one before stays', async () => {
    for (const wrong of [{ minLength: 0 }, { history: 99 }, { digit: 'yes' }, { colour: 'red' }]) {
      expect((await scim.tenant.api('PUT', '/password-policy', { ...POLICY, ...wrong })).status).toBe(400)
    }
    expect(await answered(scim.tenant.api('GET', '/password-policy'))).toEqual(POLICY)
  })

  test('refuses the last passwords, and takes the one before them; other people’s do not count', async () => {
    const strict = await service('history', scim.world)
    await strict.tenant.api('PUT', '/password-policy', { ...POLICY, history: 2 })
    const { id } = await post(strict.lenient, '/Users', user({ userName: 'her', password: 'First-0ne!' }))
    await post(strict.lenient, '/Users', user({ userName: 'him', password: 'Third-0ne!' }))
    expect((await setPassword(id, 'Second-0ne!', strict.lenient)).status).toBe(200)
    for (const former of ['First-0ne!', 'Second-0ne!']) {
      const { status, detail } = await refusal(setPassword(id, former, strict.lenient))
      expect([status, detail]).toEqual([400, expect.stringContaining('last 2 passwords')])
      expect(detail).not.toContain(former)
    }
    expect((await setPassword(id, 'Third-0ne!', strict.lenient)).status).toBe(200)
    expect((await setPassword(id, 'First-0ne!', strict.lenient)).status).toBe(200)
  })
})

const PLAIN = 'Br0ught-along!'
const salt = Buffer.from('saltsaltsaltsalt')
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '')
const HASHES: readonly (readonly [string, string])[] = [
  ['bcrypt', bcrypt.hashSync(PLAIN, 4)],
  ['PBKDF2', `$pbkdf2-sha256$i=1000$${base64(salt)}$${base64(pbkdf2Sync(PLAIN, salt, 1000, 32, 'sha256'))}`],
  ['Argon2', `$argon2id$v=19$m=64,t=1,p=1$${base64(salt)}$${base64(argon2id(PLAIN, salt, { m: 64, t: 1, p: 1 }))}`],
]

describe('a hash that another system made', () => {
  test.each(HASHES)('with %s lets its password in, and is one of ours from then on', async (name, hash) => {
    const userName = `with ${name}`
    const body = { ...user({ userName }), schemas: [...(user({}).schemas as string[]), CREDENTIALS] }
    const made = await scim.strict('POST', '/Users', { ...body, [CREDENTIALS]: { passwordHash: hash } })
    const text = await made.text()
    expect([made.status, text]).toEqual([201, expect.not.stringContaining('passwordHash')])
    expect(text).not.toContain(CREDENTIALS)
    const stored = async () =>
      (await scim.world.platform.db.select().from(users)).find((one) => one.userName === userName)?.passwordHash
    expect(await stored()).toBe(hash)
    expect(await canSignIn(userName, 'Wr0ng-one!!')).toBe(false)
    expect(await stored()).toBe(hash)
    expect(await canSignIn(userName, PLAIN)).toBe(true)
    expect(await stored()).toMatch(/^\$scrypt\$/)
    expect(await canSignIn(userName, PLAIN)).toBe(true)
  })

  test.each([
    ['no hash', 'plain text'],
    ['an unknown kind', '$sha1$abcdefgh'],
    ['a bcrypt that would take minutes', bcrypt.hashSync('x', 4).replace('$04$', '$31$')],
    ['an Argon2 that would take all memory', '$argon2id$v=19$m=4194304,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA'],
    ['a PBKDF2 that would take minutes', '$pbkdf2-sha256$i=99999999$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA'],
    ['an empty one', ''],
  ])('that is %s is refused, and nobody is made', async (_what, passwordHash) => {
    const body = { schemas: [...(user({}).schemas as string[]), CREDENTIALS], userName: 'nobody' }
    const answer = scim.strict('POST', '/Users', { ...body, [CREDENTIALS]: { passwordHash } })
    expect(await refused(answer)).toEqual([400, 'invalidValue'])
    const rows = await scim.world.platform.db.select().from(users)
    expect(rows.map((row) => row.userName)).not.toContain('nobody')
  })

  test('cannot be searched for, asked for or seen, and is in no schema that says otherwise', async () => {
    for (const filter of [`${CREDENTIALS}:passwordHash pr`, `${CREDENTIALS}:passwordHash sw "$"`, 'password pr']) {
      const answer = scim.lenient('GET', `/Users?${new URLSearchParams({ filter })}`)
      expect(await refused(answer)).toEqual([400, 'invalidFilter'])
    }
    const sorted = scim.lenient('GET', `/Users?${new URLSearchParams({ sortBy: `${CREDENTIALS}:passwordHash` })}`)
    expect(await refused(sorted)).toEqual([400, 'invalidValue'])
    const asked = await scim.lenient('GET', `/Users?attributes=${CREDENTIALS}:passwordHash,password`)
    expect(await asked.text()).not.toMatch(/\$scrypt|\$2|\$argon2|passwordHash/)
  })
})

describe('what comes from elsewhere', () => {
  const bring = async (userName: string, passwordHash: string) =>
    post(scim.strict, '/Users', {
      schemas: [...(user({}).schemas as string[]), CREDENTIALS],
      userName,
      [CREDENTIALS]: { passwordHash },
    })

  test('is refused if to verify it would keep others waiting: more work than OWASP’s strongest scrypt', async () => {
    const scrypt = (cost: string) => `$scrypt$${cost}$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA`
    for (const cost of ['ln=17,r=16,p=1', 'ln=17,r=8,p=2', 'ln=16,r=8,p=16']) {
      const body = { schemas: [...(user({}).schemas as string[]), CREDENTIALS], userName: 'nobody' }
      const answer = scim.strict('POST', '/Users', { ...body, [CREDENTIALS]: { passwordHash: scrypt(cost) } })
      expect([cost, ...(await refused(answer))]).toEqual([cost, 400, 'invalidValue'])
    }
    await bring('strongest', scrypt('ln=17,r=8,p=1'))
  })

  test('stays bcrypt for a password of which bcrypt knows the beginning alone', async () => {
    const long = `${'x'.repeat(80)}A1!`
    await bring('long', bcrypt.hashSync(long, 4))
    expect(await canSignIn('long', long)).toBe(true)
    const [row] = (await scim.world.platform.db.select().from(users)).filter((one) => one.userName === 'long')
    expect(row?.passwordHash).toMatch(/^\$2/)
    expect(await canSignIn('long', `${'x'.repeat(72)}else`)).toBe(true)
    expect(await canSignIn('long', long)).toBe(true)
  })

  test('does not make the password before it forgotten', async () => {
    const strict = await service('brought', scim.world)
    await strict.tenant.api('PUT', '/password-policy', { ...POLICY, history: 3 })
    const { id } = await post(strict.lenient, '/Users', user({ userName: 'her', password: 'First-0ne!' }))
    const value = { [CREDENTIALS]: { passwordHash: bcrypt.hashSync('Second-0ne!', 4) } }
    expect((await strict.strict('PATCH', `/Users/${id}`, patchOf({ op: 'replace', value }))).status).toBe(200)
    expect((await refusal(setPassword(id, 'First-0ne!', strict.lenient))).status).toBe(400)
  })
})

test('the right password of somebody deactivated is a wrong one: the wait that follows tells nothing', async () => {
  const { id } = await post(scim.lenient, '/Users', user({ userName: 'gone', password: PLAIN }))
  await scim.lenient('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value: false }))
  scim.world.hold(true)
  const kinds: string[] = []
  for (let i = 0; i < 6; i++) kinds.push((await checkCredentials(await scim.world.scope(), 'gone', PLAIN)).kind)
  scim.world.hold(false)
  expect(kinds).toEqual(['refused', 'refused', 'refused', 'refused', 'refused', 'wait'])
})
