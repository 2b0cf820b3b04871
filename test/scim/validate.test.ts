import { expect, test } from 'vitest'
import { GROUP, USER } from '../../src/scim/resource-types.ts'
import type { ResourceType } from '../../src/scim/schema.ts'
import { validateResource as validateStrictly } from '../../src/scim/validate.ts'
import { normalizeResource } from '../../src/scim/lenient.ts'
import { refusalOf } from './refusal.ts'

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** As what real clients send is taken; strict.test.ts has the rest. */
function validateResource(type: ResourceType, body: unknown) {
  return validateStrictly(type, normalizeResource(type, body))
}

function userOf(body: object) {
  return validateResource(USER, { userName: 'kim', ...body })
}

test("the tutorial's user with empty schemas is taken, and schemas say what is there (RFC 7643 §3)", () => {
  const body = {
    schemas: [],
    name: { familyName: 'Berry', givenName: 'Kim' },
    userName: 'kim',
    password: 'MyPa33w@rd',
    emails: [{ value: 'kim@test.com', primary: true }],
  }
  expect(validateResource(USER, body)).toEqual({ ...body, schemas: [CORE] })
})

test('schemas hold an extension if and only if it has data (RFC 7643 §3)', () => {
  expect(userOf({ schemas: [CORE, ENTERPRISE] }).schemas).toEqual([CORE])
  expect(userOf({ [ENTERPRISE]: {} })).toEqual({ schemas: [CORE], userName: 'kim' })
  const user = userOf({ [ENTERPRISE.toLowerCase()]: { DEPARTMENT: 'Sales' } })
  expect(user).toEqual({ schemas: [CORE, ENTERPRISE], userName: 'kim', [ENTERPRISE]: { department: 'Sales' } })
})

test('names in any case come out as the schema spells them (RFC 7643 §2.1)', () => {
  const user = validateResource(USER, { USERNAME: 'kim', NAME: { GIVENNAME: 'Kim' }, Emails: [{ VALUE: 'k@x' }] })
  expect(user).toEqual({ schemas: [CORE], userName: 'kim', name: { givenName: 'Kim' }, emails: [{ value: 'k@x' }] })
})

test('null, [] and {} are unassigned (RFC 7643 §2.5)', () => {
  const unassigned = { title: null, emails: [], phoneNumbers: null, name: {}, photos: [null], nickName: [] }
  expect(userOf(unassigned)).toEqual({ schemas: [CORE], userName: 'kim' })
})

test('read-only attributes are passed over, also inside complex ones (RFC 7644 §3.3)', () => {
  const user = userOf({
    id: '7',
    meta: { resourceType: 'User' },
    groups: [{ value: 'admins' }],
    roles: [{ value: 'admin' }],
    [ENTERPRISE]: { manager: { value: 'm', displayName: 'Boss' } },
  })
  expect(user).toEqual({ schemas: [CORE, ENTERPRISE], userName: 'kim', [ENTERPRISE]: { manager: { value: 'm' } } })
})

test('unknown attributes are passed over, and the URNs of SCIM 1.1 that OneLogin sends are understood', () => {
  const user = userOf({
    schemas: ['urn:scim:schemas:core:2.0', 'urn:scim:schemas:extension:enterprise:2.0'],
    'urn:scim:schemas:extension:enterprise:2.0': { department: 'Sales' },
    shoeSize: 44,
    name: { givenName: 'Kim', shoeSize: 44 },
    __proto__: null,
    constructor: 'x',
  })
  expect(user).toEqual({
    schemas: [CORE, ENTERPRISE],
    userName: 'kim',
    name: { givenName: 'Kim' },
    [ENTERPRISE]: { department: 'Sales' },
  })
})

test.each([
  [['kim@test.com'], [{ value: 'kim@test.com' }]],
  ['kim@test.com', [{ value: 'kim@test.com' }]],
  [{ value: 'kim@test.com', type: 'work' }, [{ value: 'kim@test.com', type: 'work' }]],
  [
    [{ value: 'a' }, 'b', null],
    [{ value: 'a' }, { value: 'b' }],
  ],
  [[{ value: 'a', primary: 'True' }], [{ value: 'a', primary: true }]],
  [['a', 'a'], [{ value: 'a' }]],
])('emails as %j, as WSO2, OneLogin and Entra have them, become the objects of RFC 7643 §4.1.2', (emails, expected) => {
  expect(userOf({ emails }).emails).toEqual(expected)
})

test.each([
  ['m', { value: 'm' }],
  [{ value: 'm' }, { value: 'm' }],
  [[{ value: 'm' }], { value: 'm' }],
])('a manager as %j, as Entra sends it, becomes the object of RFC 7643 §4.3', (manager, expected) => {
  expect(userOf({ [ENTERPRISE]: { manager } })[ENTERPRISE]).toEqual({ manager: expected })
})

test.each([
  ['False', false],
  ['True', true],
  ['false', false],
  [true, true],
])('active as %j is taken, since Entra sends it so', (active, expected) => {
  expect(userOf({ active }).active).toBe(expected)
})

test.each<[object, string]>([
  [{ userName: 7 }, 'userName must be a string'],
  [{ userName: '' }, 'userName is required'],
  [{ userName: ' ' }, 'userName is required'],
  [{ userName: null }, 'userName is required'],
  [{ userName: ['kim', 'jim'] }, 'userName must be a single value'],
  [{ active: 'yes' }, 'active must be true or false'],
  [{ active: 1 }, 'active must be true or false'],
  [{ name: 'Kim Berry' }, 'name must be an object'],
  [{ name: { givenName: 7 } }, 'name.givenName must be a string'],
  [{ name: { givenName: { a: { b: 1 } } } }, 'name.givenName must be a string'],
  [{ emails: [{ value: 'a' }, { value: 7 }] }, 'emails[1].value must be a string'],
  [{ emails: [7] }, 'emails[0] must be an object'],
  [{ emails: [['a']] }, 'emails[0] must be an object'],
  [
    {
      emails: [
        { value: 'a', primary: true },
        { value: 'b', primary: true },
      ],
    },
    'emails has more than one primary value',
  ],
  [{ x509Certificates: [{ value: 'not base64!' }] }, 'x509Certificates[0].value must be base64'],
  [{ title: 'x'.repeat(4097) }, 'title has more than 4096 characters'],
  [{ photos: [{ value: 'x'.repeat(65_537) }] }, 'photos[0].value has more than 65536 characters'],
  [{ emails: Array.from({ length: 1001 }, (_, i) => `${i}@x`) }, 'emails has more than 1000 values'],
  [{ [ENTERPRISE]: 'Sales' }, `${ENTERPRISE} must be an object`],
  [{ [`${ENTERPRISE}:department`]: 7 }, `${ENTERPRISE}:department must be a string`],
])('%j is invalidValue that names the attribute (RFC 7644 §3.12)', (body, message) => {
  expect(refusalOf(() => userOf(body))).toBe(`invalidValue: ${message}`)
})

test.each([null, 'kim', 7, [], [{ userName: 'kim' }]])('%j is no resource', (body) => {
  expect(refusalOf(() => validateResource(USER, body))).toMatch(/^invalidSyntax: /)
})

test('a replacement is the whole resource: nothing of the old one is added (RFC 7644 §3.5.1)', () => {
  expect(validateResource(USER, { userName: 'kim' })).toEqual({ schemas: [CORE], userName: 'kim' })
})

test('a group needs a displayName and may have more members than any other attribute has values (RFC 7643 §4.2)', () => {
  const members = Array.from({ length: 5000 }, (_, i) => ({ value: `user-${i}`, display: 'ignored', $ref: null }))
  expect(refusalOf(() => validateResource(GROUP, { members }))).toBe('invalidValue: displayName is required')
  const group = validateResource(GROUP, { displayName: 'All', members })
  expect(group.members).toHaveLength(5000)
  expect(group.members).toContainEqual({ value: 'user-4999' })
})

test('the result shares nothing with the body', () => {
  const body = { userName: 'kim', name: { givenName: 'Kim' }, emails: [{ value: 'a' }], schemas: [CORE] }
  const user = validateResource(USER, body)
  body.name.givenName = 'Jim'
  body.emails[0]!.value = 'b'
  body.schemas.push('x')
  expect(user).toMatchObject({ schemas: [CORE], name: { givenName: 'Kim' }, emails: [{ value: 'a' }] })
})

test('an extension demands its required attribute only when it is required itself or has data (RFC 7643 §6)', () => {
  const { schema } = USER.extensions[0]!
  const attributes = schema.attributes.map((one) => (one.name === 'costCenter' ? { ...one, required: true } : one))
  const typeWith = (required: boolean) => ({ ...USER, extensions: [{ schema: { ...schema, attributes }, required }] })
  const refused = `invalidValue: ${ENTERPRISE}:costCenter is required`
  expect(validateResource(typeWith(false), { userName: 'kim' }).userName).toBe('kim')
  expect(refusalOf(() => validateResource(typeWith(true), { userName: 'kim' }))).toBe(refused)
  const body = { userName: 'kim', [ENTERPRISE]: { department: 'Sales' } }
  expect(refusalOf(() => validateResource(typeWith(false), body))).toBe(refused)
})
