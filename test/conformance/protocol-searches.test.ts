/** What of a resource is shown, queries by POST, and what is the same wherever it is named: RFC 7644 sections 3.4.3, 3.9 and 3.10. */
import { beforeAll, expect, test } from 'vitest'
import { requirement } from './requirements.ts'
import {
  answered,
  CUSTOM,
  define,
  ENTERPRISE,
  get,
  group,
  type Json,
  type List,
  listed,
  names,
  namesFound,
  patched,
  patchOf,
  post,
  query,
  refused,
  type Resource,
  SEARCH_REQUEST,
  type Service,
  service,
  USER,
  user,
} from './world.ts'

let scim: Service
let ann: Resource
beforeAll(async () => {
  scim = await service()
  await define(scim.tenant, { name: 'onDemand', type: 'string', returned: 'request' })
  await define(scim.tenant, { name: 'plain', type: 'string' })
  ann = await post(scim.strict, '/Users', {
    schemas: [USER, ENTERPRISE, CUSTOM],
    userName: 'ann',
    displayName: 'Smith, Ann',
    nickName: 'A',
    name: { givenName: 'Ann', familyName: 'Smith' },
    emails: [{ value: 'ann@x', type: 'work' }],
    [ENTERPRISE]: { department: 'd', manager: { value: 'm', $ref: 'https://x/m' } },
    [CUSTOM]: { onDemand: 'o', plain: 'p' },
  })
  await post(scim.strict, '/Groups', group({ displayName: 'Smith family', members: [{ value: ann.id }] }))
})

requirement(
  'attributes and excludedAttributes',
  'RFC 7644 §3.9: attributes says what is shown, excludedAttributes what is not, one of the two; always is always there, never never, request when asked',
  () => {
    const shown = (parameters: Record<string, string>) => get<Json>(scim.strict, query(`/Users/${ann.id}`, parameters))

    test.each<[string, Json]>([
      ['nickName', { nickName: 'A' }],
      ['name', { name: { givenName: 'Ann', familyName: 'Smith' } }],
      ['name.givenName', { name: { givenName: 'Ann' } }],
      ['emails.value,nickName', { emails: [{ value: 'ann@x' }], nickName: 'A' }],
      [`${USER}:nickName`, { nickName: 'A' }],
      [`${USER}:name.familyName`, { name: { familyName: 'Smith' } }],
      [`${ENTERPRISE}:department`, { [ENTERPRISE]: { department: 'd' } }],
      [`${ENTERPRISE}:manager.value`, { [ENTERPRISE]: { manager: { value: 'm' } } }],
      [`${CUSTOM}:onDemand`, { [CUSTOM]: { onDemand: 'o' } }],
      ['meta.version', { meta: { version: expect.any(String) } }],
      ['noSuchThing', {}],
    ])('attributes=%s shows that and what is always shown', async (attributes, expected) => {
      const { userName: _always, ...rest } = await shown({ attributes })
      expect(rest).toEqual({ schemas: ann.schemas, id: ann.id, ...expected })
    })

    test('what is returned on request is not there otherwise', async () => {
      expect(ann[CUSTOM]).toEqual({ plain: 'p' })
      expect((await shown({ excludedAttributes: 'nickName' }))[CUSTOM]).toEqual({ plain: 'p' })
      expect((await listed(scim.strict, '/Users', {})).Resources.find(({ id }) => id === ann.id)?.[CUSTOM]).toEqual({
        plain: 'p',
      })
    })

    test.each([
      ['nickName', 'nickName'],
      ['NICKNAME , title', 'nickName'],
      [`${ENTERPRISE}:department`, `${ENTERPRISE}.department`],
      ['name.givenName', 'name.givenName'],
      ['meta', 'meta'],
    ])('excludedAttributes=%s leaves that out and nothing else', async (excludedAttributes, gone) => {
      const rest = await shown({ excludedAttributes })
      const expected = JSON.parse(JSON.stringify(ann)) as Json
      const [first, second] = gone.startsWith('urn:')
        ? [ENTERPRISE, gone.slice(ENTERPRISE.length + 1)]
        : gone.split('.')
      if (second) delete (expected[first ?? ''] as Json)[second]
      else delete expected[first ?? '']
      expect(rest).toEqual({ ...expected, groups: rest.groups })
    })

    test('id cannot be excluded, nor a password asked for', async () => {
      expect((await shown({ excludedAttributes: 'id,schemas' })).id).toBe(ann.id)
      expect(await shown({ attributes: 'password' })).not.toHaveProperty('password')
    })

    test('both at once are refused', async () => {
      const both = { attributes: 'nickName', excludedAttributes: 'title' }
      expect((await refused(scim.strict('GET', query('/Users', both))))[0]).toBe(400)
      expect((await refused(scim.strict('GET', query(`/Users/${ann.id}`, both))))[0]).toBe(400)
    })

    test('the answers of POST, PUT and PATCH follow them as well, and a PATCH with them has a body', async () => {
      const body = user({ userName: 'asked', nickName: 'N', title: 'T' })
      const made = await answered(scim.strict('POST', '/Users?attributes=title', body), 201)
      expect(made).toMatchObject({ title: 'T' })
      expect(made).not.toHaveProperty('nickName')
      const put = await answered(scim.strict('PUT', `/Users/${made.id}?excludedAttributes=title`, body))
      expect(put).toMatchObject({ nickName: 'N' })
      expect(put).not.toHaveProperty('title')
      const patch = patchOf({ op: 'replace', path: 'title', value: 'U' })
      const after = await answered(scim.strict('PATCH', `/Users/${made.id}?attributes=title`, patch))
      expect(after).toMatchObject({ title: 'U' })
      expect(after).not.toHaveProperty('nickName')
      const { id } = await post(scim.strict, '/Groups', group({ displayName: 'asked' }))
      const rename = patchOf({ op: 'replace', path: 'displayName', value: 'renamed' })
      expect(await answered(scim.strict('PATCH', `/Groups/${id}?attributes=displayName`, rename))).toMatchObject({
        displayName: 'renamed',
      })
    })
  },
)

requirement(
  'query by POST',
  'RFC 7644 §3.4.3: POST .search at the root and at each endpoint takes every parameter of a query in its body, attributes as an array',
  () => {
    const search = (path: string, body: Json) => scim.strict('POST', path, { schemas: [SEARCH_REQUEST], ...body })

    test.each([
      ['/.search', 'displayName sw "smith"', ['Smith family', 'Smith, Ann']],
      ['/Users/.search', 'displayName sw "smith"', ['Smith, Ann']],
      ['/Groups/.search', 'displayName sw "smith"', ['Smith family']],
      ['/Roles/.search', 'displayName eq "admin"', ['admin']],
    ])('%s', async (path, filter, expected) => {
      const list = await answered<List>(search(path, { filter, attributes: ['displayName'], sortBy: 'displayName' }))
      expect(list).toMatchObject({ totalResults: expected.length, startIndex: 1, itemsPerPage: expected.length })
      expect(list.Resources.map(({ displayName }) => displayName)).toEqual(expected)
      expect(list.Resources.filter((one) => 'meta' in one)).toEqual([])
    })

    test('its page, order and exclusions are those of the query by GET', async () => {
      const page = {
        startIndex: 2,
        count: 1,
        sortBy: 'userName',
        sortOrder: 'descending',
        excludedAttributes: ['meta'],
      }
      const list = await answered<List>(search('/Users/.search', page))
      const same = await listed(scim.strict, '/Users', {
        ...page,
        startIndex: '2',
        count: '1',
        excludedAttributes: 'meta',
      })
      expect(list).toEqual(same)
      expect(list.itemsPerPage).toBe(1)
    })

    test.each<[string, Json | string]>([
      ['another message', { schemas: [USER], filter: 'userName pr' }],
      ['no schemas', { filter: 'userName pr' }],
      ['a list', '[]'],
    ])('%s is refused', async (_what, body) => {
      expect(await refused(scim.strict('POST', '/Users/.search', body))).toEqual([400, 'invalidSyntax'])
    })

    test.each<[Json, string]>([
      [{ filter: 7 }, 'invalidValue'],
      [{ filter: 'userName eq' }, 'invalidFilter'],
      [{ count: 'x' }, 'invalidValue'],
      [{ attributes: [7] }, 'invalidValue'],
    ])('%j is refused as %s', async (body, scimType) => {
      expect(await refused(search('/Users/.search', body))).toEqual([400, scimType])
    })
  },
)

requirement(
  'URN notation',
  'RFC 7644 §3.10: {urn}:{attribute}.{sub-attribute} names it everywhere, in any case',
  () => {
    const [core, extension] = [`${USER.toUpperCase()}:NAME.GIVENNAME`, `${ENTERPRISE.toUpperCase()}:MANAGER.VALUE`]

    test('in a filter, in attributes and in sortBy', async () => {
      expect(await namesFound(scim.strict, '/Users', `${core} eq "ann" and ${extension} eq "m"`)).toEqual(['ann'])
      const { Resources } = await listed(scim.strict, '/Users', {
        filter: `${core} pr`,
        attributes: `${core},${extension}`,
      })
      expect(Resources[0]).toMatchObject({ name: { givenName: 'Ann' }, [ENTERPRISE]: { manager: { value: 'm' } } })
      const list = await listed(scim.strict, '/Users', { sortBy: extension, sortOrder: 'descending' })
      expect(names(list).at(-1)).toBe('ann')
    })

    test('in the path and the value of a PATCH', async () => {
      const { id } = await post(scim.strict, '/Users', user({ userName: 'urn' }))
      const after = await patched(
        scim.strict,
        `/Users/${id}`,
        { op: 'add', path: core, value: 'U' },
        { op: 'add', path: extension, value: 'x' },
        { op: 'add', value: { [ENTERPRISE.toUpperCase()]: { DIVISION: 'y' }, [`${USER}:title`]: 'z' } },
      )
      expect(after).toMatchObject({ name: { givenName: 'U' }, title: 'z' })
      expect(after[ENTERPRISE]).toEqual({ manager: { value: 'x' }, division: 'y' })
    })
  },
)
