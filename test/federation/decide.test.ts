import { describe, expect, test } from 'vitest'
import type { JitSettings } from '../../src/db/schema.ts'
import { decideProvisioning, type Situation } from '../../src/federation/decide.ts'

const JIT: JitSettings = { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' }
const claims = { sub: '1', preferred_username: 'kim', email: 'kim@example.com' }

function situation(jit: Partial<JitSettings> = {}, rest: Partial<Situation> = {}): Situation {
  const connection = { name: 'IDP-IS2', jit: { ...JIT, ...jit } }
  return { connection, identity: undefined, user: undefined, isDeleted: false, claims, nameTaken: () => false, ...rest }
}
const linked = { identity: { userId: 'u1' }, user: { id: 'u1', active: true } }
const taken = (...names: string[]) => ({ nameTaken: (name: string) => names.includes(name) })

describe('a person who was here before', () => {
  test.each(['override', 'preserveLocal', 'none'] as const)(
    'signs in, and attributes follow the setting %s',
    (attributeSync) => {
      const decision = decideProvisioning(situation({ attributeSync }, linked))
      expect(decision).toEqual({ kind: 'sign-in', userId: 'u1', sync: attributeSync, reason: 'linked-before' })
    },
  )

  test('still signs in when just-in-time provisioning was turned off, and is left as she is', () => {
    const decision = decideProvisioning(situation({ enabled: false }, linked))
    expect(decision).toEqual({ kind: 'sign-in', userId: 'u1', sync: 'none', reason: 'linked-before' })
  })

  test('is refused when she was deactivated, and gets no second account', () => {
    const decision = decideProvisioning(situation({}, { ...linked, user: { id: 'u1', active: false } }))
    expect(decision).toEqual({ kind: 'refuse', refusal: 'deactivated' })
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
    expect(decideProvisioning(situation({ enabled: false }))).toEqual({ kind: 'refuse', refusal: 'jit-off' })
  })

  test.each(['consent', 'password', 'username'] as const)(
    'is refused by the scheme %s, which asks what is not asked yet',
    (scheme) => {
      expect(decideProvisioning(situation({ scheme }))).toEqual({ kind: 'refuse', refusal: 'scheme-not-built' })
    },
  )
})
