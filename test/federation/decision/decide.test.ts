/** The table of what becomes of whom, and of what she answers. */
import { describe, expect, test } from 'vitest'
import type { JitSettings } from '../../../src/db/schema.ts'
import { DEFAULT_PASSWORD_POLICY } from '../../../src/directory/passwords/policy.ts'
import { userOf } from '../../../src/federation/claims/sync.ts'
import {
  type Answers,
  decideProvisioning,
  type Others,
  type Situation,
} from '../../../src/federation/decision/decide.ts'
import type { Candidate } from '../../../src/federation/decision/linking.ts'
import { USER } from '../../../src/scim/resource-types.ts'

const JIT: JitSettings = { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' }
const CLAIMS = { sub: '1', oid: 'e-1', preferred_username: 'kim', email: 'kim@example.com', email_verified: true }
const FREE: Others['names'] = { wanted: false, second: false, highest: 0, chosen: false }
const NOBODY: Others = {
  byExternalId: [],
  byRule: [],
  deletedBy: [],
  deactivatedBy: [],
  names: FREE,
  isOwnDomain: true,
}

type Given = {
  readonly jit?: Partial<JitSettings>
  readonly claims?: Record<string, unknown>
  readonly others?: Partial<Others>
} & Partial<Pick<Situation, 'identity' | 'user' | 'answers' | 'provedUserId'>>

function decide({ jit, claims = CLAIMS, others, ...rest }: Given) {
  return decideProvisioning({
    connection: { name: 'IDP-IS2', jit: { ...JIT, ...jit } },
    identity: undefined,
    user: undefined,
    others: { ...NOBODY, ...others },
    claims,
    type: USER,
    describe: (userName) => userOf({ ...JIT, ...jit }, claims, userName),
    policy: DEFAULT_PASSWORD_POLICY,
    ...rest,
  })
}

const linked = (active = true) => ({ identity: { userId: 'u1' }, user: { id: 'u1', active } })
const one = (change: Partial<Candidate> = {}): Candidate => {
  return { id: 'u1', active: true, isTrusted: true, isPrivileged: false, isLinked: false, ...change }
}
const names = (change: Partial<Others['names']>) => ({ others: { names: { ...FREE, ...change } } })
const EMAIL = { claim: 'email', attribute: 'emails' } as const
const NAME = { claim: 'preferred_username', attribute: 'userName' } as const
const byEmail = { jit: { linking: { rules: [EMAIL] } } }
const byOid = { jit: { linking: { externalIdClaim: 'oid' } } }
const found = (...candidates: Candidate[]) => ({ others: { byRule: [candidates] } })
const kept = (...candidates: Candidate[]) => ({ others: { byExternalId: candidates } })
const link = { kind: 'link', userId: 'u1' }
const made = { kind: 'create', userName: 'kim' }
const refused = (refusal: string) => ({ kind: 'refuse', refusal })

/* A row is a line. */
// prettier-ignore
const TABLE: readonly (readonly [name: string, given: Given, outcome: Record<string, unknown>])[] = [
  // Who was here before.
  ['linked and active: signed in', linked(), { kind: 'sign-in', userId: 'u1', sync: 'override', reason: 'linked-before' }],
  ['linked, and the connection takes nothing', { jit: { attributeSync: 'none' }, ...linked() }, { kind: 'sign-in', sync: 'none' }],
  ['linked, provisioning off: signed in and left as she is', { jit: { enabled: false }, ...linked() }, { kind: 'sign-in', sync: 'none' }],
  ['linked, of a domain that gets no accounts: signed in', { jit: { restrictToDomains: true }, others: { isOwnDomain: false }, ...linked() }, { kind: 'sign-in' }],
  ['linked and deactivated', linked(false), refused('deactivated')],
  ['linked to a user who was deleted', { identity: { userId: 'u1' } }, refused('deleted')],
  ['linked to a user who was deleted, provisioning off', { jit: { enabled: false }, identity: { userId: 'u1' } }, refused('deleted')],

  // Who was deleted, or deactivated by SCIM, without a link.
  ['deleted under the subject or the externalId', { others: { deletedBy: ['externalId'] } }, refused('deleted')],
  ['the same, provisioning off', { jit: { enabled: false }, others: { deletedBy: ['externalId'] } }, refused('deleted')],
  ['deleted under her user name', { others: { deletedBy: ['userName'] } }, refused('deleted')],
  ['deactivated by SCIM under the subject', { others: { deactivatedBy: ['externalId'] } }, refused('deactivated')],
  ['deactivated by SCIM under her user name', { others: { deactivatedBy: ['userName'] } }, refused('deactivated')],
  ['deleted under the address that is verified', { others: { deletedBy: ['address'] } }, refused('deleted')],
  ['deactivated by SCIM with the address that is verified', { others: { deactivatedBy: ['address'] } }, refused('deactivated')],
  ['deactivated by SCIM under the externalId that the claim tells', { ...byOid, ...kept(one({ active: false })) }, refused('deactivated')],

  // By externalId.
  ['one of that externalId', { ...byOid, ...kept(one()) }, { ...link, reason: 'linked-by-external-id', sync: 'override' }],
  ['one of that externalId, provisioning off', { jit: { ...byOid.jit, enabled: false }, ...kept(one()) }, { ...link, sync: 'none' }],
  ['one of that externalId, and somebody of that name was deleted', { ...byOid, others: { byExternalId: [one()], deletedBy: ['userName'] } }, link],
  ['one of that externalId, whom linking by rules asks for proof', { jit: { linking: { externalIdClaim: 'oid', proof: true } }, ...kept(one()) }, link],
  ['two of that externalId', { ...byOid, ...kept(one(), one({ id: 'u2' })) }, refused('ambiguous')],
  ['one of that externalId, linked to another subject', { ...byOid, ...kept(one({ isLinked: true })) }, refused('linked-elsewhere')],
  ['one of that externalId who governs here', { ...byOid, ...kept(one({ isPrivileged: true })) }, { kind: 'prove', userId: 'u1', reason: 'linked-by-external-id' }],
  ['one of that externalId, but no claim is said to tell it', kept(one()), made],
  ['nobody of that externalId', byOid, made],

  // Provisioning off.
  ['nobody, provisioning off', { jit: { enabled: false } }, refused('jit-off')],
  ['one by a rule, provisioning off', { jit: { ...byEmail.jit, enabled: false }, ...found(one()) }, refused('jit-off')],

  // By a verified address.
  ['one with the address', { ...byEmail, ...found(one()) }, { ...link, reason: 'linked-by-attribute', sync: 'override' }],
  ['one with the address, and no rule', found(one()), made],
  ['one with the address, which is not verified here: pre-registered', { ...byEmail, ...found(one({ isTrusted: false })) }, made],
  ['one with the address verified, and one pre-registered', { ...byEmail, ...found(one(), one({ id: 'u2', isTrusted: false })) }, link],
  ['one with the address, email_verified false', { ...byEmail, ...found(one()), claims: { ...CLAIMS, email_verified: false } }, made],
  ['one with the address, email_verified missing', { ...byEmail, ...found(one()), claims: { ...CLAIMS, email_verified: undefined } }, made],
  ['one with the address, email_verified a text', { ...byEmail, ...found(one()), claims: { ...CLAIMS, email_verified: 'true' } }, made],
  ['one with the address, no address told', { ...byEmail, ...found(one()), claims: { sub: '1', preferred_username: 'kim', email_verified: true } }, made],
  ['one with the address, of another domain', { ...byEmail, others: { byRule: [[one()]], isOwnDomain: false } }, made],
  ['two with the address', { ...byEmail, ...found(one(), one({ id: 'u2' })) }, refused('ambiguous')],
  ['one with the address, deactivated', { ...byEmail, ...found(one({ active: false })) }, refused('deactivated')],
  ['one with the address, linked to another subject', { ...byEmail, ...found(one({ isLinked: true })) }, refused('linked-elsewhere')],
  ['one with the address who governs here', { ...byEmail, ...found(one({ isPrivileged: true })) }, { kind: 'prove', userId: 'u1', reason: 'linked-by-attribute', isAnother: false }],
  ['one with the address, and somebody of her name was deleted', { ...byEmail, others: { byRule: [[one()]], deletedBy: ['userName'] } }, link],
  ['a claim that is not the verified address', { jit: { linking: { rules: [NAME] } }, ...found(one()) }, made],
  ['a claim that is the verified address', { jit: { linking: { rules: [NAME] } }, ...found(one()), claims: { ...CLAIMS, preferred_username: 'Kim@Example.com' } }, link],
  ['the first rule names nobody, the second one', { jit: { linking: { rules: [EMAIL, EMAIL] } }, others: { byRule: [[], [one()]] } }, link],
  ['the first rule names two, the second one', { jit: { linking: { rules: [EMAIL, EMAIL] } }, others: { byRule: [[one(), one({ id: 'u3' })], [one()]] } }, refused('ambiguous')],
  ['the first rule names one, the second another', { jit: { linking: { rules: [EMAIL, EMAIL] } }, others: { byRule: [[one()], [one({ id: 'u2' })]] } }, link],

  // With proof.
  ['one with the address, by proof', { jit: { linking: { rules: [EMAIL], proof: true } }, ...found(one()) }, { kind: 'prove', userId: 'u1', isAnother: false }],
  ['the same, proved', { jit: { linking: { rules: [EMAIL], proof: true } }, ...found(one()), provedUserId: 'u1' }, { ...link, reason: 'proved' }],
  ['the same, proved to be another', { jit: { linking: { rules: [EMAIL], proof: true } }, ...found(one()), provedUserId: 'u2' }, { kind: 'prove', userId: 'u1', isAnother: true }],
  ['who governs here, proved', { ...byEmail, ...found(one({ isPrivileged: true })), provedUserId: 'u1' }, { ...link, reason: 'proved' }],
  ['proved, and linked to somebody else meanwhile', { ...byEmail, ...found(one({ isPrivileged: true, isLinked: true })), provedUserId: 'u1' }, refused('linked-elsewhere')],
  ['proved, and the address is not hers any more', { ...byEmail, ...found(), provedUserId: 'u1' }, refused('proof-outdated')],
  ['proved what nobody asked', { provedUserId: 'u1' }, refused('proof-outdated')],

  // Who may get an account.
  ['a verified address of the connection’s domains', { jit: { restrictToDomains: true } }, made],
  ['an address of another domain', { jit: { restrictToDomains: true }, others: { isOwnDomain: false } }, refused('domain-not-allowed')],

  // What she is called.
  ['nobody else of the name', {}, { ...made, user: { userName: 'kim' }, reason: 'new' }],
  ['somebody has the name: never her account', names({ wanted: true }), { kind: 'create', userName: 'kim.idp-is2' }],
  ['somebody has the name that is her address', { ...names({ wanted: true }), claims: { sub: '1', email: 'kim@example.com' } }, { kind: 'create', userName: 'kim.idp-is2' }],
  ['the second name is taken too', names({ wanted: true, second: true }), { kind: 'create', userName: 'kim.idp-is2-2' }],
  ['and so are numbers', names({ wanted: true, second: true, highest: 7 }), { kind: 'create', userName: 'kim.idp-is2-8' }],
  ['the claim that is the user name', { jit: { userNameClaim: 'upn' }, claims: { ...CLAIMS, upn: 'kberry' } }, { kind: 'create', userName: 'kberry' }],
  ['the claim will not do as one', { jit: { userNameClaim: 'upn' }, claims: { ...CLAIMS, upn: 'a:b' } }, made],
]

test.each(TABLE)('%s', (_name, given, outcome) => {
  expect(decide(given)).toMatchObject(outcome)
})

test('the log is told which rule found whom, and by what it failed', () => {
  const rules = [{ claim: 'upn', attribute: 'userName' } as const, EMAIL]
  const unverified = decide({ jit: { linking: { rules } }, others: { byRule: [[], [one({ isTrusted: false })]] } })
  expect(unverified.details.rules).toEqual([
    { claim: 'upn', attribute: 'userName', outcome: 'no-claim' },
    { ...EMAIL, value: 'kim@example.com', outcome: 'not-verified-here', candidates: 0 },
  ])
  const two = decide({ ...byEmail, ...found(one(), one({ id: 'u2' })) })
  expect(two.details.rules).toMatchObject([{ outcome: 'matched', candidates: 2 }])
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
    expect(decide({ jit: { scheme } })).toMatchObject({ kind: 'ask', asks: wanted, userName: 'kim', errors: [] })
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
    const decision = decide({ jit: { scheme }, answers })
    expect(decision).toMatchObject({ kind: 'create', userName, user: { userName }, reason: 'new' })
    expect(decision.kind === 'create' && decision.user.password).toBe(password)
  })

  test.each([
    [{ ...ALL, userName: ' ' }, 'userName', 'missing'],
    [{ ...ALL, userName: 'bob@example.com' }, 'userName', 'unfit'],
    [{ ...ALL, userName: 'a:b' }, 'userName', 'unfit'],
    [{ userName: 'kimberly', consented: true }, 'password', 'missing'],
    [{ ...ALL, password: 'short' }, 'password', 'weak'],
    [{ userName: 'kimberly', password: PASSWORD }, 'consent', 'missing'],
  ])('is asked again after the answers %o', (answers, field, fault) => {
    const decision = decide({ jit: { scheme: 'username' }, answers })
    expect(decision).toMatchObject({ kind: 'ask', errors: [{ field, fault }], userName: 'kim' })
  })

  test('is asked again for a name that somebody has, and never gets that account (CVE-2023-6837)', () => {
    const decision = decide({ jit: { scheme: 'username' }, answers: ALL, ...names({ chosen: true }) })
    expect(decision).toMatchObject({ kind: 'ask', errors: [{ field: 'userName', fault: 'taken' }] })
  })

  test('may keep the name that the provider proposes, with an @ in it', () => {
    const claims = { sub: '1', email: 'kim@example.com', email_verified: true }
    const decision = decide({ jit: { scheme: 'username' }, claims, answers: { ...ALL, userName: 'kim@example.com' } })
    expect(decision).toMatchObject({ kind: 'create', userName: 'kim@example.com' })
  })

  test('is not proposed an address that the provider has not verified: she would sign in by somebody else’s', () => {
    for (const scheme of ['password', 'username'] as const) {
      for (const claim of ['email', 'preferred_username']) {
        const claims = { sub: '1', [claim]: 'ceo@example.com' }
        expect(decide({ jit: { scheme }, claims })).toMatchObject({ kind: 'ask', userName: 'ceo' })
      }
    }
  })

  test('for nothing but what the provider does not say, where new accounts are made silently', () => {
    const jit = { requiredAttributes: ['emails', 'name.familyName', 'title'] }
    expect(decide({ jit })).toMatchObject({ kind: 'ask', asks: { ...asks, attributes: ['name.familyName', 'title'] } })
    expect(decide({ jit, answers: { attributes: { 'name.familyName': 'Berry', title: '' } } })).toMatchObject({
      kind: 'ask',
      errors: [{ field: 'title', fault: 'missing' }],
    })
    const all = { 'name.familyName': 'Berry', title: 'Guide', nickName: 'Admin', emails: 'a@b.example' }
    const decision = decide({ jit, answers: { attributes: all } })
    expect(decision).toMatchObject({
      kind: 'create',
      user: { name: { familyName: 'Berry' }, title: 'Guide', emails: [{ value: 'kim@example.com' }] },
    })
    expect(decision.kind === 'create' && decision.user.nickName).toBeUndefined()
  })

  test.each([
    ['emails', 'nobody'],
    ['title', 'a\u202eb'],
    ['title', 'x'.repeat(1001)],
  ])('is asked again for an attribute that may not be so: %s', (path, text) => {
    const jit = { requiredAttributes: [path] }
    const decision = decide({ jit, claims: { sub: '1' }, answers: { attributes: { [path]: text } } })
    expect(decision).toMatchObject({ kind: 'ask', errors: [{ field: path, fault: 'unfit' }] })
  })

  test.each(['urn:scim:schemas:extension:custom:User:gone', 'externalId', 'active', 'password', 'id', 'roles'])(
    'is not asked for what is none, or not hers to say: %s',
    (path) => {
      const decision = decide({ jit: { requiredAttributes: [path] }, answers: { attributes: { [path]: 'e-1' } } })
      expect(decision).toMatchObject(made)
      expect(decision.kind === 'create' && decision.user[path]).toBeUndefined()
    },
  )
})
