/** Pages by cursor: RFC 9865. */
import { beforeAll, expect, test } from 'vitest'
import { requirement } from './requirements.ts'
import {
  answered,
  CUSTOM,
  define,
  get,
  group,
  type Json,
  LIST_RESPONSE,
  type List,
  listed,
  names,
  post,
  query,
  refused,
  SEARCH_REQUEST,
  type Service,
  service,
  USER,
} from './world.ts'

const COUNT = 23

let scim: Service
let pagination: { cursorTimeout: number; maxPageSize: number; defaultPageSize: number }
beforeAll(async () => {
  scim = await service()
  await define(scim.tenant, { name: 'rank', type: 'integer' })
  for (let i = 0; i < COUNT; i++) {
    const rank = i % 3 === 0 ? null : i % 5
    await post(scim.strict, '/Users', { schemas: [USER, CUSTOM], userName: `user ${i}`, [CUSTOM]: { rank } })
  }
  for (let i = 0; i < 5; i++) await post(scim.strict, '/Groups', group({ displayName: `group ${i}` }))
  ;({ pagination } = await get<{ pagination: typeof pagination }>(scim.strict, '/ServiceProviderConfig'))
})

const OURS = { filter: 'userName sw "user"', count: '4' }
const refusedPage = (parameters: Record<string, string>, path = '/Users') =>
  refused(scim.strict('GET', query(path, parameters)))

/** All pages from the first on. */
async function walk(path: string, parameters: Record<string, string>): Promise<List[]> {
  const pages: List[] = []
  for (let cursor = ''; pages.length < 50;) {
    const page = await listed(scim.strict, path, { ...parameters, cursor })
    pages.push(page)
    if (page.nextCursor === undefined) return pages
    cursor = String(page.nextCursor)
  }
  return expect.fail('the list does not end')
}

requirement(
  'cursor pagination',
  'RFC 9865 §2: an empty cursor asks for the first page, nextCursor leads on until it is absent, and a cursor is opaque, of its query, and not for ever',
  () => {
    test('a first page names the next by unreserved characters, and no index', async () => {
      for (const parameter of ['cursor=', 'cursor']) {
        const page = await get<List>(scim.strict, `/Users?${parameter}&count=4`)
        expect(page).toMatchObject({ schemas: [LIST_RESPONSE], itemsPerPage: 4 })
        expect(page.nextCursor).toMatch(/^[A-Za-z0-9\-._~]+$/)
        expect(page).not.toHaveProperty('startIndex')
      }
    })

    test.each([
      ['/Users', OURS, COUNT],
      ['/Users', { ...OURS, sortBy: 'userName', sortOrder: 'descending' }, COUNT],
      ['/Users', { ...OURS, sortBy: `${CUSTOM}:rank` }, COUNT],
      ['/Users', { ...OURS, sortBy: `${CUSTOM}:rank`, sortOrder: 'descending' }, COUNT],
      ['/', { count: '5', sortBy: 'displayName' }, COUNT + 5 + 3],
    ])('%s %j: its pages hold everything once, in the order of the whole', async (path, parameters, total) => {
      const pages = await walk(path, parameters)
      const whole = await listed(scim.strict, path, { ...parameters, count: '1000' })
      expect(pages.flatMap(names)).toEqual(names(whole))
      expect(pages.flatMap(names)).toHaveLength(total)
      for (const page of pages) {
        expect(page.Resources.length).toBeLessThanOrEqual(Number(parameters.count))
        if (page.totalResults !== undefined) expect(page.totalResults).toBe(total)
      }
    })

    test('previousCursor leads back', async () => {
      const [first, second, third] = await walk('/Users', OURS)
      expect(first).not.toHaveProperty('previousCursor')
      const back = await listed(scim.strict, '/Users', { ...OURS, cursor: String(third?.previousCursor) })
      expect(names(back)).toEqual(names(second ?? expect.fail()))
      const start = await listed(scim.strict, '/Users', { ...OURS, cursor: String(back.previousCursor) })
      expect(names(start)).toEqual(names(first ?? expect.fail()))
      expect(start).not.toHaveProperty('previousCursor')
    })

    test('who comes or goes between two pages moves nobody else', async () => {
      const by = { ...OURS, sortBy: 'userName' }
      const first = await listed(scim.strict, '/Users', { ...by, cursor: '' })
      const next = { ...by, cursor: String(first.nextCursor) }
      const expected = names(await listed(scim.strict, '/Users', next))
      const early = await post(scim.strict, '/Users', { schemas: [USER], userName: 'user' })
      expect(names(await listed(scim.strict, '/Users', next))).toEqual(expected)
      await scim.strict('DELETE', `/Users/${early.id}`)
      expect(names(await listed(scim.strict, '/Users', next))).toEqual(expected)
    })

    test.each([
      ['another filter', { filter: 'userName sw "u"' }],
      ['another order', { sortBy: 'userName' }],
      ['another direction', { sortBy: 'displayName', sortOrder: 'descending' }],
    ])('with %s it is invalidCursor: a query is repeated as it was', async (_what, other) => {
      const { nextCursor } = await listed(scim.strict, '/Users', { ...OURS, cursor: '' })
      expect(await refusedPage({ ...OURS, ...other, cursor: String(nextCursor) })).toEqual([400, 'invalidCursor'])
    })

    test('at another endpoint, cut, changed or invented it is invalidCursor', async () => {
      const { nextCursor } = await listed(scim.strict, '/Users', { count: '4', cursor: '' })
      const cursor = String(nextCursor)
      const changed = cursor.slice(0, 9) + (cursor[9] === 'A' ? 'B' : 'A') + cursor.slice(10)
      expect(await refusedPage({ count: '4', cursor }, '/Groups')).toEqual([400, 'invalidCursor'])
      expect(await refusedPage({ count: '4', cursor }, '/')).toEqual([400, 'invalidCursor'])
      for (const wrong of [changed, cursor.slice(0, -2), `${cursor}x`, 'x', '0', '%00', 'é', 'a'.repeat(10_000)]) {
        expect(await refusedPage({ count: '4', cursor: wrong })).toEqual([400, 'invalidCursor'])
      }
    })

    test('another count, and one that is none, is invalidCount; together with startIndex it is refused', async () => {
      const { nextCursor } = await listed(scim.strict, '/Users', { ...OURS, cursor: '' })
      const answer = await scim.strict('GET', query('/Users', { ...OURS, count: '5', cursor: String(nextCursor) }))
      if (answer.status === 200) expect((await answered<List>(answer)).Resources).toHaveLength(5)
      else expect(await refused(answer)).toEqual([400, 'invalidCount'])
      expect(await refusedPage({ cursor: '', count: 'many' })).toEqual([400, 'invalidCount'])
      expect((await refusedPage({ cursor: '', startIndex: '1' }))[0]).toBe(400)
    })

    test('without a count a page has defaultPageSize, and never more than maxPageSize', async () => {
      const page = await listed(scim.strict, '/', { cursor: '' })
      expect(page.Resources.length).toBe(Math.min(pagination.defaultPageSize, COUNT + 5 + 3))
      const answer = await scim.strict('GET', query('/', { cursor: '', count: String(pagination.maxPageSize + 1) }))
      if (answer.status === 200)
        expect((await answered<List>(answer)).itemsPerPage).toBeLessThanOrEqual(pagination.maxPageSize)
      else expect(await refused(answer)).toEqual([400, 'invalidCount'])
    })

    test('it lives for cursorTimeout, and then is expiredCursor', async () => {
      const { nextCursor } = await listed(scim.strict, '/Users', { ...OURS, cursor: '' })
      const next = { ...OURS, cursor: String(nextCursor) }
      scim.world.advance((pagination.cursorTimeout - 60) * 1000)
      expect((await scim.strict('GET', query('/Users', next))).status).toBe(200)
      scim.world.advance(61_000)
      expect(await refusedPage(next)).toEqual([400, 'expiredCursor'])
    })

    test('works in POST .search', async () => {
      const search = { schemas: [SEARCH_REQUEST], filter: OURS.filter, count: 15, attributes: ['userName'] }
      const ask = (cursor: string) => answered<List>(scim.strict('POST', '/Users/.search', { ...search, cursor }))
      const first = await ask('')
      const second = await ask(String(first.nextCursor))
      expect([...names(first), ...names(second)]).toHaveLength(COUNT)
      expect(second).not.toHaveProperty('nextCursor')
      const wrong = scim.strict('POST', '/Users/.search', { ...search, cursor: 'x' })
      expect(await refused(wrong)).toEqual([400, 'invalidCursor'])
    })

    test('is declared, with the method that a query gets which asks for none', async () => {
      const config = await get<Json>(scim.strict, '/ServiceProviderConfig')
      expect(config.pagination).toEqual({
        cursor: true,
        index: true,
        defaultPaginationMethod: 'index',
        defaultPageSize: expect.any(Number),
        maxPageSize: expect.any(Number),
        cursorTimeout: expect.any(Number),
      })
      const page = await listed(scim.strict, '/Users', { count: '4' })
      expect(page).toMatchObject({ startIndex: 1, totalResults: COUNT + 1 })
      expect(page).not.toHaveProperty('nextCursor')
    })
  },
)
