import { describe, expect, test } from 'vitest'
import { checkClaimRule } from '../../../src/connections/jit/claim-rules.ts'
import { DEFAULT_JIT } from '../../../src/connections/jit/settings.ts'
import { claimAt, isClaimPath, parseClaimPath } from '../../../src/core/claim-path.ts'
import type { ClaimRule } from '../../../src/db/schema.ts'
import type { Claims } from '../../../src/federation/claims/said.ts'
import { syncUser, userOf } from '../../../src/federation/claims/sync.ts'
import { readableUserName } from '../../../src/federation/claims/user-name.ts'
import { USER } from '../../../src/scim/resource-types.ts'
import { type ResourceType, withExtension } from '../../../src/scim/schema.ts'
import { CUSTOM_USER_URN, type CustomAttribute, customUserSchema } from '../../../src/scim/schemas/custom.ts'

const CLAIMS = {
  sub: '7',
  email: 'Kim@Example.com',
  given_name: 'Kim',
  family_name: 'Berry',
  employee: 4711,
  address: { locality: 'Bern' },
  groups: ['cooks', 'waiters'],
  roles: [{ name: 'a' }, { name: 'b' }, { other: 1 }],
  'https://example.com/dept': 'Kitchen',
  'https://example.com/claims': { dept: 'Bar' },
  'urn:zitadel:iam': { x: 1 },
}
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const custom = (name: string, change: Partial<CustomAttribute> = {}): CustomAttribute => ({
  name,
  type: 'string',
  description: '',
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  ...change,
})

function made(mapping: ClaimRule[], claims: Claims = CLAIMS, type: ResourceType = USER) {
  const { schemas: _schemas, userName: _userName, ...rest } = userOf({ ...DEFAULT_JIT, mapping }, claims, 'kim', type)
  return rest
}

describe('the path of a claim', () => {
  test.each([
    ['email', 'Kim@Example.com'],
    ['address.locality', 'Bern'],
    ['groups[0]', 'cooks'],
    ['groups[5]', undefined],
    ['groups[*]', ['cooks', 'waiters']],
    ['roles[*].name', ['a', 'b']],
    ['roles[1].name', 'b'],
    ['"https://example.com/dept"', 'Kitchen'],
    ['"https://example.com/claims".dept', 'Bar'],
    ['urn:zitadel:iam.x', 1],
    ['email.locality', undefined],
    ['toString', undefined],
    ['address.constructor', undefined],
  ])('%s', (path, value) => {
    expect(claimAt(CLAIMS, parseClaimPath(path))).toEqual(value)
  })

  test.each([
    '',
    '.email',
    'email.',
    'a..b',
    'a b',
    'a[',
    'a[x]',
    '[0]',
    '"a',
    'a"b"',
    'a{b}',
    'https://example.com/dept',
    'a[-1]',
  ])('is not %j', (path) => {
    expect(isClaimPath(path)).toBe(false)
  })
})

describe('a rule', () => {
  test.each<[ClaimRule, object]>([
    [{ target: 'title', source: '"https://example.com/claims".dept' }, { title: 'Bar' }],
    [{ target: `${ENTERPRISE}:employeeNumber`, source: 'employee' }, { [ENTERPRISE]: { employeeNumber: '4711' } }],
    [
      { target: 'addresses[type eq "work"].locality', source: 'address.locality' },
      { addresses: [{ type: 'work', locality: 'Bern' }] },
    ],
    [
      { target: 'emails[type eq "work"].value', source: 'email', transforms: [{ type: 'lowerCase' }] },
      { emails: [{ type: 'work', value: 'kim@example.com' }] },
    ],
    [
      {
        target: 'nickName',
        transforms: [{ type: 'template', template: '{given_name}.{family_name}' }, { type: 'lowerCase' }],
      },
      { nickName: 'kim.berry' },
    ],
    [
      { target: 'title', transforms: [{ type: 'template', template: '{"https://example.com/dept"} {groups[0]}' }] },
      { title: 'Kitchen cooks' },
    ],
    [
      { target: 'entitlements', source: 'groups' },
      { entitlements: [{ value: 'cooks', primary: true }, { value: 'waiters' }] },
    ],
    [{ target: 'title', source: 'groups' }, { title: 'cooks' }],
    [
      { target: 'title', source: 'groups', transforms: [{ type: 'join', separator: ', ' }] },
      { title: 'cooks, waiters' },
    ],
    [{ target: 'title', source: 'job', transforms: [{ type: 'default', value: 'Guest' }] }, { title: 'Guest' }],
    [{ target: 'userType', constant: 'Employee' }, { userType: 'Employee' }],
    [
      { target: 'userType', source: 'groups[0]', transforms: [{ type: 'map', values: { cooks: 'Kitchen' } }] },
      { userType: 'Kitchen' },
    ],
  ])('%j', (rule, attributes) => {
    expect(made([rule])).toEqual(attributes)
  })

  test('that is later counts, if it finds something', () => {
    const rules = [
      { target: 'title', source: 'given_name' },
      { target: 'title', source: 'job' },
    ]
    expect(made(rules)).toEqual({ title: 'Kim' })
    expect(made(rules, { ...CLAIMS, job: 'Cook' })).toEqual({ title: 'Cook' })
  })

  test('writes attributes that the tenant has of its own, of their type', () => {
    const type = withExtension(
      USER,
      customUserSchema([custom('badge', { type: 'integer' }), custom('tags', { multiValued: true })]),
    )
    const rules = [
      { target: `${CUSTOM_USER_URN}:badge`, source: 'employee' },
      { target: `${CUSTOM_USER_URN}:tags`, source: 'groups' },
    ]
    expect(made(rules, CLAIMS, type)).toEqual({ [CUSTOM_USER_URN]: { badge: 4711, tags: ['cooks', 'waiters'] } })
    expect(made([{ target: `${CUSTOM_USER_URN}:badge`, source: 'given_name' }], CLAIMS, type)).toEqual({})
    // The tenant has taken it away since.
    expect(made(rules)).toEqual({})
  })

  test('does not change what is immutable and set (RFC 7643 section 2.2), nor takes away what is required', () => {
    const type = withExtension(
      USER,
      customUserSchema([custom('badge', { mutability: 'immutable' }), custom('site', { required: true })]),
    )
    const mapping = [
      { target: `${CUSTOM_USER_URN}:badge`, source: 'badge' },
      { target: `${CUSTOM_USER_URN}:site`, source: 'site' },
    ]
    const jit = { ...DEFAULT_JIT, mapping }
    const user = userOf(jit, { badge: '1', site: 'Bern' }, 'kim', type)
    const sync = { jit, askedScopes: [], moment: 'signed-in' as const, synced: { [`${CUSTOM_USER_URN}:site`]: 'Bern' } }
    expect(syncUser(type, user, { ...sync, claims: { badge: '2' } }).user).toBe(user)
  })
})

describe('whatever the rule', () => {
  const ALL = [
    'userName',
    'active',
    'password',
    'externalId',
    'id',
    'meta',
    'groups',
    'roles',
    'schemas',
    'urn:acme:2.0:User:x',
  ]
  test.each(ALL)('%s is nothing that a provider can say', (target) => {
    expect(made([{ target, source: 'sub' }])).toEqual({})
    expect(checkClaimRule(USER, { target, source: 'sub' })).toMatchObject([{ field: 'target' }])
  })

  test.each<[string, unknown]>([
    ['profileUrl', 'javascript:alert(1)'],
    ['photos', ['data:image/png;base64,AA', 'javascript:alert(1)']],
    ['photos[type eq "photo"].value', 'javascript:alert(1)'],
    ['emails', 'kim'],
    ['emails[type eq "work"].value', 'kim'],
    ['emails', [{ value: 'kim', type: 'work' }]],
    ['title', 'a\u0000b'],
    ['title', '\u202egnp'],
    ['title', 'x'.repeat(5000)],
    ['title', { toString: null }],
    ['title', [[[[[['deep']]]]]]],
    ['addresses', [{ streetAddress: 'a\u0007' }]],
  ])('%s never becomes %j', (target, x) => {
    expect(made([{ target, source: 'x' }], { x })).toEqual({})
    expect(made([{ target, constant: x }], {})).toEqual({})
  })

  test('of several values those that will do are taken, and nothing but what the schema knows', () => {
    const x = [{ value: 'kim@x.example', type: 'work', evil: 1, primary: true }, 'b@x.example', 'javascript:x', 7]
    expect(made([{ target: 'emails', source: 'x' }], { x }).emails).toEqual([
      { value: 'kim@x.example', type: 'work', primary: true },
      { value: 'b@x.example' },
    ])
  })
})

test('what is wrong with a rule is said of its field', () => {
  const wrong: [ClaimRule, string[]][] = [
    [{ target: 'nope', source: 'a' }, ['target']],
    [{ target: 'title', source: 'a b' }, ['source']],
    [{ target: 'title', source: 'https://x.example/dept' }, ['source']],
    [
      { target: 'title', transforms: [{ type: 'trim' }, { type: 'template', template: '{a..b}' }] },
      ['transforms.1.template'],
    ],
    [{ target: 'title' }, ['source']],
    [{ target: 'emails.value', source: 'email' }, ['target']],
  ]
  for (const [rule, fields] of wrong) expect(checkClaimRule(USER, rule).map(({ field }) => field)).toEqual(fields)
  expect(checkClaimRule(USER, { target: 'emails[type eq "work"].value', source: 'a[*].b' })).toEqual([])
})

describe('the user name from a chosen claim', () => {
  test.each([
    ['is that claim', CLAIMS, 'given_name', 'Kim'],
    ['may be a number, which somebody wanted', CLAIMS, 'employee', '4711'],
    ['may be deep', CLAIMS, '"https://example.com/claims".dept', 'Bar'],
    ['is the readable one without it', CLAIMS, 'upn', 'Kim@Example.com'],
    ['is the readable one for a name that Basic could not carry', { ...CLAIMS, upn: 'a:b' }, 'upn', 'Kim@Example.com'],
    ['is the readable one for a list', CLAIMS, 'groups', 'Kim@Example.com'],
    ['is no address that is not hers', { ...CLAIMS, email_verified: false }, 'email', 'kim.berry'],
  ])('%s', (_fact, claims, claim, expected) => {
    expect(readableUserName(claims, 'IDP-IS2', claim)).toBe(expected)
  })
})
