import { expect, test } from 'vitest'
import { project } from '../../src/scim/project.ts'
import { GROUP, USER } from '../../src/scim/resource-types.ts'
import type { Resource } from '../../src/scim/schema.ts'

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const KIM: Resource = {
  schemas: [CORE, ENTERPRISE],
  id: '7',
  externalId: 'e7',
  userName: 'kim',
  password: 'MyPa33w@rd',
  name: { givenName: 'Kim', familyName: 'Berry' },
  emails: [{ value: 'kim@work', type: 'work' }, { value: 'kim@home' }],
  [ENTERPRISE]: { department: 'Tours', manager: { value: 'm', displayName: 'Boss' } },
  meta: { resourceType: 'User', version: 'W/"1"' },
}
const { password: _password, ...SHOWN } = KIM
const ALWAYS = { schemas: KIM.schemas, id: '7' }

test('without a choice everything is shown but what is never returned (RFC 7643 §7)', () => {
  expect(project(USER, KIM)).toEqual(SHOWN)
})

test.each<[string[], object]>([
  [['password'], {}],
  [['id'], {}],
  [['NAME.givenname'], { name: { givenName: 'Kim' } }],
  [['name'], { name: SHOWN.name }],
  [['name', 'name.givenName'], { name: SHOWN.name }],
  [['emails.type'], { emails: [{ type: 'work' }] }],
  [['emails.value'], { emails: [{ value: 'kim@work' }, { value: 'kim@home' }] }],
  [['meta.version'], { meta: { version: 'W/"1"' } }],
  [[`${CORE}:externalId`], { externalId: 'e7' }],
  [[`${CORE}:name.familyName`], { name: { familyName: 'Berry' } }],
  [[ENTERPRISE], { [ENTERPRISE]: KIM[ENTERPRISE] }],
  [[`${ENTERPRISE.toUpperCase()}:Department`], { [ENTERPRISE]: { department: 'Tours' } }],
  [[`${ENTERPRISE}:manager.value`], { [ENTERPRISE]: { manager: { value: 'm' } } }],
  [['department'], {}],
  [['shoeSize'], {}],
  [[CORE], { userName: 'kim', name: SHOWN.name, emails: SHOWN.emails }],
])('attributes=%s shows that and what is always returned (RFC 7644 §3.9)', (attributes, expected) => {
  expect(project(USER, KIM, { attributes })).toEqual({ ...ALWAYS, ...expected })
})

test.each<[string[], string[], object]>([
  [['emails', 'name', 'meta', 'externalId'], ['emails', 'name', 'meta', 'externalId'], {}],
  [['id', 'userName', 'schemas'], ['userName'], {}],
  [['Name.givenName'], ['name'], { name: { familyName: 'Berry' } }],
  [['name.givenName', 'name.familyName'], ['name'], {}],
  [['emails.value'], ['emails'], { emails: [{ type: 'work' }] }],
  [[ENTERPRISE], [ENTERPRISE], {}],
  [
    [`${ENTERPRISE}:manager.displayName`],
    [ENTERPRISE],
    { [ENTERPRISE]: { department: 'Tours', manager: { value: 'm' } } },
  ],
  [['department', 'shoeSize'], [], {}],
])(
  'excludedAttributes=%s takes that away and never what is always returned (RFC 7644 §3.9)',
  (excluded, gone, rest) => {
    const kept = Object.fromEntries(Object.entries(SHOWN).filter(([name]) => !gone.includes(name)))
    expect(project(USER, KIM, { excludedAttributes: excluded })).toEqual({ ...kept, ...rest })
  },
)

test("Entra's excludedAttributes=members leaves the members of a group away (RFC 7644 §3.9)", () => {
  const group: Resource = { schemas: [GROUP.schema.id], id: '9', displayName: 'Guides', members: [{ value: 'a' }] }
  expect(project(GROUP, group, { excludedAttributes: ['members'] })).not.toHaveProperty('members')
  expect(project(GROUP, group)).toEqual(group)
})

test('an attribute that is returned on request is shown when it is asked for, and only then (RFC 7643 §7)', () => {
  const attributes = USER.schema.attributes.map((one) =>
    one.name === 'emails' ? { ...one, returned: 'request' as const } : one,
  )
  const type = { ...USER, schema: { ...USER.schema, attributes } }
  expect(project(type, KIM)).not.toHaveProperty('emails')
  expect(project(type, KIM, { attributes: ['emails'] })).toHaveProperty('emails')
})
