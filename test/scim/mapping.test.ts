import { describe, expect, test } from 'vitest'
import type { MappingRule, Transform } from '../../src/core/attribute-mapping.ts'
import { applyRules, checkRule, readerOf } from '../../src/scim/mapping/map.ts'
import { USER } from '../../src/scim/resource-types.ts'
import type { Resource } from '../../src/scim/schema.ts'

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const KIM: Resource = {
  schemas: [CORE, ENTERPRISE],
  userName: 'Kim@Example.com',
  active: true,
  title: ' Cook ',
  userType: 'E',
  name: { givenName: 'Kim', familyName: 'Berry' },
  emails: [
    { value: 'kim@home.example', type: 'home' },
    { value: 'kim@work.example', type: 'work', primary: true },
  ],
  [ENTERPRISE]: { department: 'Kitchen', employeeNumber: '7' },
}
const BASE = { schemas: [CORE], userName: 'kim' }

function mapped(rules: readonly MappingRule[], sent?: Record<string, unknown>, base: object = BASE) {
  return applyRules(USER, rules, { ...base }, { read: readerOf(USER, KIM), sent })
}
/** What one rule makes of an attribute of kim. */
function made(source: string | undefined, transforms: readonly Transform[] = [], target = 'nickName') {
  return mapped([{ target, ...(source === undefined ? {} : { source }), transforms }])[target]
}

describe('a rule reads', () => {
  test.each([
    ['userName', 'Kim@Example.com'],
    ['name.givenName', 'Kim'],
    [`${ENTERPRISE}:department`, 'Kitchen'],
    ['emails[type eq "home"].value', 'kim@home.example'],
    ['emails.value', 'kim@home.example'],
    ['emails', 'kim@work.example'],
    ['displayName', undefined],
  ])('%s, of several values the primary or else the first one', (source, value) => {
    expect(made(source)).toEqual(value)
  })
})

describe('a rule writes', () => {
  test.each([
    [{ target: 'title', constant: 'Chef' }, { title: 'Chef' }],
    [{ target: 'name.formatted', constant: 'Kim B' }, { name: { formatted: 'Kim B' } }],
    [{ target: 'active', constant: 'False' }, { active: false }],
    [
      { target: 'emails[type eq "work"].value', source: 'userName' },
      { emails: [{ type: 'work', value: 'Kim@Example.com' }] },
    ],
    [{ target: 'emails', constant: 'a@b.example' }, { emails: [{ value: 'a@b.example' }] }],
    [{ target: 'externalId', source: `${ENTERPRISE}:employeeNumber` }, { externalId: '7' }],
  ])('%j', (rule, written) => {
    expect(mapped([rule])).toEqual({ ...BASE, ...written })
  })

  test('an attribute of an extension, and the extension is named in schemas (RFC 7643 section 3)', () => {
    expect(mapped([{ target: `${ENTERPRISE}:department`, constant: 'Bar' }])).toEqual({
      ...BASE,
      schemas: [CORE, ENTERPRISE],
      [ENTERPRISE]: { department: 'Bar' },
    })
  })

  test('an attribute of a schema that only the target knows', () => {
    const target = 'urn:acme:scim:2.0:User:badge'
    expect(mapped([{ target, source: 'userType' }])).toMatchObject({ 'urn:acme:scim:2.0:User': { badge: 'E' } })
  })

  test('one value among others, and leaves those', () => {
    const base = {
      ...BASE,
      emails: [
        { type: 'work', value: 'old' },
        { type: 'home', value: 'h' },
      ],
    }
    const rule = { target: 'emails[type eq "Work"].value', constant: 'new' }
    expect(mapped([rule], undefined, base).emails).toEqual([
      { type: 'work', value: 'new' },
      { type: 'home', value: 'h' },
    ])
  })

  test('what the earlier rule wrote is written over by the later one', () => {
    const twice = [
      { target: 'title', constant: 'a' },
      { target: 'title', constant: 'b' },
    ]
    expect(mapped(twice).title).toBe('b')
  })
})

describe('without a value', () => {
  const base = {
    ...BASE,
    title: 'Cook',
    emails: [{ type: 'work', value: 'w' }],
    name: { givenName: 'Kim' },
    [ENTERPRISE]: { department: 'x' },
  }
  test.each([
    'title',
    'emails[type eq "work"].value',
    'emails[type eq "work"]',
    'name.givenName',
    `${ENTERPRISE}:department`,
  ])('%s is taken away, with what is empty then', (target) => {
    const { [target.replace(/\W.*/, '')]: _gone, [ENTERPRISE]: extension, ...rest }: Record<string, unknown> = base
    const isExtension = target.startsWith('urn:')
    expect(mapped([{ target }], undefined, base)).toEqual(
      isExtension
        ? { ...base, [ENTERPRISE]: undefined }
        : { ...rest, [ENTERPRISE]: extension, schemas: [CORE, ENTERPRISE] },
    )
  })
})

describe('transforms', () => {
  test.each<[string | undefined, Transform[], unknown]>([
    ['userName', [{ type: 'lowerCase' }], 'kim@example.com'],
    ['userName', [{ type: 'upperCase' }], 'KIM@EXAMPLE.COM'],
    ['title', [{ type: 'trim' }], 'Cook'],
    ['userName', [{ type: 'split', separator: '@', index: 0 }], 'Kim'],
    ['userName', [{ type: 'split', separator: '.', index: -1 }], 'com'],
    ['userName', [{ type: 'split', separator: '@', index: 5 }], undefined],
    [
      undefined,
      [{ type: 'template', template: '{name.givenName}.{name.familyName}' }, { type: 'lowerCase' }],
      'kim.berry',
    ],
    [undefined, [{ type: 'template', template: '{nickName} {displayName}' }], undefined],
    ['userType', [{ type: 'map', values: { E: 'Employee' } }], 'Employee'],
    ['userType', [{ type: 'map', values: { C: 'Contractor' } }], undefined],
    ['userType', [{ type: 'map', values: { C: 'Contractor' }, default: 'Other' }], 'Other'],
    ['active', [{ type: 'map', values: { true: 'on', false: 'off' } }], 'on'],
    ['userType', [{ type: 'map', values: {}, default: 'x' }], 'x'],
    ['emails.value', [{ type: 'join', separator: ', ' }], 'kim@home.example, kim@work.example'],
    ['displayName', [{ type: 'default', value: 'none' }], 'none'],
    ['userName', [{ type: 'default', value: 'none' }], 'Kim@Example.com'],
  ])('of %s: %j is %j', (source, transforms, value) => {
    expect(made(source, transforms)).toEqual(value)
  })

  test('a name that objects have of themselves is mapped to nothing', () => {
    expect(made('userType', [{ type: 'map', values: { X: 'y' } }])).toBeUndefined()
    const rule = { target: 'nickName', constant: 'constructor', transforms: [{ type: 'map', values: {} } as const] }
    expect(mapped([rule]).nickName).toBeUndefined()
  })
})

describe('a rule for what is new', () => {
  const rules = [{ target: 'userType', constant: 'Newcomer', on: 'create' as const }]
  test('counts once, and is left as it was sent afterwards, so that no PUT takes it away', () => {
    expect(mapped(rules).userType).toBe('Newcomer')
    expect(mapped(rules, { userType: 'As it was' }).userType).toBe('As it was')
    expect(mapped(rules, {}).userType).toBeUndefined()
  })
})

describe('a rule is refused', () => {
  test.each<[MappingRule, string]>([
    [{ target: 'noSuch', constant: 1 }, 'target'],
    [{ target: 'emails[type eq', constant: 1 }, 'target'],
    [{ target: 'emails.value', constant: 1 }, 'target'],
    [{ target: 'emails[value co "x"].type', constant: 1 }, 'target'],
    [{ target: 'id', constant: 1 }, 'target'],
    [{ target: 'meta.created', constant: 1 }, 'target'],
    [{ target: 'groups', constant: [] }, 'target'],
    [{ target: 'password', constant: 'x' }, 'target'],
    [{ target: CORE, constant: {} }, 'target'],
    [{ target: 'urn:acme:no path', constant: 1 }, 'target'],
    [{ target: 'title', source: 'noSuch' }, 'source'],
    [{ target: 'title', source: 'password' }, 'source'],
    [{ target: 'title', source: 'urn:acme:scim:2.0:User:badge' }, 'source'],
    [
      { target: 'title', transforms: [{ type: 'trim' }, { type: 'template', template: '{noSuch}' }] },
      'transforms.1.template',
    ],
  ])('%j: its %s', (rule, field) => {
    expect(checkRule(USER, rule).map((error) => error.field)).toEqual([field])
  })

  test.each<MappingRule>([
    { target: 'emails[type eq "work" and primary eq true].value', source: 'groups[type eq "direct"].display' },
    { target: 'urn:acme:scim:2.0:User:manager.value', source: `${ENTERPRISE}:manager.value` },
  ])('but not %j', (rule) => {
    expect(checkRule(USER, rule)).toEqual([])
  })
})
