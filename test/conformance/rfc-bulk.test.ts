/** The examples of Bulk (RFC 7644 section 3.7) and of pages by cursor (RFC 9865), played. */
import { beforeAll, describe, expect, test } from 'vitest'
import { filled, fixture } from './fixtures.ts'
import {
  answered,
  ENTERPRISE,
  get,
  group,
  type Json,
  type List,
  names,
  namesFound,
  ORIGIN,
  type Outcome,
  post,
  type Resource,
  type Service,
  service,
  USER,
  user,
} from './world.ts'

type Bulk = Json & { readonly schemas: string[]; readonly Operations: Outcome[] }
type Exchange = { readonly request: Bulk; readonly response: Bulk }
const idIn = (outcome: Outcome | undefined) => String(outcome?.location).split('/').at(-1) ?? ''

describe('RFC 7644 §3.7', () => {
  let scim: Service
  beforeAll(async () => {
    scim = await service()
  })
  const bulk = (request: Json) => answered<Bulk>(scim.strict('POST', '/Bulk', request))

  test('3.7.1: two groups that are members of each other', async () => {
    const { request, response } = fixture<{ request: Bulk; response: List }>('rfc7644/3.7.1-circular-references')
    const { Operations } = await bulk(request)
    expect(Operations.map(({ status }) => status)).toEqual(['201', '201'])
    const [one, two] = Operations.map(idIn)
    for (const [index, [id, other]] of [
      [one, two],
      [two, one],
    ].entries()) {
      const made = await get(scim.strict, `/Groups/${id}`)
      const [member] = (response.Resources[index]?.members ?? []) as Json[]
      expect(made.displayName).toBe(response.Resources[index]?.displayName)
      expect(made.members).toMatchObject([{ ...member, value: other, $ref: `${ORIGIN}/scim2/Groups/${other}` }])
    }
  })

  test('3.7.2: a group of a user whom the same request makes', async () => {
    const [{ request, response }] = fixture<[Exchange]>('rfc7644/3.7.2-bulk-ids')
    const answer = await bulk(request)
    expect(answer).toEqual({
      ...response,
      Operations: response.Operations.map(({ location, ...operation }) => ({
        ...operation,
        location: expect.stringContaining(String(location).includes('/Users/') ? '/Users/' : '/Groups/'),
        version: expect.stringMatching(/^W\/".+"$/),
      })),
    })
    const [alice, guides] = answer.Operations.map(idIn)
    expect(await get(scim.strict, `/Groups/${guides}`)).toMatchObject({ members: [{ type: 'User', value: alice }] })
  })

  test('3.7.2: an employee of a manager whom the same request makes', async () => {
    const [, { request }] = fixture<[Exchange, { request: Bulk }]>('rfc7644/3.7.2-bulk-ids')
    const { strict } = await service()
    const { Operations } = await answered<Bulk>(strict('POST', '/Bulk', request))
    const [alice, bob] = Operations.map(idIn)
    const employment = { employeeNumber: '11250', manager: { value: alice } }
    expect((await get(strict, `/Users/${bob}`))[ENTERPRISE]).toMatchObject(employment)
  })

  describe('3.7.3: several operations', () => {
    const example = fixture<{ request: Bulk; response: Bulk; firstError: Bulk; allErrors: Bulk }>('rfc7644/3.7.3-bulk')
    const places: Record<string, string> = { base: `${ORIGIN}/scim2`, version: 'W/"1"' }
    let fresh: Service
    beforeAll(async () => {
      fresh = await service()
      for (const name of ['put', 'patched', 'deleted']) {
        places[name] = (await post(fresh.strict, '/Users', user({ userName: name, nickName: 'N' }))).id
      }
    })
    const ask = (request: Json) => answered<Bulk>(fresh.strict('POST', '/Bulk', request))
    const withoutWords = (outcomes: readonly Outcome[]) =>
      outcomes.map((one) => ({ ...one, response: { ...one.response, detail: expect.stringMatching(/\S/) } }))

    test('the first error ends it: the POST as it is printed names a schema that is none', async () => {
      const answer = await ask(filled(example.request, places))
      expect(answer.Operations).toEqual(withoutWords(example.firstError.Operations))
      expect(await namesFound(fresh.strict, '/Users', 'userName eq "Bob" or userName eq "Dave"')).toEqual([])
    })

    test('without failOnErrors each tells of its own', async () => {
      const { failOnErrors: _none, ...request } = filled(example.request, { ...places, version: 'W/"0"' })
      const operations = request.Operations.map((one) =>
        one.method === 'DELETE' ? { ...one, path: '/Users/none' } : one,
      )
      const answer = await ask({ ...request, Operations: operations } as Json)
      const expected = filled(example.allErrors, { ...places, deleted: 'none' }).Operations
      expect(answer.Operations).toEqual(withoutWords(expected))
    })

    test('all of them succeed, with the schema that is meant', async () => {
      const text = JSON.stringify(filled(example.request, places))
      const request = JSON.parse(text.replace('api:messages:2.0:User', 'schemas:core:2.0:User')) as Json
      const answer = await ask(request)
      const { Operations } = filled(example.response, places)
      expect(answer).toEqual({
        schemas: example.response.schemas,
        Operations: Operations.map((one) => ({
          ...one,
          ...(one.method === 'POST' ? { location: expect.stringContaining(`${ORIGIN}/scim2/Users/`) } : {}),
          ...(one.version === undefined ? {} : { version: expect.stringMatching(/^W\/".+"$/) }),
        })),
      })
      expect(await namesFound(fresh.strict, '/Users', 'userName ne "admin"')).toEqual(['Alice', 'Bob', 'Dave'])
      expect(await get(fresh.strict, `/Users/${places.patched}`)).not.toHaveProperty('nickName')
    })
  })

  test('3.7.4: a request that is too large', async () => {
    const example = fixture('rfc7644/3.7.4-too-large')
    const { bulk: limits } = await get<{ bulk: { maxPayloadSize: number } }>(scim.strict, '/ServiceProviderConfig')
    const body = { schemas: [USER], userName: 'x'.repeat(limits.maxPayloadSize) }
    const detail = expect.stringMatching(new RegExp(`${limits.maxPayloadSize}.*maxPayloadSize`))
    expect(await answered<Json>(scim.strict('POST', '/Bulk', body), 413)).toEqual({ ...example, detail })
  })
})

describe('RFC 9865', () => {
  let scim: Service
  beforeAll(async () => {
    scim = await service()
    for (let i = 0; i < 25; i++) {
      await post(scim.strict, '/Users', user({ userName: `J${i}`, displayName: `Smith ${i}` }))
    }
    await post(scim.strict, '/Groups', group({ displayName: 'Smith' }))
  })

  /** Nobody has to count for a page by cursor (section 2). */
  const shapeOf = ({ Resources: _Resources, totalResults: _total, ...rest }: Partial<List>) =>
    Object.keys(rest).toSorted()

  test('2: the first page and the next, as they are printed, without quotes', async () => {
    const { first, next } = fixture<Record<'first' | 'next', { query: string; response: List }>>('rfc9865/2-pages')
    const one = await get<List>(scim.lenient, `/Users?${first.query}`)
    expect([shapeOf(one), one.itemsPerPage, one.schemas]).toEqual([shapeOf(first.response), 10, first.response.schemas])
    // The print writes userName in another case from the second page on.
    const query = filled(next.query, { cursor: String(one.nextCursor) }).replace('username', 'userName')
    const two = await get<List>(scim.lenient, `/Users?${query}`)
    expect([shapeOf(two), two.itemsPerPage]).toEqual([shapeOf(next.response), 10])
    expect(new Set([...names(one), ...names(two)]).size).toBe(20)
  })

  test('3: a search by POST', async () => {
    const { request, response } = fixture<{ request: Json; response: List }>('rfc9865/3-search')
    const page = await answered<List>(scim.strict('POST', '/Users/.search', request))
    expect([shapeOf(page), page.itemsPerPage]).toEqual([shapeOf(response), 10])
    const second = await answered<List>(
      scim.strict('POST', '/Users/.search', { ...request, cursor: page.nextCursor as string }),
    )
    const people: Resource[] = [...page.Resources, ...second.Resources]
    expect(new Set(people.map(({ id }) => id)).size).toBe(20)
    expect(people.every(({ displayName }) => String(displayName).startsWith('Smith'))).toBe(true)
  })
})
