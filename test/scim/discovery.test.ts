import { expect, test } from 'vitest'
import * as discovery from '../../src/scim/discovery.ts'
import { GROUP, ROLE, USER } from '../../src/scim/resource-types.ts'

const TYPES = [USER, GROUP, ROLE]
const { serviceProviderConfig } = discovery
const resourceTypeDocuments = (base: string) => discovery.resourceTypeDocuments(base, TYPES)
const schemaDocuments = (base: string) => discovery.schemaDocuments(base, TYPES)

const BASE = 'https://localhost:9443/scim2'
const EVERYTHING = [serviceProviderConfig(BASE), ...resourceTypeDocuments(BASE), ...schemaDocuments(BASE)]

type Document = { name: string; subAttributes?: Document[]; attributes?: Document[]; [characteristic: string]: unknown }

function userAttribute(name: string): Document {
  const user = JSON.parse(JSON.stringify(schemaDocuments(BASE)[0])) as { attributes: Document[] }
  return user.attributes.find((one) => one.name === name) ?? expect.fail(`no ${name}`)
}

test('the types are named in the singular, and have an address each (RFC 7643 §6)', () => {
  expect(resourceTypeDocuments(BASE).map(({ id, name, endpoint }) => [id, name, endpoint])).toEqual([
    ['User', 'User', '/Users'],
    ['Group', 'Group', '/Groups'],
    ['Role', 'Role', '/v2/Roles'],
  ])
  expect(resourceTypeDocuments(BASE)[0]).toMatchObject({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    schema: 'urn:ietf:params:scim:schemas:core:2.0:User',
    schemaExtensions: [
      { schema: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', required: false },
      { schema: 'urn:postern:params:scim:schemas:extension:2.0:UserCredentials', required: false },
    ],
    meta: { resourceType: 'ResourceType', location: `${BASE}/ResourceTypes/User` },
  })
})

test('each schema that a type names is shown (RFC 7643 §7)', () => {
  const shown = schemaDocuments(BASE).map(({ id }) => id)
  const named = resourceTypeDocuments(BASE).flatMap((type) => [
    type.schema,
    ...type.schemaExtensions.map(({ schema }) => schema),
  ])
  expect(shown).toEqual(named)
})

test('the user has every attribute of RFC 7643 §4.1, in its order of characteristics', () => {
  const names = schemaDocuments(BASE)[0]?.attributes.map(({ name }) => name)
  expect(names).toEqual(
    (
      'userName name displayName nickName profileUrl title userType preferredLanguage locale timezone active password ' +
      'emails phoneNumbers ims photos addresses groups entitlements roles x509Certificates'
    ).split(' '),
  )
  expect(userAttribute('userName')).toMatchObject({ required: true, caseExact: false, uniqueness: 'server' })
  expect(userAttribute('password')).toMatchObject({ mutability: 'writeOnly', returned: 'never' })
  expect(userAttribute('groups')).toMatchObject({ mutability: 'readOnly', multiValued: true })
})

test("a user's roles have the audience that WSO2 shows, and are read-only", () => {
  const roles = userAttribute('roles')
  expect(roles.mutability).toBe('readOnly')
  const names = roles.subAttributes?.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['value', '$ref', 'audienceValue', 'audienceType', 'audienceDisplay']))
})

test('no document has a null in it, and none a complex attribute within a complex one (RFC 7643 §2.3.8)', () => {
  expect(JSON.stringify(EVERYTHING)).not.toContain('null')
  for (const schema of schemaDocuments(BASE)) {
    for (const attribute of schema.attributes as Document[]) {
      expect(attribute.subAttributes?.filter(({ type }) => type === 'complex') ?? []).toEqual([])
    }
  }
})

test('every document says where it is and what it is (RFC 7643 §3.1)', () => {
  for (const { meta } of EVERYTHING) {
    expect(meta.location).toMatch(/^https:\/\/localhost:9443\/scim2\/(ServiceProviderConfig|ResourceTypes|Schemas)/)
    expect(meta.resourceType).toMatch(/^(ServiceProviderConfig|ResourceType|Schema)$/)
  }
})

test('the configuration claims what there is, with its limits (RFC 7643 §5, RFC 9865 §4)', () => {
  expect(serviceProviderConfig(BASE)).toMatchObject({
    patch: { supported: true },
    filter: { supported: true, maxResults: 1000 },
    bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 8 * 1024 * 1024 },
    sort: { supported: true },
    etag: { supported: true },
    changePassword: { supported: true },
    pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', maxPageSize: 1000 },
  })
})
