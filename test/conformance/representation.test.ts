/** Attributes, their characteristics and their types: RFC 7643 section 2. */
import { beforeAll, expect, test } from 'vitest'
import { requirement } from './requirements.ts'
import {
  CUSTOM,
  define,
  ENTERPRISE,
  get,
  group,
  type Json,
  listed,
  names,
  namesFound,
  patched,
  post,
  refused,
  type Resource,
  type Service,
  service,
  user,
} from './world.ts'

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User'

let scim: Service
beforeAll(async () => {
  scim = await service()
  for (const type of ['boolean', 'integer', 'decimal', 'dateTime', 'binary', 'reference']) {
    await define(scim.tenant, { name: `a${type}`, type })
  }
  await define(scim.tenant, { name: 'plain', type: 'string' })
  await define(scim.tenant, {
    name: 'event',
    type: 'complex',
    subAttributes: [{ name: 'eventUris', type: 'string', multiValued: true }],
  })
})

const withCustom = (userName: string, attributes: Json) =>
  ({ schemas: [CORE, CUSTOM], userName, [CUSTOM]: attributes }) satisfies Json
const customOf = (resource: Resource) => resource[CUSTOM] as Json

requirement(
  'names in any case',
  'RFC 7643 §2.1: attribute names count in any case, in bodies, paths, filters, attributes= and sortBy; answers spell them as the schema does',
  () => {
    let made: Resource
    beforeAll(async () => {
      const body = { SCHEMAS: [CORE], USERNAME: 'case', Name: { GIVENNAME: 'Ann' }, EMAILS: [{ VALUE: 'a@case' }] }
      made = await post(scim.strict, '/Users', body)
    })

    test('in a body', () => {
      expect(made).toMatchObject({ userName: 'case', name: { givenName: 'Ann' }, emails: [{ value: 'a@case' }] })
      expect(Object.keys(made)).not.toContain('USERNAME')
    })

    test('in a URN that names an extension', async () => {
      const body = {
        schemas: [CORE, ENTERPRISE],
        userName: 'urn case',
        [ENTERPRISE.toUpperCase()]: { DEPARTMENT: 'x' },
      }
      expect(await post(scim.strict, '/Users', body)).toMatchObject({ [ENTERPRISE]: { department: 'x' } })
    })

    test('in a filter', async () => {
      expect(await namesFound(scim.strict, '/Users', 'NAME.givenname eq "Ann" and Emails[VALUE pr]')).toEqual(['case'])
    })

    test('in the path and the value of a PATCH', async () => {
      const path = `/Users/${made.id}`
      const operations = [
        { op: 'replace', path: 'NAME.FamilyNAME', value: 'Lee' },
        { op: 'add', value: { NICKNAME: 'A' } },
      ]
      const after = await patched(scim.strict, path, ...operations)
      expect(after).toMatchObject({ name: { familyName: 'Lee' }, nickName: 'A' })
    })

    test('in attributes= and sortBy', async () => {
      const query = { filter: 'userName eq "case"', attributes: 'NAME.GIVENNAME', sortBy: 'USERNAME' }
      const { Resources } = await listed(scim.strict, '/Users', query)
      expect(Resources[0]?.name).toEqual({ givenName: 'Ann' })
      const sorted = await listed(scim.strict, '/Users', { sortBy: 'username', sortOrder: 'descending' })
      expect(names(sorted)).toEqual(names(sorted).toSorted().toReversed())
    })
  },
)

requirement(
  'defaults of characteristics',
  'RFC 7643 §2.2: what an attribute does not say of itself is string, single, optional, not caseExact, readWrite, returned by default and not unique',
  () => {
    test('a schema shows the defaults of an attribute that says its name and type alone', async () => {
      const schema = await get<Json>(scim.strict, `/Schemas/${CUSTOM}`)
      expect((schema.attributes as Json[]).find(({ name }) => name === 'plain')).toMatchObject({
        type: 'string',
        multiValued: false,
        required: false,
        caseExact: false,
        mutability: 'readWrite',
        returned: 'default',
        uniqueness: 'none',
      })
    })

    test('and that is how it behaves', async () => {
      const [one, other] = [withCustom('default 1', { plain: 'Same' }), withCustom('default 2', { plain: 'Same' })]
      const { id } = await post(scim.strict, '/Users', one)
      expect(customOf(await post(scim.strict, '/Users', other))).toEqual({ plain: 'Same' })
      expect(await namesFound(scim.strict, '/Users', `${CUSTOM}:plain eq "SAME"`)).toEqual(['default 1', 'default 2'])
      const after = await patched(scim.strict, `/Users/${id}`, { op: 'remove', path: `${CUSTOM}:plain` })
      expect(after[CUSTOM]).toBeUndefined()
    })
  },
)

requirement(
  'types of values',
  'RFC 7643 §2.3: a value has its attribute’s JSON type: a boolean is no string, an integer no fraction, a dateTime xsd:dateTime, a binary base64',
  () => {
    const right: [string, string | number | boolean][] = [
      ['aboolean', false],
      ['ainteger', -7],
      ['adecimal', 1.5],
      ['adateTime', '2026-01-31T12:00:00.5+02:00'],
      ['adateTime', '2024-02-29T23:59:59Z'],
      ['abinary', 'aGk/'],
      ['abinary', 'aGk_'],
      ['areference', 'https://example.com/Users/1'],
    ]
    test.each(right)('%s takes %j and gives it back', async (name, value) => {
      const body = withCustom(`${name} ${value}`, { [name]: value })
      expect(customOf(await post(scim.strict, '/Users', body))).toEqual({ [name]: value })
    })

    test.each<[string, Json[string]]>([
      ['aboolean', 'true'],
      ['aboolean', 1],
      ['ainteger', 1.5],
      ['ainteger', '1'],
      ['adecimal', '1.5'],
      ['adateTime', '2026-01-31'],
      ['adateTime', 'yesterday'],
      ['adateTime', 1769860800],
      ['adateTime', '2026-02-30T00:00:00Z'],
      ['adateTime', '2026-01-31T25:00:00Z'],
      ['abinary', '***'],
      ['abinary', 'aGkaG'],
      ['areference', 7],
      ['plain', 7],
      ['plain', { value: 'x' }],
      ['plain', ['x']],
    ])('%s does not take %j', async (name, value) => {
      const body = withCustom(`wrong ${name} ${JSON.stringify(value)}`, { [name]: value })
      expect(await refused(scim.strict('POST', '/Users', body))).toEqual([400, 'invalidValue'])
    })

    test('a boolean as text is taken from a lenient client alone', async () => {
      const body = user({ userName: 'text boolean', active: 'False' })
      expect(await refused(scim.strict('POST', '/Users', body))).toEqual([400, 'invalidValue'])
      expect((await post(scim.lenient, '/Users', body)).active).toBe(false)
    })

    test('dateTimes are compared as instants', async () => {
      await post(scim.strict, '/Users', withCustom('instant', { adateTime: '2001-01-01T01:00:00+01:00' }))
      const found = await namesFound(scim.strict, '/Users', `${CUSTOM}:adateTime eq "2001-01-01T00:00:00.000Z"`)
      expect(found).toEqual(['instant'])
    })
  },
)

requirement(
  'no complex in a complex',
  'RFC 7643 §2.3.8: no complex attribute is within a complex one; a simple one of several values may be',
  () => {
    test('a payload cannot have one', async () => {
      const body = user({ userName: 'nested', name: { givenName: { value: 'x' } } })
      expect(await refused(scim.strict('POST', '/Users', body))).toEqual([400, 'invalidValue'])
    })

    test('a schema cannot define one', async () => {
      const inner = { name: 'inner', type: 'complex', subAttributes: [{ name: 'value', type: 'string' }] }
      const outer = { name: 'outer', type: 'complex', subAttributes: [inner] }
      expect((await scim.tenant.api('POST', '/user-attributes', outer)).status).toBe(400)
    })

    test('a complex attribute shows neither uniqueness nor caseExact', async () => {
      const { Resources } = await get<{ Resources: { attributes: Json[] }[] }>(scim.strict, '/Schemas')
      const complex = Resources.flatMap(({ attributes }) => attributes).filter(({ type }) => type === 'complex')
      expect(complex.length).toBeGreaterThan(5)
      expect(complex.filter((one) => 'uniqueness' in one || 'caseExact' in one)).toEqual([])
    })

    test('several simple values in a complex one are kept and found', async () => {
      const event = { eventUris: ['urn:a', 'urn:b'] }
      expect(customOf(await post(scim.strict, '/Users', withCustom('events', { event })))).toEqual({ event })
      expect(await namesFound(scim.strict, '/Users', `${CUSTOM}:event.eventUris eq "urn:b"`)).toEqual(['events'])
    })
  },
)

requirement('$ref in paths and filters', 'RFC 7643 §2.4: $ref can be named in a filter and in a PATCH path', () => {
  test('in a filter, behind the dot and between brackets', async () => {
    const { id, meta } = await post(scim.strict, '/Users', user({ userName: 'refd' }))
    await post(scim.strict, '/Groups', group({ displayName: 'ref', members: [{ value: id }] }))
    const location = String((meta as Json).location)
    expect(await namesFound(scim.strict, '/Groups', `members.$ref eq "${location}"`)).toEqual(['ref'])
    expect(await namesFound(scim.strict, '/Groups', `members[$ref eq "${location}"]`)).toEqual(['ref'])
  })

  test('in a PATCH path', async () => {
    const { id } = await post(scim.strict, '/Users', user({ userName: 'ref path' }))
    const value = 'https://localhost:9443/scim2/Users/boss'
    const after = await patched(scim.strict, `/Users/${id}`, { op: 'add', path: `${ENTERPRISE}:manager.$ref`, value })
    expect(after).toMatchObject({ [ENTERPRISE]: { manager: { $ref: value } } })
  })
})
