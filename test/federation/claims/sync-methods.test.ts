/** Each sync method against what became of an attribute here and what the provider says of it now. */
import { describe, expect, test } from 'vitest'
import { DEFAULT_JIT } from '../../../src/connections/jit/settings.ts'
import type { ClaimRule, SyncMethod } from '../../../src/db/schema.ts'
import { isTaking, type Sync, syncUser, userOf } from '../../../src/federation/claims/sync.ts'
import { USER } from '../../../src/scim/resource-types.ts'
import type { Complex, Resource } from '../../../src/scim/schema.ts'

const METHODS = ['override', 'fillEmpty', 'preserveLocal', 'firstSignIn', 'none'] as const
const jitOf = (attributeSync: SyncMethod, mapping?: ClaimRule[]) => ({
  ...DEFAULT_JIT,
  enabled: true,
  attributeSync,
  ...(mapping && { mapping }),
})
const bare = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'kim' }
/** The provider said `taken` at the last sign-in, `here` is what the account has, and `said` what it says now. */
type Case = { taken?: string; here?: string; said?: string }

function nickNameAfter(method: SyncMethod, { taken, here, said }: Case, change: Partial<Sync> = {}) {
  const user: Resource = { ...bare, ...(here === undefined ? {} : { nickName: here }) }
  const claims = { sub: '1', given_name: 'Kim', ...(said === undefined ? {} : { nickname: said }) }
  const sync: Sync = {
    jit: jitOf(method),
    claims,
    askedScopes: ['openid', 'profile'],
    moment: 'signed-in',
    synced: taken === undefined ? {} : { nickName: taken },
    ...change,
  }
  return syncUser(USER, user, sync)
}

describe('at a later sign-in', () => {
  //                                              override fillEmpty preserveLocal firstSignIn none
  const TABLE: [string, Case, (string | undefined)[]][] = [
    ['as it was, and the same is said', { taken: 'A', here: 'A', said: 'A' }, ['A', 'A', 'A', 'A', 'A']],
    ['as it was, and another is said', { taken: 'A', here: 'A', said: 'B' }, ['B', 'A', 'B', 'A', 'A']],
    ['as it was, and nothing is said', { taken: 'A', here: 'A' }, [undefined, 'A', 'A', 'A', 'A']],
    ['changed here, and the same is said', { taken: 'A', here: 'X', said: 'A' }, ['A', 'X', 'X', 'X', 'X']],
    ['changed here, and another is said', { taken: 'A', here: 'X', said: 'B' }, ['B', 'X', 'X', 'X', 'X']],
    ['changed here, and nothing is said', { taken: 'A', here: 'X' }, [undefined, 'X', 'X', 'X', 'X']],
    ['changed here to what is said now', { taken: 'A', here: 'B', said: 'B' }, ['B', 'B', 'B', 'B', 'B']],
    ['emptied here, and the same is said', { taken: 'A', said: 'A' }, ['A', 'A', undefined, undefined, undefined]],
    ['emptied here, and nothing is said', { taken: 'A' }, [undefined, undefined, undefined, undefined, undefined]],
    ['there before anything was taken', { here: 'X', said: 'B' }, ['B', 'X', 'B', 'X', 'X']],
    ['there, and was never said', { here: 'X' }, [undefined, 'X', 'X', 'X', 'X']],
    ['empty, and said for the first time', { said: 'B' }, ['B', 'B', 'B', undefined, undefined]],
  ]
  const cells = TABLE.flatMap(([fact, given, after]) =>
    METHODS.map((method, i) => [method, fact, given, after[i]] as const),
  )
  test.each(cells)('%s, an attribute that is %s', (method, _fact, given, after) => {
    expect(nickNameAfter(method, given).user.nickName).toBe(after)
  })

  test.each(METHODS)('%s gives the same objects back if the provider says what it has said', (method) => {
    const synced = { nickName: 'A', 'name.givenName': 'Kim', displayName: 'Kim', 'name.formatted': 'Kim' }
    const user: Resource = { ...bare, nickName: 'A', displayName: 'Kim', name: { givenName: 'Kim', formatted: 'Kim' } }
    const claims = { given_name: 'Kim', nickname: 'A' }
    const result = syncUser(USER, user, {
      jit: jitOf(method),
      claims,
      askedScopes: ['profile'],
      moment: 'signed-in',
      synced,
    })
    expect(result.user).toBe(user)
    expect(result.synced).toBe(synced)
  })

  test("'preserveLocal' holds an edit however often the provider says otherwise, and yields once it is taken back", () => {
    const first = nickNameAfter('preserveLocal', { taken: 'A', here: 'X', said: 'B' })
    expect(first.synced.nickName).toBe('A')
    const { synced } = first
    expect(nickNameAfter('preserveLocal', { here: 'X', said: 'B' }, { synced }).user.nickName).toBe('X')
    expect(nickNameAfter('preserveLocal', { here: 'A', said: 'B' }, { synced }).user.nickName).toBe('B')
  })

  test("'preserveLocal' remembers what was emptied here while the provider says nothing of it", () => {
    const { synced } = nickNameAfter('preserveLocal', { taken: 'A' })
    expect(nickNameAfter('preserveLocal', { said: 'A' }, { synced }).user.nickName).toBeUndefined()
  })
})

describe("'override'", () => {
  test('takes nothing away that was not asked for, and nothing if the provider tells no more than who it is', () => {
    expect(
      nickNameAfter('override', { taken: 'A', here: 'A' }, { askedScopes: ['openid', 'email'] }).user.nickName,
    ).toBe('A')
    expect(
      nickNameAfter('override', { taken: 'A', here: 'A' }, { claims: { sub: '1', iss: 'x', exp: 1 } }).user.nickName,
    ).toBe('A')
  })

  test('takes away what a claim that no scope is known for said before, and nothing that it never said', () => {
    const jit = jitOf('override', [
      { target: 'title', source: 'job' },
      { target: 'nickName', source: 'nickname' },
    ])
    const sync: Sync = { jit, claims: { nickname: 'K' }, askedScopes: ['profile'], moment: 'signed-in' }
    const user: Resource = { ...bare, title: 'Cook' }
    expect(syncUser(USER, user, { ...sync, synced: { title: 'Cook' } }).user.title).toBeUndefined()
    expect(syncUser(USER, user, { ...sync, synced: {} }).user.title).toBe('Cook')
  })
})

describe('an account that is linked', () => {
  test.each([
    ['override', 'B'],
    ['fillEmpty', 'X'],
    ['preserveLocal', 'B'],
    ['firstSignIn', 'B'],
    ['none', 'X'],
  ] as const)('by %s has %s of X here and B there', (method, after) => {
    expect(nickNameAfter(method, { here: 'X', said: 'B' }, { moment: 'linked' }).user.nickName).toBe(after)
  })
})

test("'firstSignIn' takes the word of who has linked her account herself when she first comes through it, and not again", () => {
  const first = nickNameAfter('firstSignIn', { here: 'X', said: 'B' }, { synced: null })
  expect(first.user.nickName).toBe('B')
  const { synced } = first
  expect(nickNameAfter('firstSignIn', { here: 'X', said: 'C' }, { synced }).user.nickName).toBe('X')
  const silent = nickNameAfter('firstSignIn', { here: 'X' }, { claims: {}, synced: null })
  expect(silent.synced).toEqual({})
})

describe('of a list', () => {
  const emailsAfter = (method: SyncMethod, present: Resource['emails'], said: string, taken?: string[]) =>
    syncUser(
      USER,
      { ...bare, ...(present && { emails: present }) },
      {
        jit: jitOf(method),
        claims: { email: said },
        askedScopes: ['email'],
        moment: 'signed-in',
        synced: taken ? { emails: taken.map((value) => ({ value })) } : null,
      },
    ).user.emails

  test("'preserveLocal' takes away what the provider said before, and nothing that was put beside it here", () => {
    const present: Complex[] = [
      { value: 'home@example.com', type: 'home' },
      { value: 'old@example.com', primary: true },
    ]
    expect(emailsAfter('preserveLocal', present, 'new@example.com', ['old@example.com'])).toEqual([
      { value: 'new@example.com', primary: true },
      { value: 'home@example.com', type: 'home' },
    ])
  })

  test("'preserveLocal' leaves alone a list that what the provider said was taken out of", () => {
    const present = [{ value: 'mine@example.com', primary: true }]
    expect(emailsAfter('preserveLocal', present, 'new@example.com', ['old@example.com'])).toEqual(present)
  })

  test("'preserveLocal' leaves the primary one that somebody chose here since", () => {
    const present: Complex[] = [
      { value: 'home@example.com', primary: true },
      { value: 'kim@example.com', type: 'work' },
    ]
    expect(emailsAfter('preserveLocal', present, 'kim@example.com', ['kim@example.com'])).toEqual(present)
  })

  test("'override' is deaf to the order of a claim that has several", () => {
    const jit = jitOf('override', [{ target: 'emails', source: 'mails' }])
    const sync = (mails: string[], user: Resource) =>
      syncUser(USER, user, { jit, claims: { mails }, askedScopes: [], moment: 'signed-in' }).user
    const user = sync(['a@x.example', 'b@x.example'], bare)
    expect(user.emails).toEqual([{ value: 'a@x.example', primary: true }, { value: 'b@x.example' }])
    expect(sync(['b@x.example', 'a@x.example'], user)).toBe(user)
    expect(sync(['b@x.example'], user).emails).toEqual([{ value: 'b@x.example', primary: true }])
  })
})

test('a rule has a method of its own, and one that counts for new accounts alone is none later', () => {
  const jit = jitOf('override', [
    { target: 'title', source: 'job', sync: 'fillEmpty' },
    { target: 'nickName', source: 'nickname' },
    { target: 'userType', constant: 'Guest', on: 'create' },
  ])
  const user = { ...bare, title: 'Cook', nickName: 'A', userType: 'Employee' }
  const sync: Sync = { jit, claims: { job: 'Chef', nickname: 'B' }, askedScopes: [], moment: 'signed-in' }
  expect(syncUser(USER, user, sync).user).toEqual({ ...user, nickName: 'B' })
  expect(userOf(jit, { job: 'Chef' }, 'kim')).toEqual({ ...bare, title: 'Chef', userType: 'Guest' })
})

test('a connection that takes nothing at a later sign-in is known by that', () => {
  const later = { moment: 'signed-in', synced: {} } as const
  expect(METHODS.map((method) => isTaking(jitOf(method), later))).toEqual([true, true, true, false, false])
  expect(isTaking(jitOf('firstSignIn'), { moment: 'linked' })).toBe(true)
  expect(isTaking(jitOf('none', [{ target: 'title', source: 'job', sync: 'override' }]), later)).toBe(true)
  expect(isTaking({ ...jitOf('override'), enabled: false }, later)).toBe(false)
})
