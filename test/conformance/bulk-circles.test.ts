/** Resources of one Bulk that refer to each other, and what else the Bulk does with them: RFC 7644 sections 3.7.1 and 3.7.2. */
import { beforeAll, describe, expect, test } from 'vitest'
import {
  bulkOf,
  ENTERPRISE,
  get,
  group,
  type Json,
  namesFound,
  type Outcome,
  patchOf,
  post,
  refused,
  type Service,
  service,
  stored,
  USER,
  user,
} from './world.ts'

let scim: Service
beforeAll(async () => {
  scim = await service()
})

const bulk = (...operations: Json[]) => bulkOf(scim.strict, operations)
const newGroup = (bulkId: string, ...members: string[]): Json => {
  const data = group({ displayName: bulkId, members: members.map((one) => ({ value: `bulkId:${one}` })) })
  return { method: 'POST', path: '/Groups', bulkId, data }
}
const newUser = (bulkId: string, manager: string): Json => {
  const data = {
    userName: bulkId,
    schemas: [USER, ENTERPRISE],
    [ENTERPRISE]: { manager: { value: `bulkId:${manager}` } },
  }
  return { method: 'POST', path: '/Users', bulkId, data }
}
const statuses = (outcomes: readonly Outcome[]) => outcomes.map(({ status }) => status)
const read = (outcome: Outcome | undefined) => get(scim.strict, `/Groups/${outcome?.location?.split('/').at(-1)}`)

describe('RFC 7644 §3.7: a circle', () => {
  test('of which one cannot be made leaves nothing behind', async () => {
    const before = await stored(scim)
    expect(statuses(await bulk(newUser('admin', 'half'), newUser('half', 'admin')))).toEqual(['409', '409'])
    expect(await stored(scim)).toBe(before)
  })

  test('may be of one, which is a member or manager of itself', async () => {
    const outcomes = await bulk(newGroup('own', 'own'), newUser('boss', 'boss'))
    expect(statuses(outcomes)).toEqual(['201', '201'])
    const own = await read(outcomes[0])
    expect(own.members).toMatchObject([{ value: own.id, type: 'Group' }])
  })

  test('that the same request deletes again is gone, and each operation is told of', async () => {
    const outcomes = await bulk(newGroup('short', 'short'), { method: 'DELETE', path: '/Groups/bulkId:short' })
    expect(statuses(outcomes)).toEqual(['201', '204'])
    expect(await namesFound(scim.strict, '/Groups', 'displayName eq "short"')).toEqual([])
  })

  test('is whole for the operations on it that follow', async () => {
    const removal = (bulkId: string): Json => ({
      method: 'PATCH',
      path: `/Groups/bulkId:${bulkId}`,
      data: patchOf({ op: 'remove', path: 'members' }),
    })
    const outcomes = await bulk(newGroup('one', 'two'), newGroup('two', 'one'), removal('one'), removal('two'))
    expect(statuses(outcomes)).toEqual(['201', '201', '200', '200'])
    expect(await read(outcomes[0])).not.toHaveProperty('members')
    expect(await read(outcomes[1])).not.toHaveProperty('members')
  })

  test('does not outlive a PUT that says otherwise', async () => {
    const put = { method: 'PUT', path: '/Groups/bulkId:put', data: group({ displayName: 'put, then' }) }
    const outcomes = await bulk(newGroup('put', 'put'), put)
    expect(statuses(outcomes)).toEqual(['201', '200'])
    const { members, meta } = await read(outcomes[0])
    expect([members, meta.version]).toEqual([undefined, outcomes[1]?.version])
  })
})

test('a version that is no text is refused, and not passed over', async () => {
  const { id } = await post(scim.strict, '/Users', user({ userName: 'versioned' }))
  const data = user({ userName: 'versioned', title: 'T' })
  const [outcome] = await bulk({ method: 'PUT', path: `/Users/${id}`, version: 7, data })
  expect(outcome?.status).toBe('400')
  expect(await get(scim.strict, `/Users/${id}`)).not.toHaveProperty('title')
  expect(await refused(scim.strict('PUT', `/Users/${id}`, data, { 'If-Match': '7' }))).toEqual([412])
})
