/** The examples of RFC 7643 section 8 and RFC 7644 section 3, played. */
import { beforeAll, describe, expect, test } from 'vitest'
import { clientsPart, filled, fixture } from './fixtures.ts'
import {
  answered,
  ENTERPRISE,
  get,
  group,
  type Json,
  type List,
  listed,
  namesFound,
  ORIGIN,
  patched,
  patchOf,
  post,
  type Resource,
  type Service,
  service,
  user,
} from './world.ts'

describe('RFC 7643 §8', () => {
  let scim: Service
  beforeAll(async () => {
    scim = await service()
  })

  test.each(['8.1-minimal-user', '8.2-full-user'])(
    '%s comes back with every writable attribute as it was sent',
    async (name) => {
      const body = fixture(`rfc7643/${name}`)
      const sent = { ...body, userName: `${body.userName} ${name}` }
      const made = await post(scim.strict, '/Users', sent)
      expect(clientsPart(made)).toEqual({ active: true, ...clientsPart(sent) })
      expect(clientsPart(await get(scim.strict, `/Users/${made.id}`))).toEqual(clientsPart(made))
      expect(made.meta).toMatchObject({ resourceType: 'User', location: `${ORIGIN}/scim2/Users/${made.id}` })
    },
  )

  test('8.3-enterprise-user, too, but for the manager’s name, which is read-only', async () => {
    const body = fixture('rfc7643/8.3-enterprise-user')
    const made = await post(scim.strict, '/Users', body)
    const { manager, ...extension } = body[ENTERPRISE] as Json
    const { displayName: _readOnly, ...kept } = manager as Json
    expect(clientsPart(made)).toEqual({ ...clientsPart(body), [ENTERPRISE]: { ...extension, manager: kept } })
  })

  test('8.4-group shows its members with their addresses', async () => {
    const body = fixture('rfc7643/8.4-group')
    const people = [
      await post(scim.strict, '/Users', user({ userName: 'Babs' })),
      await post(scim.strict, '/Users', user({ userName: 'Mandy' })),
    ]
    const members = (body.members as Json[]).map((member, i) => ({ ...member, value: people[i]?.id ?? '' }))
    const made = await post(scim.strict, '/Groups', { ...body, members })
    expect(made.displayName).toBe(body.displayName)
    expect(made.members).toEqual(
      people.map(({ id, userName }) => ({
        value: id,
        $ref: `${ORIGIN}/scim2/Users/${id}`,
        display: userName,
        type: 'User',
      })),
    )
  })
})

type Exchange = { readonly request: Json; readonly response: Json }

describe('RFC 7644 §3', () => {
  let scim: Service
  let jensen: Resource
  beforeAll(async () => {
    scim = await service()
    jensen = await post(scim.strict, '/Users', fixture<Exchange>('rfc7644/3.3-create').request)
    await post(scim.strict, '/Users', user({ userName: 'jsmith', displayName: 'Smith, James' }))
    await post(scim.strict, '/Groups', group({ displayName: 'Smith Family' }))
  })

  test('3.3: a user is created', () => {
    const { response } = fixture<Exchange>('rfc7644/3.3-create')
    expect(clientsPart(jensen)).toEqual({ active: true, ...clientsPart(response) })
    expect(jensen.meta).toMatchObject({ resourceType: 'User', created: jensen.meta.lastModified })
  })

  test('3.4.1: and retrieved', async () => {
    const example = fixture('rfc7644/3.4.1-retrieve')
    const { id } = await post(scim.strict, '/Users', { ...example, userName: 'retrieved' })
    const answer = await scim.strict('GET', `/Users/${id}`)
    const found = await answered(answer)
    expect(clientsPart(found)).toEqual({ active: true, ...clientsPart(example), userName: 'retrieved' })
    expect(answer.headers.get('ETag')).toBe(found.meta.version)
  })

  test('3.4.2: a list shows the attributes that are asked for', async () => {
    const { query, response } = fixture<{ query: string; response: List }>('rfc7644/3.4.2-list')
    const list = await get<List>(scim.strict, `/Users?${query}`)
    expect(list.schemas).toEqual(response.schemas)
    const bjensen = list.Resources.find(({ userName }) => userName === 'bjensen')
    expect(bjensen).toEqual({ schemas: jensen.schemas, id: jensen.id, userName: 'bjensen' })
    expect(Object.keys(bjensen ?? {})).toEqual(expect.arrayContaining(Object.keys(response.Resources[0] ?? {})))
  })

  test('3.4.2.1: the root is filtered by resource type (with the quotes that the print lacks)', async () => {
    const filter = '(meta.resourceType eq "User") or (meta.resourceType eq "Group")'
    const { Resources } = await listed(scim.strict, '/', { filter })
    expect(new Set(Resources.map(({ meta }) => (meta as Json).resourceType))).toEqual(new Set(['User', 'Group']))
  })

  test('3.4.3: a search of the root finds users and groups', async () => {
    const { request, response } = fixture<{ request: Json; response: List }>('rfc7644/3.4.3-search')
    const list = await answered<List>(scim.strict('POST', '/.search', request))
    expect(list).toMatchObject({ schemas: response.schemas, startIndex: response.startIndex })
    const shown = ({ Resources }: List) => Resources.map(({ userName, displayName }) => ({ userName, displayName }))
    expect(shown(list)).toEqual(shown(response))
    expect(list.Resources.filter((one) => 'meta' in one)).toEqual([])
  })

  test('3.5.1: a user is replaced', async () => {
    const { request, response } = fixture<Exchange>('rfc7644/3.5.1-replace')
    const answer = await scim.strict('PUT', `/Users/${jensen.id}`, { ...request, id: jensen.id })
    const replaced = await answered(answer)
    expect(clientsPart(replaced)).toEqual({ active: true, ...clientsPart(response) })
    expect(answer.headers.get('ETag')).toBe(replaced.meta.version)
    expect(replaced.meta.version).not.toBe(jensen.meta.version)
    expect(answer.headers.get('Location')).toBe((replaced.meta as Json).location)
  })

  test('3.6: a user is deleted, and not found then', async () => {
    const [notFound] = fixture<Json[]>('rfc7644/3.12-errors')
    const { id } = await post(scim.strict, '/Users', user({ userName: 'deleted' }))
    expect((await scim.strict('DELETE', `/Users/${id}`)).status).toBe(204)
    const error = await answered<Json>(scim.strict('GET', `/Users/${id}`), 404)
    expect(error).toEqual({ ...notFound, detail: expect.stringContaining(id) })
  })

  test('3.9: a partial answer', async () => {
    const { query, response } = fixture<{ query: string; response: Json }>('rfc7644/3.9-attributes')
    expect(await get(scim.strict, `/Users/${jensen.id}?${query}`)).toEqual({ ...response, id: jensen.id })
  })

  test('3.12: a change of what is read-only is a bad request', async () => {
    const [, badRequest] = fixture<Json[]>('rfc7644/3.12-errors')
    const patch = patchOf({ op: 'replace', path: 'id', value: 'x' })
    const error = await answered<Json>(scim.strict('PATCH', `/Users/${jensen.id}`, patch), 400)
    expect(error).toEqual({ ...badRequest, detail: expect.stringContaining('id') })
  })
})

describe('RFC 7644 §3.4.2.2, figure 2', () => {
  const { people, filters } = fixture<{ people: Json[]; filters: { filter: string; finds: string[] }[] }>(
    'rfc7644/3.4.2.2-filters',
  )
  let scim: Service
  beforeAll(async () => {
    scim = await service()
    for (const person of people) await post(scim.strict, '/Users', person)
  })

  test.each(filters)('$filter', async ({ filter, finds }) => {
    const found = await namesFound(scim.strict, '/Users', filter)
    expect(found.filter((name) => name !== 'admin')).toEqual(finds)
  })
})

type Patch = {
  readonly section: string
  readonly example: string
  readonly type: 'Users' | 'Groups'
  readonly before: Json
  readonly Operations: Json[]
  readonly after: Json
}

describe('RFC 7644 §3.5.2: a PATCH', () => {
  let scim: Service
  const ids: Record<string, string> = { base: `${ORIGIN}/scim2` }
  beforeAll(async () => {
    scim = await service()
    for (const name of ['babs', 'james', 'mandy'])
      ids[name] = (await post(scim.strict, '/Users', user({ userName: name }))).id
  })

  test.each(fixture<Patch[]>('rfc7644/3.5.2-patch'))('$section: $example', async (example) => {
    const { type, before, Operations, after } = filled(example, ids)
    const name = `${example.section} ${example.example}`
    const body = type === 'Users' ? user({ userName: name, ...before }) : group({ displayName: name, ...before })
    const made = await post(scim.strict, `/${type}`, body)
    const changed = await patched(scim.strict, `/${type}/${made.id}`, ...Operations)
    for (const [attribute, value] of Object.entries(after)) {
      if (value === null) expect(changed).not.toHaveProperty(attribute)
      else if (attribute !== 'members') expect(changed[attribute]).toEqual(value)
      else
        expect((changed.members as Json[]).map(({ value: id }) => ({ value: id }))).toEqual(
          expect.arrayContaining(value as Json[]),
        )
    }
    expect(((changed.members ?? []) as Json[]).length).toBe(((after.members ?? []) as Json[]).length)
    expect(changed.meta.version).not.toBe(made.meta.version)
  })
})
