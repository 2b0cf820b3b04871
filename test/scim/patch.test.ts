import { expect, test } from 'vitest'
import { normalizePatch } from '../../src/scim/lenient.ts'
import { applyOperations, parsePatch as parseStrictly } from '../../src/scim/patch.ts'
import { GROUP, USER } from '../../src/scim/resource-types.ts'
import type { Resource, ResourceType } from '../../src/scim/schema.ts'
import { refusalOf } from './refusal.ts'

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

const KIM: Resource = {
  schemas: [CORE, ENTERPRISE],
  id: '7',
  userName: 'kim',
  name: { givenName: 'Kim', familyName: 'Berry' },
  title: 'Guide',
  active: true,
  emails: [
    { value: 'kim@work', type: 'work', primary: true },
    { value: 'kim@home', type: 'home' },
  ],
  [ENTERPRISE]: { department: 'Tours' },
  roles: [{ value: 'r1', display: 'everyone' }],
  meta: { resourceType: 'User', version: 'W/"1"' },
}
const GUIDES: Resource = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  id: '9',
  displayName: 'Guides',
  members: [
    { value: 'a', display: 'Ann', $ref: 'https://x/Users/a', type: 'User' },
    { value: 'b', display: 'Bob', $ref: 'https://x/Users/b', type: 'User' },
  ],
}

/** As what real clients send is taken; strict.test.ts has the rest. */
function parsePatch(type: ResourceType, body: unknown) {
  return parseStrictly(type, normalizePatch(type, body))
}

function patchResource(type: ResourceType, resource: Resource, body: unknown) {
  return applyOperations(type, resource, parsePatch(type, body))
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}

/** The resource after these operations; it is frozen, so that a change in place would throw. */
function patched(type: ResourceType, resource: Resource, ...operations: object[]): Resource {
  return patchResource(type, deepFreeze(resource), deepFreeze({ schemas: [PATCH_OP], Operations: operations }))
}

const { emails: _emails, ...NO_EMAILS } = KIM

test.each<[string, object, object]>([
  // RFC 7644 section 3.5.2.1
  ['add of a new attribute', { op: 'add', path: 'nickName', value: 'Kimmy' }, { nickName: 'Kimmy' }],
  ['add of a singular one replaces it', { op: 'add', path: 'title', value: 'Boss' }, { title: 'Boss' }],
  [
    'add merges a complex one',
    { op: 'add', path: 'name', value: { middleName: 'B' } },
    { name: { givenName: 'Kim', familyName: 'Berry', middleName: 'B' } },
  ],
  [
    'add appends to a multi-valued one',
    { op: 'add', path: 'emails', value: [{ value: 'x', type: 'other' }] },
    { emails: [...(KIM.emails as object[]), { value: 'x', type: 'other' }] },
  ],
  [
    'add makes the parent of a sub-attribute',
    { op: 'add', path: `${ENTERPRISE}:manager.value`, value: 'm' },
    { [ENTERPRISE]: { department: 'Tours', manager: { value: 'm' } } },
  ],
  ['add without a path', { op: 'add', value: { title: 'Boss', nickName: 'K' } }, { title: 'Boss', nickName: 'K' }],
  [
    'add to the values that a filter picks',
    { op: 'add', path: 'emails[type eq "home"].display', value: 'Home' },
    { emails: [(KIM.emails as object[])[0], { value: 'kim@home', type: 'home', display: 'Home' }] },
  ],
  [
    'add says more of a value that is there instead of repeating it (RFC 7643 §2.4)',
    { op: 'add', path: 'emails', value: { value: 'kim@home', type: 'home', display: 'Home' } },
    { emails: [(KIM.emails as object[])[0], { value: 'kim@home', type: 'home', display: 'Home' }] },
  ],
  [
    'add merges into the value that a filter picks, also when its value changes',
    { op: 'add', path: 'emails[type eq "home"]', value: { value: 'new@home' } },
    { emails: [(KIM.emails as object[])[0], { value: 'new@home', type: 'home' }] },
  ],
  // RFC 7644 section 3.5.2.2
  ['remove of one', { op: 'remove', path: 'title' }, { title: undefined }],
  ['remove of all values', { op: 'remove', path: 'emails' }, { emails: undefined }],
  [
    'remove of picked values',
    { op: 'remove', path: 'emails[type eq "work" or value co "none"]' },
    { emails: [{ value: 'kim@home', type: 'home' }] },
  ],
  ['remove of the last picked value', { op: 'remove', path: 'emails[value pr]' }, { emails: undefined }],
  ['remove of a sub-attribute', { op: 'remove', path: 'name.givenName' }, { name: { familyName: 'Berry' } }],
  [
    'remove of a sub-attribute of picked values',
    { op: 'remove', path: 'emails[type eq "work"].primary' },
    {
      emails: [
        { value: 'kim@work', type: 'work' },
        { value: 'kim@home', type: 'home' },
      ],
    },
  ],
  [
    'remove of the last attribute of an extension takes it out of schemas',
    { op: 'remove', path: `${ENTERPRISE}:department` },
    { schemas: [CORE], [ENTERPRISE]: undefined },
  ],
  ['remove of a whole extension', { op: 'remove', path: ENTERPRISE }, { schemas: [CORE], [ENTERPRISE]: undefined }],
  // RFC 7644 section 3.5.2.3
  ['replace of one', { op: 'replace', path: 'TITLE', value: 'Boss' }, { title: 'Boss' }],
  ['replace of one that is not there', { op: 'replace', path: 'nickName', value: 'K' }, { nickName: 'K' }],
  [
    'replace leaves the sub-attributes that are not named',
    { op: 'replace', path: 'name', value: { familyName: 'New' } },
    { name: { givenName: 'Kim', familyName: 'New' } },
  ],
  [
    'replace of a sub-attribute by null removes it',
    { op: 'replace', path: 'name', value: { familyName: null } },
    { name: { givenName: 'Kim' } },
  ],
  ['replace of all values', { op: 'replace', path: 'emails', value: [{ value: 'x' }] }, { emails: [{ value: 'x' }] }],
  ['replace by no values', { op: 'replace', path: 'emails', value: [] }, { emails: undefined }],
  ['replace by null', { op: 'replace', path: 'title', value: null }, { title: undefined }],
  [
    'replace of a picked value as a whole',
    { op: 'replace', path: 'emails[type eq "home"]', value: { value: 'x', type: 'other' } },
    { emails: [(KIM.emails as object[])[0], { value: 'x', type: 'other' }] },
  ],
  [
    'replace of a sub-attribute of picked values',
    { op: 'replace', path: 'emails[type eq "work" and value ew "work"].value', value: 'x' },
    {
      emails: [
        { value: 'x', type: 'work', primary: true },
        { value: 'kim@home', type: 'home' },
      ],
    },
  ],
  ['replace of the core schema by its URN', { op: 'replace', path: CORE, value: { title: 'Boss' } }, { title: 'Boss' }],
  [
    'replace of an attribute by its URN',
    { op: 'replace', path: `${CORE}:name.familyName`, value: 'New' },
    { name: { givenName: 'Kim', familyName: 'New' } },
  ],
  [
    'replace of a filtered path behind a URN',
    { op: 'replace', path: `${CORE}:emails[type eq "home"].value`, value: 'x' },
    { emails: [(KIM.emails as object[])[0], { value: 'x', type: 'home' }] },
  ],
  [
    'a new primary value takes that from the other (RFC 7644 §3.5.2)',
    { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
    {
      emails: [
        { value: 'kim@work', type: 'work', primary: false },
        { value: 'kim@home', type: 'home', primary: true },
      ],
    },
  ],
  [
    'an added primary value takes that from the other (RFC 7644 §3.5.2)',
    { op: 'add', path: 'emails', value: [{ value: 'x', primary: true }] },
    {
      emails: [
        { value: 'kim@work', type: 'work', primary: false },
        { value: 'kim@home', type: 'home' },
        { value: 'x', primary: true },
      ],
    },
  ],
  ['a password', { op: 'replace', value: { password: 'MyPa33w@rd' } }, { password: 'MyPa33w@rd' }],
  // Entra
  ['Entra: op in capitals, boolean as text', { op: 'Replace', path: 'active', value: 'False' }, { active: false }],
  [
    'Entra: dotted and URN names without a path',
    { op: 'replace', value: { 'name.givenName': 'Kkom', [`${ENTERPRISE}:employeeNumber`]: 'Aklq', displayName: 'B' } },
    {
      name: { givenName: 'Kkom', familyName: 'Berry' },
      displayName: 'B',
      [ENTERPRISE]: { department: 'Tours', employeeNumber: 'Aklq' },
    },
  ],
  [
    'Entra: a filtered path as a name',
    { op: 'replace', value: { 'emails[type eq "work"].value': 'x' } },
    {
      emails: [
        { value: 'x', type: 'work', primary: true },
        { value: 'kim@home', type: 'home' },
      ],
    },
  ],
  [
    'Entra: a value that is missing is made',
    { op: 'Replace', path: 'phoneNumbers[type eq "mobile"].value', value: '1' },
    { phoneNumbers: [{ type: 'mobile', value: '1' }] },
  ],
  [
    'Entra: a value that is missing is made, with all that the filter says',
    { op: 'Add', path: 'emails[type eq "other" and primary eq "True"].value', value: 'x' },
    {
      emails: [
        { value: 'kim@work', type: 'work', primary: false },
        { value: 'kim@home', type: 'home' },
        { type: 'other', primary: true, value: 'x' },
      ],
    },
  ],
  [
    'Entra: a manager as text',
    { op: 'Add', path: `${ENTERPRISE}:manager`, value: 'm' },
    { [ENTERPRISE]: { department: 'Tours', manager: { value: 'm' } } },
  ],
  [
    'Entra: a complex attribute as an array of one',
    { op: 'Replace', path: 'name', value: [{ givenName: 'Jim' }] },
    { name: { givenName: 'Jim', familyName: 'Berry' } },
  ],
  [
    'Entra: the legacy URN with a dot',
    { op: 'Replace', path: `${ENTERPRISE}.department`, value: 'Sales' },
    { [ENTERPRISE]: { department: 'Sales' } },
  ],
  [
    'OneLogin: the URN of SCIM 1.1',
    { op: 'replace', value: { 'urn:scim:schemas:extension:enterprise:1.0': { department: 'Sales' } } },
    { [ENTERPRISE]: { department: 'Sales' } },
  ],
  [
    'Entra: a name as an array of one value',
    { op: 'Replace', path: 'title', value: [{ $ref: null, value: 'Boss' }] },
    { title: 'Boss' },
  ],
  [
    'an extension as an object without a path',
    { op: 'replace', value: { [ENTERPRISE]: { costCenter: '1' } } },
    { [ENTERPRISE]: { department: 'Tours', costCenter: '1' } },
  ],
  [
    'what is read-only or unknown is passed over without a path (Okta: id)',
    { op: 'replace', value: { id: '8', meta: {}, groups: [], schemas: [], shoeSize: 44, title: 'Boss' } },
    { title: 'Boss' },
  ],
])('%s (RFC 7644 §3.5.2)', (_title, operation, change) => {
  // Through JSON, so that what became undefined is gone.
  const expected: unknown = JSON.parse(JSON.stringify({ ...KIM, ...change }))
  expect(patched(USER, KIM, operation)).toStrictEqual(expected)
})

test.each<object>([
  { op: 'replace', path: 'active', value: true },
  { op: 'replace', path: 'active', value: 'True' },
  { op: 'add', path: 'title', value: 'Guide' },
  { op: 'replace', value: { title: 'Guide', name: { givenName: 'Kim' } } },
  { op: 'add', path: 'emails', value: [{ value: 'kim@home', type: 'home' }] },
  { op: 'add', path: 'emails', value: ['kim@home'] },
  { op: 'replace', path: 'emails', value: KIM.emails },
  { op: 'replace', path: 'emails', value: [...(KIM.emails as object[])].reverse() },
  { op: 'replace', path: 'emails[type eq "work"].value', value: 'kim@work' },
  { op: 'remove', path: 'nickName' },
  { op: 'remove', path: 'name.middleName' },
  { op: 'remove', path: 'emails[type eq "other"]' },
  { op: 'remove', path: 'emails[type eq "other"].value' },
  { op: 'remove', path: `${ENTERPRISE}:manager` },
  { op: 'add', path: 'title', value: null },
  { op: 'replace', path: 'nickName', value: null },
  { op: 'replace', path: 'name', value: {} },
  { op: 'replace', path: `${ENTERPRISE}:manager`, value: '' },
  { op: 'replace', path: 'schemas', value: [CORE] },
  { op: 'replace', value: { id: '7', meta: null } },
  { op: 'replace', value: {} },
  // Entra: app roles come with the user; here they are given at the role.
  { op: 'Add', path: 'roles[primary eq "True"].value', value: 'r2' },
  { op: 'remove', path: 'roles[value eq "r1"]' },
])('%j changes nothing: the same object comes back (RFC 7644 §3.5.2)', (operation) => {
  expect(patched(USER, KIM, operation)).toBe(KIM)
})

test('the same value of another type is another value (RFC 7643 §2.4)', () => {
  const user = patched(USER, KIM, { op: 'add', path: 'emails', value: [{ value: 'kim@home', type: 'other' }] })
  expect(user.emails).toEqual([...(KIM.emails as object[]), { value: 'kim@home', type: 'other' }])
})

test('operations that undo each other change nothing (RFC 7644 §3.5.2)', () => {
  const add = { op: 'add', path: 'nickName', value: 'K' }
  expect(patched(USER, KIM, add, { op: 'remove', path: 'nickName' })).toBe(KIM)
})

test('operations apply in order, each to what the one before left (RFC 7644 §3.5.2)', () => {
  const user = patched(
    USER,
    NO_EMAILS as Resource,
    { op: 'add', path: 'emails', value: [{ value: 'a', type: 'work' }] },
    { op: 'replace', path: 'emails[type eq "work"].value', value: 'b' },
    { op: 'add', path: 'emails[type eq "work"].primary', value: true },
  )
  expect(user.emails).toEqual([{ value: 'b', type: 'work', primary: true }])
})

test.each<[object, RegExp]>([
  [{ op: 'replace', path: 'id', value: '8' }, /^mutability: id is read-only/],
  [{ op: 'add', path: 'groups', value: [{ value: 'g' }] }, /^mutability: groups is read-only/],
  [{ op: 'replace', path: 'meta.version', value: 'x' }, /^mutability: meta.version is read-only/],
  [{ op: 'replace', path: `${ENTERPRISE}:manager.displayName`, value: 'x' }, /^mutability: .* is read-only/],
  [{ op: 'remove', path: 'userName' }, /^mutability: userName is required/],
  [{ op: 'replace', path: 'userName', value: null }, /^mutability: userName is required/],
  [{ op: 'replace', path: 'userName', value: '' }, /^invalidValue: userName is required/],
  [{ op: 'remove', path: CORE }, /^mutability: /],
  [{ op: 'remove' }, /^noTarget: /],
  [{ op: 'replace', path: 'emails[type ne "work" and type ne "home"].value', value: 'x' }, /^noTarget: /],
  [{ op: 'add', path: 'emails[not (value pr)].value', value: 'x' }, /^noTarget: /],
  [{ op: 'replace', path: 'name[givenName eq "Jim"].familyName', value: 'x' }, /^noTarget: /],
  [{ op: 'replace', path: 'shoeSize', value: 44 }, /^invalidPath: User has no attribute shoeSize/],
  [{ op: 'replace', path: 'name.shoeSize', value: 44 }, /^invalidPath: /],
  [{ op: 'replace', path: 'emails[type eq "work"].shoeSize', value: 44 }, /^invalidPath: /],
  [{ op: 'replace', path: 'title.value', value: 'x' }, /^invalidPath: /],
  [{ op: 'replace', path: 'urn:x:y:title', value: 'x' }, /^invalidPath: /],
  [{ op: 'replace', path: 'emails[type eq "work"', value: 'x' }, /^invalidPath: At character 22/],
  [{ op: 'replace', path: 'emails[type eq]', value: 'x' }, /^invalidPath: At character 15/],
  [{ op: 'replace', path: 'emails.value[type eq "x"]', value: 'x' }, /^invalidPath: /],
  [{ op: 'replace', path: 'emails[type eq "work"] value', value: 'x' }, /^invalidPath: .*the end of the path/],
  [{ op: 'replace', path: 'a b', value: 'x' }, /^invalidPath: /],
  [{ op: 'replace', path: 7, value: 'x' }, /^invalidPath: /],
  [{ op: 'replace', path: 'emails[shoeSize eq 1].value', value: 'x' }, /^invalidFilter: /],
  [{ op: 'replace', path: 'emails[primary gt true].value', value: 'x' }, /^invalidFilter: /],
  [{ op: 'replace', path: 'active', value: 'maybe' }, /^invalidValue: active must be true or false/],
  [{ op: 'add', path: 'emails', value: [{ value: 7 }] }, /^invalidValue: emails\[0\]\.value must be a string/],
  [{ op: 'replace', path: 'emails[type eq "work"].value', value: {} }, /^invalidValue: emails\.value must be a string/],
  [
    {
      op: 'add',
      path: 'emails',
      value: [
        { value: 'a', primary: true },
        { value: 'b', primary: true },
      ],
    },
    /^invalidValue/,
  ],
  [{ op: 'add', path: 'phoneNumbers[value pr].primary', value: true }, /^noTarget/],
  [{ op: 'add', path: 'title' }, /^invalidValue: Operations\[0\]\.value is missing/],
  [{ op: 'add', value: 'x' }, /^invalidValue: Operations\[0\]\.value must be an object/],
  [{ op: 'move', path: 'title', value: 'x' }, /^invalidSyntax: Operations\[0\]\.op/],
  [{ path: 'title', value: 'x' }, /^invalidSyntax: Operations\[0\]\.op/],
])('%j is refused as %s (RFC 7644 §3.12)', (operation, expected) => {
  expect(refusalOf(() => patched(USER, KIM, operation))).toMatch(expected)
})

test.each<[unknown, RegExp]>([
  [null, /^invalidSyntax/],
  [[], /^invalidSyntax/],
  [{}, /^invalidSyntax: Operations/],
  [{ Operations: [] }, /^invalidSyntax: Operations/],
  [{ Operations: {} }, /^invalidSyntax: Operations/],
  [{ Operations: ['x'] }, /^invalidSyntax: Operations\[0\]/],
  [{ schemas: ['urn:x'], Operations: [{ op: 'remove', path: 'title' }] }, /^invalidSyntax: schemas/],
  [{ Operations: Array.from({ length: 1001 }, () => ({ op: 'remove', path: 'title' })) }, /^413/],
])('the body %j is no PATCH (RFC 7644 §3.5.2)', (body, expected) => {
  expect(refusalOf(() => patchResource(USER, KIM, body))).toMatch(expected)
})

test('`operations` in lower case and a body without schemas are taken', () => {
  expect(patchResource(USER, KIM, { operations: [{ op: 'remove', path: 'title' }] })).not.toHaveProperty('title')
})

test('a refused operation leaves the resource as it was, also behind others that would do (RFC 7644 §3.5.2)', () => {
  const before = structuredClone(KIM)
  const good = { op: 'replace', path: 'title', value: 'Boss' }
  expect(refusalOf(() => patched(USER, KIM, good, { op: 'remove', path: 'userName' }))).toMatch(/^mutability/)
  expect(KIM).toEqual(before)
})

test.each<[string, object[], string[]]>([
  ['Entra adds', [{ op: 'Add', path: 'members', value: [{ $ref: null, value: 'c' }] }], ['a', 'b', 'c']],
  ['Entra removes only what it lists', [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'a' }] }], ['b']],
  ['Microsoft lists text', [{ op: 'remove', path: 'members', value: 'a' }], ['b']],
  ['an empty list removes none', [{ op: 'remove', path: 'members', value: [] }], ['a', 'b']],
  ['no list removes all', [{ op: 'remove', path: 'members' }], []],
  ['a filter removes one', [{ op: 'remove', path: 'members[value eq "a"]' }], ['b']],
  [
    'Okta removes and adds',
    [
      { op: 'remove', path: 'members[value eq "a"]' },
      { op: 'add', path: 'members', value: [{ value: 'c', display: 'Cid' }] },
    ],
    ['b', 'c'],
  ],
  ['Okta replaces all', [{ op: 'replace', path: 'members', value: [{ value: 'b' }, { value: 'd' }] }], ['b', 'd']],
  ['Okta replaces by none', [{ op: 'replace', path: 'members', value: [] }], []],
])('members: %s (RFC 7644 §3.5.2)', (_title, operations, expected) => {
  const members = patched(GROUP, GUIDES, ...operations).members ?? []
  expect((members as { value: string }[]).map(({ value }) => value)).toEqual(expected)
})

test.each<object>([
  { op: 'add', path: 'members', value: [{ value: 'a' }] },
  { op: 'add', path: 'members', value: [{ value: 'a', display: 'Annie', $ref: 'https://elsewhere/a', type: 'User' }] },
  { op: 'replace', path: 'members', value: [{ value: 'b' }, { value: 'a' }] },
  { op: 'remove', path: 'members', value: [{ value: 'z' }] },
  { op: 'remove', path: 'members[value eq "z"]' },
  { op: 'replace', value: { id: '9', displayName: 'Guides' } },
])('members: %j changes nothing', (operation) => {
  expect(patched(GROUP, GUIDES, operation)).toBe(GUIDES)
})

test("a member's value is immutable: another member is another value (RFC 7643 §4.2)", () => {
  const operation = { op: 'replace', path: 'members[value eq "a"].value', value: 'z' }
  expect(refusalOf(() => patched(GROUP, GUIDES, operation))).toBe('mutability: members.value is immutable.')
})

test("a manager's name that the server added does not make the same manager a change", () => {
  const kim = { ...KIM, [ENTERPRISE]: { manager: { value: 'm', displayName: 'Boss' } } } as Resource
  expect(patched(USER, kim, { op: 'Replace', path: `${ENTERPRISE}:manager`, value: 'm' })).toBe(kim)
  const other = patched(USER, kim, { op: 'Replace', path: `${ENTERPRISE}:manager`, value: 'n' })
  expect(other[ENTERPRISE]).toEqual({ manager: { value: 'n' } })
  for (const operation of [
    { op: 'Add', path: `${ENTERPRISE}:manager`, value: '' },
    { op: 'Replace', path: `${ENTERPRISE}:manager`, value: { value: '' } },
    { op: 'Replace', path: `${ENTERPRISE}:manager.value`, value: '' },
    { op: 'Replace', value: { [`${ENTERPRISE}:manager`]: '' } },
  ]) {
    expect(patched(USER, kim, operation)).not.toHaveProperty(ENTERPRISE)
  }
})

test('parsed operations name one attribute each, so that a store can take members by themselves', () => {
  const operations = parsePatch(GROUP, {
    Operations: [{ op: 'Replace', value: { displayName: 'New', members: [{ value: 'z' }], id: '9' } }],
  })
  expect(operations.map(({ op, path }) => [op, path.attribute.name])).toEqual([
    ['replace', 'displayName'],
    ['replace', 'members'],
  ])
  const rest = operations.filter(({ path }) => path.attribute.name !== 'members')
  expect(applyOperations(GROUP, GUIDES, rest)).toEqual({ ...GUIDES, displayName: 'New' })
})
