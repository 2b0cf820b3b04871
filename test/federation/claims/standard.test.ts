import { describe, expect, test } from 'vitest'
import { DEFAULT_JIT } from '../../../src/connections/jit/settings.ts'
import type { Claims } from '../../../src/federation/claims/said.ts'
import { STANDARD_RULES } from '../../../src/federation/claims/standard.ts'
import { syncUser, userOf as describedBy } from '../../../src/federation/claims/sync.ts'
import { readableUserName } from '../../../src/federation/claims/user-name.ts'
import { claimsIn } from '../../../src/federation/claims/by-rules.ts'
import { USER } from '../../../src/scim/resource-types.ts'
import type { Resource } from '../../../src/scim/schema.ts'
import { validateResource } from '../../../src/scim/validate.ts'

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
const ASKED = ['openid', 'profile', 'email']
const kim: Resource = {
  schemas,
  userName: 'kim',
  displayName: 'Kim Berry',
  name: { formatted: 'Kim Berry', givenName: 'Kim', familyName: 'Berry' },
  emails: [{ value: 'kim@example.com', primary: true }],
}
const STANDARD_CLAIMS = [...new Set(STANDARD_RULES.flatMap(claimsIn))]
const said = { sub: '1', name: 'Kim Berry', given_name: 'Kim', family_name: 'Berry', email: 'kim@example.com' }

function userOf(claims: Claims, userName: string): Resource {
  return describedBy(DEFAULT_JIT, claims, userName)
}

function synced(user: Resource, claims: Claims, attributeSync: 'override' | 'preserveLocal'): Resource {
  const jit = { ...DEFAULT_JIT, attributeSync }
  return syncUser(USER, user, { jit, claims, askedScopes: ASKED, moment: 'signed-in' }).user
}

describe('a new user', () => {
  test('has each standard claim in its SCIM attribute (OIDC Core section 5.1)', () => {
    const claims = {
      ...said,
      middle_name: 'A.',
      nickname: 'Kimmy',
      profile: 'https://example.com/kim',
      picture: 'https://example.com/kim.png',
      locale: 'en-GB',
      zoneinfo: 'Europe/London',
      phone_number: '+44 1',
    }
    expect(userOf(claims, 'kim')).toEqual({
      ...kim,
      name: { formatted: 'Kim Berry', givenName: 'Kim', familyName: 'Berry', middleName: 'A.' },
      nickName: 'Kimmy',
      profileUrl: 'https://example.com/kim',
      photos: [{ value: 'https://example.com/kim.png', primary: true }],
      locale: 'en-GB',
      timezone: 'Europe/London',
      phoneNumbers: [{ value: '+44 1', primary: true }],
    })
  })

  test('is shown by given and family name where the provider has no name for the whole', () => {
    expect(userOf({ given_name: 'Kim', family_name: 'Berry' }, 'kim')).toMatchObject({
      displayName: 'Kim Berry',
      name: { formatted: 'Kim Berry' },
    })
  })

  test('can be given no attribute that no mapping names: no password, no active, no roles', () => {
    const claims = {
      ...said,
      password: 'x',
      active: false,
      roles: ['admin'],
      userName: 'admin',
      groups: ['g'],
      id: '7',
    }
    expect(userOf(claims, 'kim')).toEqual(kim)
  })

  const wrong: unknown[] = [
    null,
    7,
    true,
    {},
    { toString: null },
    [],
    ['kim'],
    '',
    '  ',
    'a\u0000b',
    '\ud800',
    'x'.repeat(5000),
    '\u202egnp',
  ]
  test.each(wrong)('survives claims that are all %j', (value) => {
    const claims = Object.fromEntries(['sub', 'preferred_username', ...STANDARD_CLAIMS].map((claim) => [claim, value]))
    expect(userOf(claims, 'someone')).toEqual({ schemas, userName: 'someone' })
    expect(readableUserName(claims, 'IDP-IS2')).toBe('user@idp-is2')
  })

  test('is a resource that SCIM would accept, whatever is in the claims', () => {
    const values = [...wrong, 'Kim', 'kim@example.com', 'https://example.com/', 'javascript:alert(1)', 'x'.repeat(900)]
    for (const value of values) {
      const user = userOf(Object.fromEntries(STANDARD_CLAIMS.map((claim) => [claim, value])), 'kim')
      expect(validateResource(USER, user)).toEqual(user)
    }
  })

  test('has no link that is no web address, and no e-mail address without an @', () => {
    const claims = { profile: 'javascript:alert(1)', picture: 'data:image/png;base64,AA', email: 'kim' }
    expect(userOf(claims, 'kim')).toEqual({ schemas, userName: 'kim' })
  })
})

describe('the readable user name', () => {
  test.each([
    ['the preferred one', { preferred_username: 'kim', email: 'k@example.com' }, 'kim'],
    ['the preferred one in its own script', { preferred_username: '金', email: 'k@example.com' }, '金'],
    [
      'the e-mail address for a UUID',
      { preferred_username: '5f0c1b9e-4f6e-4a9e-9d59-0c1d2e3f4a5b', email: 'k@example.com' },
      'k@example.com',
    ],
    ['the e-mail address for digits', { preferred_username: '117243210', email: 'k@example.com' }, 'k@example.com'],
    [
      'the e-mail address for a random token',
      { preferred_username: 'aB3dE6gH9jK2mN5pQ8sT', email: 'k@example.com' },
      'k@example.com',
    ],
    [
      'the e-mail address for what Basic could not carry',
      { preferred_username: 'a:b', email: 'k@example.com' },
      'k@example.com',
    ],
    ['given.family without either', { given_name: 'Anna Maria', family_name: 'Berry' }, 'anna.maria.berry'],
    [
      'given.family for an address that the provider says is not hers',
      { email: 'ceo@example.com', email_verified: false, given_name: 'Kim', family_name: 'Berry' },
      'kim.berry',
    ],
    ['the name at the connection', { name: 'Kim Berry' }, 'kim.berry@idp-is2'],
    ['user at the connection, if all that is known is the sub', { sub: '5f0c1b9e-4f6e-4a9e' }, 'user@idp-is2'],
  ])('is %s', (_fact, claims, expected) => {
    expect(readableUserName(claims, 'IDP-IS2')).toBe(expected)
  })
})

describe('the sync at a later sign-in', () => {
  test.each(['override', 'preserveLocal'] as const)('gives back the same object if nothing changed (%s)', (sync) => {
    const user = { ...kim, title: 'CTO' }
    expect(synced(user, said, sync)).toBe(user)
  })

  test.each(['override', 'preserveLocal'] as const)('takes over what the provider says (%s)', (sync) => {
    expect(synced(kim, { ...said, family_name: 'Moss' }, sync).name).toMatchObject({ familyName: 'Moss' })
  })

  test.each(['override', 'preserveLocal'] as const)(
    'leaves userName, active and what is in no mapping alone (%s)',
    (sync) => {
      const user = { ...kim, userName: 'kim.b', active: false, title: 'CTO', name: { honorificPrefix: 'Dr.' } }
      const after = synced(user, { ...said, preferred_username: 'other' }, sync)
      expect(after).toMatchObject({ userName: 'kim.b', active: false, title: 'CTO', name: { honorificPrefix: 'Dr.' } })
    },
  )

  const local: Resource = {
    ...kim,
    nickName: 'K',
    emails: [
      { value: 'old@example.com', type: 'home', primary: true },
      { value: 'kim@example.com', type: 'work' },
    ],
    phoneNumbers: [{ value: '+44 1' }],
  }
  test("'override' removes what was asked for and is not said any more, and nothing that was not asked for", () => {
    const after = synced(local, said, 'override')
    expect(after).not.toHaveProperty('nickName')
    expect(after.emails).toEqual([{ value: 'kim@example.com', type: 'work', primary: true }])
    expect(after.phoneNumbers).toEqual([{ value: '+44 1' }])
  })

  test("'override' removes nothing if the provider tells no more than who it is", () => {
    expect(synced(local, { sub: '1', iss: 'https://idp.example' }, 'override')).toBe(local)
  })

  test("'preserveLocal' keeps what the provider does not say, and one address is the primary one", () => {
    const after = synced(local, said, 'preserveLocal')
    expect(after.nickName).toBe('K')
    expect(after.emails).toEqual([
      { value: 'old@example.com', type: 'home' },
      { value: 'kim@example.com', type: 'work', primary: true },
    ])
    expect(synced(after, said, 'preserveLocal')).toBe(after)
  })
})
