/** What a query answers, in which order and in which pages: RFC 7644 sections 3.4.2 to 3.4.2.4. */
import { beforeAll, describe, expect, test } from 'vitest'
import { requirement } from './requirements.ts'
import {
  CUSTOM,
  define,
  ENTERPRISE,
  group,
  LIST_RESPONSE,
  listed,
  names,
  namesFound,
  post,
  query,
  refused,
  type Service,
  service,
  USER,
} from './world.ts'

/** All that these tests look for; the administrator is in the lists as well. */
const PEOPLE = [
  { userName: 'ann', title: 'Boss', emails: [{ value: 'z@x' }, { value: 'b@x', primary: true }] },
  { userName: 'Bob', title: 'boss', emails: [{ value: 'c@x' }, { value: 'a@x' }] },
  { userName: 'carla', name: { familyName: 'Zander' } },
  { userName: 'dave', title: 'Clerk', name: { familyName: 'adams' }, emails: [{ value: 'A@x' }] },
  { userName: 'Eve', title: 'Assistant' },
]
const OURS = 'userName ne "admin"'

let scim: Service
beforeAll(async () => {
  scim = await service()
  await define(scim.tenant, { name: 'code', type: 'string', caseExact: true })
  for (const [i, person] of PEOPLE.entries()) {
    const extension = { [ENTERPRISE]: { department: String(9 - i) }, [CUSTOM]: { code: 'aBAbA'[i] ?? '' } }
    await post(scim.strict, '/Users', { schemas: [USER, ENTERPRISE, CUSTOM], ...person, ...extension })
    scim.world.advance(1000)
  }
  await post(scim.strict, '/Groups', group({ displayName: 'Boss' }))
})

requirement(
  'list response',
  'RFC 7644 §3.4.2: a query answers a ListResponse with totalResults, Resources, startIndex and the itemsPerPage that are in it; nothing found is 200',
  () => {
    test('of what there is', async () => {
      const list = await listed(scim.strict, '/Users', { filter: OURS, count: '2', startIndex: '2' })
      expect(list).toMatchObject({ schemas: [LIST_RESPONSE], totalResults: 5, startIndex: 2, itemsPerPage: 2 })
      expect(list.Resources).toHaveLength(2)
    })

    test.each(['/Users', '/Groups', '/Roles', '/'])('of nothing, at %s', async (path) => {
      const list = await listed(scim.strict, path, { filter: 'id eq "nothing"' })
      expect(list).toMatchObject({ schemas: [LIST_RESPONSE], totalResults: 0, itemsPerPage: 0, Resources: [] })
    })
  },
)

requirement(
  'query of the root',
  'RFC 7644 §3.4.2.1: a query of the root is of all types at once; what a type has no attribute for has no value there',
  () => {
    const found = async (filter: string) => names(await listed(scim.strict, '/', { filter, sortBy: 'id' })).toSorted()

    test('by GET with a slash at the end and without one', async () => {
      const filter = 'displayName eq "boss" or userName eq "ann"'
      expect(await found(filter)).toEqual(['Boss', 'ann'])
      expect((await scim.strict('GET', `?${new URLSearchParams({ filter })}`)).status).toBe(200)
    })

    test('an attribute of one type is unassigned in all others', async () => {
      expect(await found('title eq "clerk"')).toEqual(['dave'])
      expect(await found('not (userName pr) and displayName sw "bo"')).toEqual(['Boss'])
      expect(await found('userName ne "x" and displayName eq "Boss"')).toEqual(['Boss'])
    })

    test('an attribute of no type at all is unassigned, too', async () => {
      expect(await found('shoeSize pr')).toEqual([])
      expect(await found('shoeSize eq 44 or userName eq "ann"')).toEqual(['ann'])
    })

    test('each type is told by meta.resourceType', async () => {
      expect(await found('meta.resourceType eq "Group"')).toEqual(['Boss'])
      expect((await found('meta.resourceType eq "User"')).length).toBe(6)
    })

    test('what is too much for one answer comes in pages', async () => {
      const pages = await Promise.all(
        ['1', '4', '7'].map((startIndex) => listed(scim.strict, '/', { startIndex, count: '3' })),
      )
      const ids = pages.flatMap(({ Resources }) => Resources.map(({ id }) => id))
      expect(pages.map(({ totalResults }) => totalResults)).toEqual([9, 9, 9])
      expect([ids.length, new Set(ids).size]).toEqual([9, 9])
    })
  },
)

requirement(
  'query by filter',
  'RFC 7644 §3.4.2.2: a query with a filter answers what matches, and nothing else',
  () => {
    test.each([
      ['userName eq "bob"', ['Bob']],
      ['title eq "boss" and emails[primary eq true and value ew "@x"]', ['ann']],
      [`${OURS} and not (title pr)`, ['carla']],
      ['userName pr and userName eq "nobody"', []],
    ])('%s', async (filter, expected) => {
      expect(await namesFound(scim.strict, '/Users', filter)).toEqual(expected)
    })
  },
)

requirement(
  'sorting',
  'RFC 7644 §3.4.2.3: sortBy orders, ascending unless told otherwise, what has no value last and descending first, by the primary value or the first',
  () => {
    const sorted = async (sortBy: string, sortOrder = '') =>
      names(await listed(scim.strict, '/Users', { filter: OURS, sortBy, sortOrder }))

    test.each([
      ['userName', 'ascending', ['ann', 'Bob', 'carla', 'dave', 'Eve']],
      ['userName', '', ['ann', 'Bob', 'carla', 'dave', 'Eve']],
      ['userName', 'descending', ['Eve', 'dave', 'carla', 'Bob', 'ann']],
      ['name.familyName', 'ascending', ['dave', 'carla', 'ann', 'Bob', 'Eve']],
      ['name.familyName', 'descending', ['Eve', 'Bob', 'ann', 'carla', 'dave']],
      // Bob's first address and Ann's primary one; dave's is upper-case, which does not count.
      ['emails', 'ascending', ['dave', 'ann', 'Bob', 'carla', 'Eve']],
      ['emails.value', 'descending', ['Eve', 'carla', 'Bob', 'ann', 'dave']],
      [`${USER}:userName`, 'descending', ['Eve', 'dave', 'carla', 'Bob', 'ann']],
      [`${ENTERPRISE}:department`, 'ascending', ['Eve', 'dave', 'carla', 'Bob', 'ann']],
      ['meta.created', 'descending', ['Eve', 'dave', 'carla', 'Bob', 'ann']],
      // caseExact: upper-case letters come before all others.
      [`${CUSTOM}:code`, 'ascending', ['carla', 'Eve', 'Bob', 'ann', 'dave']],
    ])('%s %s', async (sortBy, sortOrder, expected) => {
      expect(await sorted(sortBy, sortOrder)).toEqual(expected)
    })

    test('what is equal is in the same order each time, whatever the page', async () => {
      const whole = await sorted('title')
      const pages = await Promise.all(
        ['1', '2', '3', '4', '5'].map((startIndex) =>
          listed(scim.strict, '/Users', { filter: OURS, sortBy: 'title', startIndex, count: '1' }),
        ),
      )
      expect(pages.flatMap(names)).toEqual(whole)
      expect(whole).toEqual(['Eve', 'ann', 'Bob', 'dave', 'carla'])
    })

    test('a query of the root is sorted across types', async () => {
      const filter = 'userName eq "dave" or displayName eq "Boss" or userName eq "ann"'
      const list = await listed(scim.strict, '/', { filter, sortBy: 'meta.created', sortOrder: 'descending' })
      expect(names(list)).toEqual(['Boss', 'dave', 'ann'])
    })

    test('a sortOrder that is neither is refused', async () => {
      const answer = scim.strict('GET', query('/Users', { sortBy: 'userName', sortOrder: 'upwards' }))
      expect(await refused(answer)).toEqual([400, 'invalidValue'])
    })
  },
)

requirement(
  'paging by index',
  'RFC 7644 §3.4.2.4: a startIndex below 1 is 1, a negative count is 0, a count of 0 asks for the number alone, and behind the end there is nothing',
  () => {
    describe.each(['/Users', '/'])('%s', (path) => {
      const total = path === '/' ? 9 : 6
      test.each([
        [
          { startIndex: '0', count: '2' },
          { startIndex: 1, itemsPerPage: 2 },
        ],
        [
          { startIndex: '-3', count: '2' },
          { startIndex: 1, itemsPerPage: 2 },
        ],
        [{ count: '0' }, { itemsPerPage: 0, Resources: [] }],
        [{ count: '-5' }, { itemsPerPage: 0, Resources: [] }],
        [{ startIndex: '100' }, { startIndex: 100, itemsPerPage: 0, Resources: [] }],
        [
          { startIndex: String(total), count: '5' },
          { startIndex: total, itemsPerPage: 1 },
        ],
        [{ count: '1000000' }, { itemsPerPage: total }],
      ])('%j', async (parameters, expected) => {
        expect(await listed(scim.strict, path, parameters)).toMatchObject({ totalResults: total, ...expected })
      })

      test.each<Record<string, string>>([{ startIndex: 'first' }, { count: 'all' }, { count: '1.5' }])(
        '%j is refused',
        async (parameters) => {
          expect(await refused(scim.strict('GET', query(path, parameters)))).toEqual([400, 'invalidValue'])
        },
      )
    })

    test('the pages of a list hold everybody once', async () => {
      const pages = await Promise.all(
        ['1', '3', '5'].map((startIndex) => listed(scim.strict, '/Users', { startIndex, count: '2' })),
      )
      expect(pages.flatMap(names)).toEqual(['admin', 'ann', 'Bob', 'carla', 'dave', 'Eve'])
    })
  },
)
