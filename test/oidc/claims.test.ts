import { describe, expect, test } from 'vitest'
import { claimsOf, type Person } from '../../src/oidc/claims.ts'
import { verifiesChallenge } from '../../src/oidc/pkce.ts'
import { knownScopes } from '../../src/oidc/scope.ts'

const KIM: Person = {
  id: 'id-of-kim',
  userName: 'kim',
  displayName: null,
  document: {
    schemas: [],
    name: { givenName: 'Kim', familyName: 'Berry' },
    nickName: 'Kimmy',
    profileUrl: 'https://people.example/kim',
    photos: [{ value: 'https://people.example/kim.png' }],
    preferredLanguage: 'de',
    timezone: 'Europe/Berlin',
    emails: [{ value: 'kim@home.example' }, { value: 'kim@work.example', primary: true }],
    phoneNumbers: [{ value: '+49 30 1' }, { value: '+49 30 2' }],
    addresses: [
      { locality: 'Bonn', type: 'home' },
      { streetAddress: 'Allee 1', locality: 'Berlin', postalCode: '10115', country: 'DE', type: 'work', primary: true },
    ],
  },
  lastModified: new Date('2026-01-31T08:00:00.900Z'),
  groups: [{ displayName: 'team' }],
  roles: ['auditor'],
  isEmailVerified: false,
}

describe('claims by scope (OpenID Connect Core section 5.4)', () => {
  test('openid gives the subject alone', () => {
    expect(claimsOf(KIM, ['openid'])).toEqual({ sub: 'id-of-kim' })
  })

  test('profile gives what is known, and leaves out what is not', () => {
    expect(claimsOf(KIM, ['openid', 'profile'])).toEqual({
      sub: 'id-of-kim',
      name: 'Kim Berry',
      given_name: 'Kim',
      family_name: 'Berry',
      nickname: 'Kimmy',
      preferred_username: 'kim',
      profile: 'https://people.example/kim',
      picture: 'https://people.example/kim.png',
      locale: 'de',
      zoneinfo: 'Europe/Berlin',
      updated_at: 1769846400,
    })
  })

  test('email gives the primary address (RFC 7643 section 2.4), and whether it was verified', () => {
    expect(claimsOf(KIM, ['email'])).toEqual({ email: 'kim@work.example', email_verified: false })
    expect(claimsOf({ ...KIM, isEmailVerified: true }, ['email'])).toMatchObject({ email_verified: true })
    expect(claimsOf({ ...KIM, document: { schemas: [] } }, ['email'])).toEqual({})
  })

  test('phone gives the first number if none is primary', () => {
    expect(claimsOf(KIM, ['phone'])).toEqual({ phone_number: '+49 30 1', phone_number_verified: false })
  })

  test('groups gives the names of the groups, and nothing to whom is in none', () => {
    expect(claimsOf(KIM, ['groups'])).toEqual({ groups: ['team'] })
    expect(claimsOf({ ...KIM, groups: [] }, ['groups'])).toEqual({})
  })

  test('address gives the primary one in the words of OpenID Connect Core 5.1.1, and nothing of one without parts', () => {
    const address = { street_address: 'Allee 1', locality: 'Berlin', postal_code: '10115', country: 'DE' }
    expect(claimsOf(KIM, ['address'])).toEqual({ address })
    const document = { schemas: [], addresses: [{ type: 'home' }] }
    expect(claimsOf({ ...KIM, document }, ['address'])).toEqual({})
  })

  test('roles gives the names of the roles, and nothing to whom holds none', () => {
    expect(claimsOf(KIM, ['roles'])).toEqual({ roles: ['auditor'] })
    expect(claimsOf({ ...KIM, roles: [] }, ['roles'])).toEqual({})
  })

  test('a claim that was asked for by itself comes without the others of its scope (section 5.5)', () => {
    expect(claimsOf(KIM, ['openid'], ['nickname', 'middle_name'])).toEqual({ sub: 'id-of-kim', nickname: 'Kimmy' })
  })

  test.each([
    ['the display name', { displayName: 'Dr. Berry' }, 'Dr. Berry'],
    [
      'the formatted name',
      { document: { schemas: [], name: { formatted: 'K. Berry', givenName: 'Kim' } } },
      'K. Berry',
    ],
    ['one part alone', { document: { schemas: [], name: { familyName: 'Berry' } } }, 'Berry'],
    ['nothing', { document: { schemas: [] } }, undefined],
  ])('name comes from %s', (_what, change, name) => {
    expect(claimsOf({ ...KIM, ...change }, ['profile']).name).toBe(name)
  })

  test('what is not of the kind that it should be is left out', () => {
    const document = { schemas: [], name: 'Kim', emails: 'kim@example.com', photos: [null, 7], nickName: '' }
    const claims = claimsOf({ ...KIM, document }, ['profile', 'email'])
    expect(Object.keys(claims)).toEqual(['preferred_username', 'updated_at'])
  })
})

describe('scopes', () => {
  test.each([
    ['openid profile', ['openid', 'profile']],
    ['profile openid', ['openid', 'profile']],
    ['openid openid', ['openid']],
    ['openid offline admin', ['openid']],
    ['OpenID', []],
    ['', []],
    ['  ', []],
  ])('of "%s" are known: %j (unknown ones are ignored, OpenID Connect Core 3.1.2.1)', (scope, known) => {
    expect(knownScopes(scope)).toEqual(known)
  })
})

describe('a verifier (RFC 7636 section 4.6)', () => {
  // The example of RFC 7636, appendix B.
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

  test("goes with its challenge: the RFC's own example", async () => {
    expect(await verifiesChallenge(verifier, challenge)).toBe(true)
  })

  test.each([
    ['another verifier', `${verifier.slice(0, -1)}l`, challenge],
    ['the challenge itself, as with plain', challenge, challenge],
    ['a verifier that is too short (section 4.1)', verifier.slice(1), challenge],
    ['a verifier with a character that none has', `${verifier.slice(1)}+`, challenge],
    ['nothing', '', challenge],
  ])('is refused: %s', async (_what, sent, kept) => {
    expect(await verifiesChallenge(sent, kept)).toBe(false)
  })
})
