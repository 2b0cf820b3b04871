import { describe, expect, test } from 'vitest'
import type { JitSettings } from '../../src/db/schema.ts'
import { DEFAULT_PASSWORD_POLICY } from '../../src/directory/passwords/policy.ts'
import { type Answers, decideProvisioning, type Situation } from '../../src/federation/decide.ts'
import { userOf } from '../../src/federation/claims.ts'
import { USER } from '../../src/scim/resource-types.ts'

const JIT: JitSettings = { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' }
const claims = { sub: '1', preferred_username: 'kim', email: 'kim@example.com' }

function situation(jit: Partial<JitSettings> = {}, rest: Partial<Situation> = {}): Situation {
  const connection = { name: 'IDP-IS2', jit: { ...JIT, ...jit } }
  const described = rest.claims ?? claims
  return {
    connection,
    identity: undefined,
    user: undefined,
    isDeleted: false,
    claims,
    type: USER,
    describe: (userName) => userOf(described, userName),
    policy: DEFAULT_PASSWORD_POLICY,
    nameTaken: () => false,
    ...rest,
  }
}
const linked = { identity: { userId: 'u1' }, user: { id: 'u1', active: true } }
const taken = (...names: string[]) => ({ nameTaken: (name: string) => names.includes(name) })

describe('a person who was here before', () => {
  test.each(['override', 'preserveLocal', 'none'] as const)(
    'signs in, and attributes follow the setting %s',
    (attributeSync) => {
      const decision = decideProvisioning(situation({ attributeSync }, linked))
      expect(decision).toMatchObject({ kind: 'sign-in', userId: 'u1', sync: attributeSync, reason: 'linked-before' })
    },
  )

  test('still signs in when just-in-time provisioning was turned off, and is left as she is', () => {
    const decision = decideProvisioning(situation({ enabled: false }, linked))
    expect(decision).toMatchObject({ kind: 'sign-in', userId: 'u1', sync: 'none', reason: 'linked-before' })
  })

  test('is refused when she was deactivated, and gets no second account', () => {
    const decision = decideProvisioning(situation({}, { ...linked, user: { id: 'u1', active: false } }))
    expect(decision).toMatchObject({ kind: 'refuse', refusal: 'deactivated' })
  })
})

describe('a person who comes for the first time', () => {
  test('gets an account under a readable name', () => {
    expect(decideProvisioning(situation())).toMatchObject({
      kind: 'create',
      userName: 'kim',
      user: { userName: 'kim' },
    })
  })

  test('never gets the account that has her user name: the name gets a suffix that tells where she came from', () => {
    const decision = decideProvisioning(situation({}, taken('kim')))
    expect(decision).toMatchObject({ kind: 'create', userName: 'kim.idp-is2' })
  })

  test('never gets the account whose user name is her e-mail address', () => {
    const rest = { ...taken('kim@example.com'), claims: { email: 'kim@example.com', email_verified: true } }
    expect(decideProvisioning(situation({}, rest))).toMatchObject({ kind: 'create', userName: 'kim.idp-is2' })
  })

  test('gets the next number if the name with the suffix is taken too', () => {
    const decision = decideProvisioning(situation({}, taken('kim', 'kim.idp-is2', 'kim.idp-is2-2')))
    expect(decision).toMatchObject({ kind: 'create', userName: 'kim.idp-is2-3' })
  })

  test('is refused where just-in-time provisioning is off', () => {
    expect(decideProvisioning(situation({ enabled: false }))).toMatchObject({ kind: 'refuse', refusal: 'jit-off' })
  })
})

const PASSWORD = 'Corr3ct-horse'
const ALL: Answers = { userName: 'kimberly', password: PASSWORD, consented: true }
const asks = { userName: false, password: false, consent: false, attributes: [] as string[] }

describe('a person who is asked first', () => {
  test.each([
    ['consent', { ...asks, consent: true }],
    ['password', { ...asks, consent: true, password: true }],
    ['username', { ...asks, consent: true, password: true, userName: true }],
  ] as const)('by the scheme %s', (scheme, wanted) => {
    const decision = decideProvisioning(situation({ scheme }))
    expect(decision).toMatchObject({ kind: 'ask', asks: wanted, userName: 'kim', errors: [] })
  })

  test.each([
    ['consent', { consented: true }, 'kim', undefined],
    ['password', { consented: true, password: PASSWORD }, 'kim', PASSWORD],
    ['username', ALL, 'kimberly', PASSWORD],
    // What was not asked does not count.
    ['consent', ALL, 'kim', undefined],
    ['password', ALL, 'kim', PASSWORD],
    ['silent', ALL, 'kim', undefined],
  ] as const)('by the scheme %s gets her account with the answers %o', (scheme, answers, userName, password) => {
    const decision = decideProvisioning(situation({ scheme }, { answers }))
    expect(decision).toMatchObject({ kind: 'create', userName, user: { userName }, reason: 'new' })
    expect(decision.kind === 'create' && decision.user.password).toBe(password)
  })

  test.each([
    [{ ...ALL, userName: 'bob' }, 'userName', 'taken'],
    [{ ...ALL, userName: ' ' }, 'userName', 'missing'],
    [{ ...ALL, userName: 'bob@example.com' }, 'userName', 'unfit'],
    [{ ...ALL, userName: 'a:b' }, 'userName', 'unfit'],
    [{ userName: 'kimberly', consented: true }, 'password', 'missing'],
    [{ ...ALL, password: 'short' }, 'password', 'weak'],
    [{ userName: 'kimberly', password: PASSWORD }, 'consent', 'missing'],
  ])('is asked again after the answers %o', (answers, field, fault) => {
    const decision = decideProvisioning(situation({ scheme: 'username' }, { ...taken('bob'), answers }))
    expect(decision).toMatchObject({ kind: 'ask', errors: [{ field, fault }], userName: 'kim' })
  })

  test('for nothing but what the provider does not say, where new accounts are made silently', () => {
    const jit = { requiredAttributes: ['emails', 'name.familyName', 'title'] }
    const asked = decideProvisioning(situation(jit))
    expect(asked).toMatchObject({ kind: 'ask', asks: { ...asks, attributes: ['name.familyName', 'title'] } })
    const answers = { attributes: { 'name.familyName': 'Berry', title: '' } }
    expect(decideProvisioning(situation(jit, { answers }))).toMatchObject({
      kind: 'ask',
      errors: [{ field: 'title', fault: 'missing' }],
    })
    const all = { attributes: { 'name.familyName': 'Berry', title: 'Guide', nickName: 'Admin', emails: 'a@b.example' } }
    const made = decideProvisioning(situation(jit, { answers: all }))
    expect(made).toMatchObject({
      kind: 'create',
      user: { name: { familyName: 'Berry' }, title: 'Guide', emails: [{ value: 'kim@example.com' }] },
    })
    expect(made.kind === 'create' && made.user.nickName).toBeUndefined()
  })
})
