/** Corners of what is asked: cursors, conditions, dates, and names that lead nowhere (RFC 7644 section 3.4, RFC 9865). */
import { beforeAll, describe, expect, test } from 'vitest'
import {
  answered,
  type Ask,
  CUSTOM,
  define,
  listed,
  post,
  query,
  refused,
  type Service,
  service,
  USER,
  user,
} from './world.ts'

let scim: Service
let strict: Ask
beforeAll(async () => {
  scim = await service()
  strict = scim.strict
  await define(scim.tenant, { name: 'hired', type: 'dateTime' })
})

describe('a page by cursor (RFC 9865 section 2)', () => {
  test('that leads back to what has gone meanwhile leads on to what is left', async () => {
    const other = await service('acme', scim.world)
    const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `walker-${name}`)
    const people = await Promise.all(names.map((userName) => post(other.strict, '/Users', user({ userName }))))
    const parameters = { count: '2', filter: 'userName sw "walker"', sortBy: 'userName' }
    const first = await listed(other.strict, '/Users', { ...parameters, cursor: '' })
    const second = await listed(other.strict, '/Users', { ...parameters, cursor: String(first.nextCursor) })
    for (const { id } of people.slice(0, 2)) await other.strict('DELETE', `/Users/${id}`)
    const back = await listed(other.strict, '/Users', { ...parameters, cursor: String(second.previousCursor) })
    expect(back).toMatchObject({ Resources: [] })
    const again = await listed(other.strict, '/Users', { ...parameters, cursor: String(back.nextCursor) })
    expect(again.Resources.map(({ userName }) => userName)).toEqual(['walker-c', 'walker-d'])
    expect(again.previousCursor).toBeUndefined()
  })

  test('a cursor that is none is refused, however few are asked for', async () => {
    const ask = (cursor: string) => strict('GET', query('/Users', { count: '0', cursor }))
    expect(await refused(ask('zzz'))).toEqual([400, 'invalidCursor'])
    expect((await ask('')).status).toBe(200)
  })
})

test('If-Match is asked of a GET as well (RFC 9110 section 13.1.1)', async () => {
  const kim = await post(strict, '/Users', user({ userName: 'conditional' }))
  const read = (match: string) => strict('GET', `/Users/${kim.id}`, undefined, { 'If-Match': match })
  expect(await refused(read('W/"99"'))).toEqual([412])
  for (const match of [String((kim.meta as { version: string }).version), '*'])
    expect((await read(match)).status).toBe(200)
})

describe('a dateTime in a filter (RFC 7643 section 2.3.5)', () => {
  test.each(['2011', '2011-05-13', 'Mon, 01 Jan 2011', '2011-02-30T00:00:00Z'])('is one: %s is none', async (text) => {
    const ask = strict('GET', query('/Users', { filter: `meta.created gt "${text}"` }))
    expect(await refused(ask)).toEqual([400, 'invalidFilter'])
  })

  test('is compared to its last digit', async () => {
    const hired = '2024-01-31T12:00:00.1729999Z'
    const schemas = [USER, CUSTOM]
    const kim = await post(strict, '/Users', { schemas, userName: 'hired', [CUSTOM]: { hired } })
    const found = async (filter: string) =>
      (await listed(strict, '/Users', { filter: `userName eq "${String(kim.userName)}" and ${filter}` })).totalResults
    expect(await found(`${CUSTOM}:hired eq "${hired}"`)).toBe(1)
    expect(await found(`${CUSTOM}:hired gt "2024-01-31T12:00:00.172Z"`)).toBe(1)
    expect(await found(`${CUSTOM}:hired eq "2024-01-31T12:00:00.172Z"`)).toBe(0)
  })
})

test.each(['emails[foo eq "x"]', 'emails.foo eq "x"', 'foo[bar eq 1]', 'members[foo pr]'])(
  'at the root %s has no value, wherever the name stands (RFC 7644 section 3.4.2.1)',
  async (filter) => expect(await listed(strict, '', { filter })).toMatchObject({ totalResults: 0 }),
)

test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('the root has no %s, and says what it has', async (method) => {
  for (const path of ['', '/']) {
    const answer = await strict(method, path, user({ userName: 'nobody' }))
    expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'GET'])
  }
})

test('a number without quotes is text where the attribute is, for clients that leave them out', async () => {
  await post(strict, '/Users', user({ userName: 'numbered', externalId: '12345' }))
  const ask = (who: Ask, filter: string) => who('GET', query('/Users', { filter }))
  for (const filter of ['externalId eq 12345', 'externalId eq 12345 and active eq true']) {
    expect(await answered(ask(scim.lenient, filter))).toMatchObject({ totalResults: 1 })
  }
  expect(await refused(ask(strict, 'externalId eq 12345'))).toEqual([400, 'invalidFilter'])
})
