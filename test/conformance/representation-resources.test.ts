/** Users, groups and what describes them: RFC 7643 sections 4 to 7. */
import { beforeAll, expect, test } from 'vitest'
import { basicHeader } from '../support/app.ts'
import { requirement } from './requirements.ts'
import {
  answered,
  ENTERPRISE,
  get,
  GROUP,
  group,
  type Json,
  namesFound,
  ORIGIN,
  patched,
  patchOf,
  post,
  query,
  refused,
  type Resource,
  type Service,
  service,
  USER,
  user,
} from './world.ts'

const PASSWORD = 'MyPa33w@rd'

let scim: Service
beforeAll(async () => {
  scim = await service()
})

requirement(
  'userName and password',
  'RFC 7643 §4.1: userName is required, unique in any case and kept in its own; a password goes in and never comes out',
  () => {
    test.each<[string, Json]>([
      ['no userName', {}],
      ['null for it', { userName: null }],
      ['an empty one', { userName: '' }],
      ['one of blanks', { userName: '  ' }],
    ])('%s is refused', async (_what, body) => {
      expect(await refused(scim.strict('POST', '/Users', user(body)))).toEqual([400, 'invalidValue'])
    })

    test('its case is kept, and counts neither for uniqueness nor for a filter', async () => {
      const made = await post(scim.strict, '/Users', user({ userName: 'BJensen' }))
      expect(made.userName).toBe('BJensen')
      expect(await namesFound(scim.strict, '/Users', 'userName eq "bjENSEN"')).toEqual(['BJensen'])
      const again = user({ userName: 'bjensen' })
      expect(await refused(scim.strict('POST', '/Users', again))).toEqual([409, 'uniqueness'])
      const { id } = await post(scim.strict, '/Users', user({ userName: 'other' }))
      expect(await refused(scim.strict('PUT', `/Users/${id}`, again))).toEqual([409, 'uniqueness'])
      const patch = patchOf({ op: 'replace', path: 'userName', value: 'BJENSEN' })
      expect(await refused(scim.strict('PATCH', `/Users/${id}`, patch))).toEqual([409, 'uniqueness'])
    })

    test('a password signs in, and no answer has it, asked for or not', async () => {
      const body = user({ userName: 'secret', password: PASSWORD })
      const made = await (await scim.strict('POST', '/Users?attributes=password,userName', body)).text()
      const { id } = JSON.parse(made) as Resource
      const answers = [
        made,
        await (await scim.strict('GET', `/Users/${id}?attributes=password`)).text(),
        await (await scim.strict('PUT', `/Users/${id}?attributes=password`, body)).text(),
        await (await scim.strict('GET', '/Users?attributes=userName,password')).text(),
      ]
      for (const text of answers) expect(text).not.toMatch(/"password"|MyPa33w@rd|\$/)
      const me = await scim.tenant.fetch('/scim2/Me', { headers: { Authorization: basicHeader('secret', PASSWORD) } })
      expect(me.status).toBe(200)
    })

    test.each(['password eq "MyPa33w@rd"', 'password pr', 'not (password pr)'])('%s is refused', async (filter) => {
      const [status, scimType] = await refused(scim.strict('GET', query('/Users', { filter })))
      expect([status, scimType]).toEqual(
        expect.toBeOneOf([
          [400, 'invalidFilter'],
          [403, 'sensitive'],
        ]),
      )
    })
  },
)

requirement(
  'groups of a user',
  'RFC 7643 §4.1.2: groups is read-only and follows from memberships, direct and indirect',
  () => {
    test('it tells of each group whether the user is in it herself', async () => {
      const member = await post(scim.strict, '/Users', user({ userName: 'member' }))
      const inner = await post(scim.strict, '/Groups', group({ displayName: 'inner', members: [{ value: member.id }] }))
      const outer = await post(scim.strict, '/Groups', group({ displayName: 'outer', members: [{ value: inner.id }] }))
      const { groups } = await get(scim.strict, `/Users/${member.id}`)
      expect(groups).toEqual([
        { value: inner.id, $ref: `${ORIGIN}/scim2/Groups/${inner.id}`, display: 'inner', type: 'direct' },
        { value: outer.id, $ref: `${ORIGIN}/scim2/Groups/${outer.id}`, display: 'outer', type: 'indirect' },
      ])
    })

    test('what a POST or a PUT says of it is passed over', async () => {
      const { id } = await post(scim.strict, '/Groups', group({ displayName: 'wanted' }))
      const body = user({ userName: 'wants', groups: [{ value: id }] })
      const made = await post(scim.strict, '/Users', body)
      expect(made).not.toHaveProperty('groups')
      const after = await answered(scim.strict('PUT', `/Users/${made.id}`, body))
      expect(after).not.toHaveProperty('groups')
      expect(await get(scim.strict, `/Groups/${id}`)).not.toHaveProperty('members')
    })
  },
)

requirement(
  'groups and members',
  'RFC 7643 §4.2: a group has a displayName; its members are users or groups, whose value, type and $ref do not change',
  () => {
    test.each<[string, Json]>([
      ['no displayName', {}],
      ['an empty displayName', { displayName: '' }],
    ])('%s is refused', async (_what, body) => {
      expect(await refused(scim.strict('POST', '/Groups', group(body)))).toEqual([400, 'invalidValue'])
    })

    test('a member is shown with address and type', async () => {
      const kim = await post(scim.strict, '/Users', user({ userName: 'kim' }))
      const inner = await post(scim.strict, '/Groups', group({ displayName: 'in' }))
      const members = [{ value: kim.id }, { value: inner.id, type: 'Group' }]
      const made = await post(scim.strict, '/Groups', group({ displayName: 'out', members }))
      expect(made.members).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ value: kim.id, type: 'User', $ref: `${ORIGIN}/scim2/Users/${kim.id}` }),
          expect.objectContaining({ value: inner.id, type: 'Group', $ref: `${ORIGIN}/scim2/Groups/${inner.id}` }),
        ]),
      )
    })

    test.each(['value', 'type', '$ref'])('a PATCH of a member’s %s is refused as mutability', async (sub) => {
      const { id } = await post(scim.strict, '/Users', user({ userName: `fixed ${sub}` }))
      const made = await post(scim.strict, '/Groups', group({ displayName: `fixed ${sub}`, members: [{ value: id }] }))
      const patch = patchOf({ op: 'replace', path: `members[value eq "${id}"].${sub}`, value: 'other' })
      expect(await refused(scim.strict('PATCH', `/Groups/${made.id}`, patch))).toEqual([400, 'mutability'])
      expect(await get(scim.strict, `/Groups/${made.id}`)).toEqual(made)
    })
  },
)

requirement(
  'enterprise user',
  'RFC 7643 §4.3: the enterprise extension has a manager of value, $ref and a displayName that is read-only',
  () => {
    const manager = { value: '26118915', $ref: '../Users/26118915', displayName: 'John Smith' }
    const body = (userName: string) => ({
      schemas: [USER, ENTERPRISE],
      userName,
      [ENTERPRISE]: { employeeNumber: '701984', costCenter: '4130', division: 'Theme Park', manager },
    })

    test('it comes back as it was sent, but for the displayName that is not the client’s', async () => {
      const made = await post(scim.strict, '/Users', body('managed'))
      const { displayName: _theirs, ...kept } = manager
      expect(made[ENTERPRISE]).toEqual({ ...body('')[ENTERPRISE], manager: kept })
    })

    test('a PATCH of the displayName is refused as mutability', async () => {
      const { id } = await post(scim.strict, '/Users', body('named'))
      const patch = patchOf({ op: 'replace', path: `${ENTERPRISE}:manager.displayName`, value: 'X' })
      expect(await refused(scim.strict('PATCH', `/Users/${id}`, patch))).toEqual([400, 'mutability'])
    })

    test('a manager as a bare id, and none as empty text, are understood of a lenient client', async () => {
      const { id } = await post(scim.lenient, '/Users', user({ userName: 'entra' }))
      const path = `${ENTERPRISE}:manager`
      const added = await patched(scim.lenient, `/Users/${id}`, { op: 'Add', path, value: 'boss' })
      expect(added[ENTERPRISE]).toEqual({ manager: { value: 'boss' } })
      const removed = await patched(scim.lenient, `/Users/${id}`, { op: 'Replace', path, value: '' })
      expect(removed).not.toHaveProperty([ENTERPRISE])
    })
  },
)

requirement(
  'discovery documents',
  'RFC 7643 §5: ServiceProviderConfig, ResourceType and Schema documents say what they are and where, and types are named in the singular',
  () => {
    const CORE = 'urn:ietf:params:scim:schemas:core:2.0'

    test('the configuration has every attribute that it must have', async () => {
      const config = await get<Json>(scim.strict, '/ServiceProviderConfig')
      expect(config).toMatchObject({
        schemas: [`${CORE}:ServiceProviderConfig`],
        patch: { supported: expect.any(Boolean) },
        bulk: {
          supported: expect.any(Boolean),
          maxOperations: expect.any(Number),
          maxPayloadSize: expect.any(Number),
        },
        filter: { supported: expect.any(Boolean), maxResults: expect.any(Number) },
        changePassword: { supported: expect.any(Boolean) },
        sort: { supported: expect.any(Boolean) },
        etag: { supported: expect.any(Boolean) },
        meta: { resourceType: 'ServiceProviderConfig', location: `${ORIGIN}/scim2/ServiceProviderConfig` },
      })
      const schemes = config.authenticationSchemes as Json[]
      expect(schemes.length).toBeGreaterThan(0)
      for (const { type, name, description } of schemes) {
        expect(type).toEqual(expect.toBeOneOf(['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest']))
        expect([typeof name, typeof description]).toEqual(['string', 'string'])
      }
    })

    test('a resource type is named User, not Users, and names endpoint, schema and extensions', async () => {
      const { Resources } = await get<{ Resources: Json[] }>(scim.strict, '/ResourceTypes')
      expect(Resources.find(({ id }) => id === 'User')).toMatchObject({
        schemas: [`${CORE}:ResourceType`],
        name: 'User',
        endpoint: '/Users',
        schema: USER,
        schemaExtensions: expect.arrayContaining([{ schema: ENTERPRISE, required: false }]),
        meta: { resourceType: 'ResourceType', location: `${ORIGIN}/scim2/ResourceTypes/User` },
      })
      expect(Resources.find(({ id }) => id === 'Group')).toMatchObject({
        name: 'Group',
        endpoint: '/Groups',
        schema: GROUP,
      })
    })

    test('each schema that a type names is there, by its URN', async () => {
      const types = await get<{ Resources: Json[] }>(scim.strict, '/ResourceTypes')
      const urns = types.Resources.flatMap(({ schema, schemaExtensions }) => [
        String(schema),
        ...(schemaExtensions as Json[]).map((one) => String(one.schema)),
      ])
      for (const urn of urns) {
        expect(await get<Json>(scim.strict, `/Schemas/${urn}`)).toMatchObject({
          schemas: [`${CORE}:Schema`],
          id: urn,
          attributes: expect.any(Array),
          meta: { resourceType: 'Schema', location: `${ORIGIN}/scim2/Schemas/${urn}` },
        })
      }
    })
  },
)
