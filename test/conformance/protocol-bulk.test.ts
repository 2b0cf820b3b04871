/** Many operations in one request: RFC 7644 section 3.7. */
import { beforeAll, describe, expect, test } from 'vitest'
import { requirement } from './requirements.ts'
import {
  BULK_REQUEST,
  bulkOf,
  ENTERPRISE,
  get,
  group,
  type Json,
  namesFound,
  ORIGIN,
  type Outcome,
  patchOf,
  post,
  refusal,
  refused,
  type Service,
  service,
  USER,
  user,
} from './world.ts'

let scim: Service
beforeAll(async () => {
  scim = await service()
})

const bulk = (operations: Json[], more: Json = {}) => bulkOf(scim.strict, operations, more)

const creating = (bulkId: string, path: string, data: Json): Json => ({ method: 'POST', path, bulkId, data })
const newUser = (bulkId: string, more: Json = {}) => creating(bulkId, '/Users', user({ userName: bulkId, ...more }))
const newGroup = (bulkId: string, ...members: Json[]) =>
  creating(bulkId, '/Groups', group({ displayName: bulkId, members }))
const idIn = ({ location }: Outcome) => String(location).split('/').at(-1) ?? ''
const statuses = (outcomes: readonly Outcome[]) => outcomes.map(({ status }) => status)
const at = (outcomes: readonly Outcome[], index: number) => outcomes[index] ?? expect.fail(`no outcome ${index}`)

requirement(
  'Bulk',
  'RFC 7644 §3.7: a Bulk request is 200 and tells of each operation; a bulkId stands for what is made, failOnErrors ends it, and too much is 413',
  () => {
    test('each method, with its status as text, and with location and version of what it left', async () => {
      const [one, two] = [
        await post(scim.strict, '/Users', user({ userName: 'put' })),
        await post(scim.strict, '/Users', user({ userName: 'deleted' })),
      ]
      const outcomes = await bulk([
        newUser('posted'),
        { method: 'PUT', path: `/Users/${one.id}`, data: user({ userName: 'put', title: 'T' }) },
        { method: 'PATCH', path: `/Users/${one.id}`, data: patchOf({ op: 'add', path: 'nickName', value: 'N' }) },
        { method: 'DELETE', path: `/Users/${two.id}` },
      ])
      const location = `${ORIGIN}/scim2/Users/${one.id}`
      expect(outcomes).toEqual([
        {
          method: 'POST',
          bulkId: 'posted',
          location: expect.stringMatching(/^https:.*\/scim2\/Users\/[^/]+$/),
          version: 'W/"1"',
          status: '201',
        },
        { method: 'PUT', location, version: 'W/"2"', status: '200' },
        { method: 'PATCH', location, version: 'W/"3"', status: '200' },
        { method: 'DELETE', location: `${ORIGIN}/scim2/Users/${two.id}`, status: '204' },
      ])
      expect(await get(scim.strict, `/Users/${one.id}`)).toMatchObject({ title: 'T', nickName: 'N' })
      expect((await scim.strict('GET', `/Users/${two.id}`)).status).toBe(404)
    })

    test('what fails has a response, what does not has none, and of a failed POST alone there is no location', async () => {
      const outcomes = await bulk([
        newUser('fine'),
        newUser('admin'),
        { method: 'PATCH', path: '/Users/none', data: patchOf({ op: 'remove', path: 'title' }) },
        { method: 'DELETE', path: '/Groups/none' },
      ])
      expect(statuses(outcomes)).toEqual(['201', '409', '404', '404'])
      expect(outcomes.map(({ response }) => response?.status)).toEqual([undefined, '409', '404', '404'])
      expect(at(outcomes, 1)).toMatchObject({ bulkId: 'admin', response: { scimType: 'uniqueness' } })
      expect(outcomes.map(({ location }) => location !== undefined)).toEqual([true, false, true, true])
    })

    test.each<[string, Json]>([
      ['of no data', { method: 'PUT' }],
      ['of data that are a list', { method: 'PATCH', data: [{ op: 'remove', path: 'title' }] as never }],
      ['of data that are no PatchOp', { method: 'PATCH', data: { schemas: [USER] } }],
    ])('an operation %s has its location, too', async (_what, operation) => {
      const { id } = await post(scim.strict, '/Users', user({ userName: `located ${_what}` }))
      const [outcome] = await bulk([{ ...operation, path: `/Users/${id}` }])
      expect(outcome).toMatchObject({ status: '400', location: `${ORIGIN}/scim2/Users/${id}` })
    })

    test('a path in another case is no endpoint, as it is none outside of a Bulk', async () => {
      const body = user({ userName: 'spelt' })
      expect((await scim.strict('POST', '/users', body)).status).toBe(404)
      expect(statuses(await bulk([creating('spelt', '/users', body)]))).toEqual(['404'])
    })

    test('a POST needs a bulkId, which no other has', async () => {
      const [none, first, second] = await bulk([
        { method: 'POST', path: '/Users', data: user({ userName: 'no bulkId' }) },
        newUser('twice'),
        creating('twice', '/Users', user({ userName: 'twice again' })),
      ])
      expect([none?.status, first?.status, second?.status]).toEqual(['400', '201', '400'])
      expect(await namesFound(scim.strict, '/Users', 'userName eq "no bulkId" or userName eq "twice again"')).toEqual(
        [],
      )
    })

    describe('a bulkId', () => {
      test('stands for what is made before or after', async () => {
        const outcomes = await bulk([
          newGroup('before', { value: 'bulkId:later', type: 'User' }),
          newUser('later', { [`${ENTERPRISE}:manager`]: { value: 'bulkId:boss' }, schemas: [USER, ENTERPRISE] }),
          newUser('boss'),
        ])
        expect(statuses(outcomes)).toEqual(['201', '201', '201'])
        const [team, later, boss] = outcomes.map(idIn)
        expect(await get(scim.strict, `/Groups/${team}`)).toMatchObject({ members: [{ value: later, type: 'User' }] })
        expect(await get(scim.strict, `/Users/${later}`)).toMatchObject({ [ENTERPRISE]: { manager: { value: boss } } })
      })

      test('in a path, in the value of a PATCH and in its path', async () => {
        const added = { op: 'add', path: 'members', value: [{ value: 'bulkId:p1' }, { value: 'bulkId:p2' }] }
        const outcomes = await bulk([
          newUser('p1'),
          newUser('p2'),
          newGroup('pg'),
          { method: 'PATCH', path: '/Groups/bulkId:pg', data: patchOf(added) },
          {
            method: 'PATCH',
            path: '/Groups/bulkId:pg',
            data: patchOf({ op: 'remove', path: 'members[value eq "bulkId:p1"]' }),
          },
          { method: 'PUT', path: '/Users/bulkId:p2', data: user({ userName: 'p2', title: 'T' }) },
          { method: 'DELETE', path: '/Users/bulkId:p1' },
        ])
        expect(statuses(outcomes)).toEqual(['201', '201', '201', '200', '200', '200', '204'])
        expect(await get(scim.strict, `/Groups/${idIn(at(outcomes, 2))}`)).toMatchObject({
          members: [{ value: idIn(at(outcomes, 1)) }],
        })
        expect(at(outcomes, 3).location).toBe(at(outcomes, 2).location)
      })

      test('of a circle is resolved', async () => {
        const outcomes = await bulk([newGroup('c1', { value: 'bulkId:c2' }), newGroup('c2', { value: 'bulkId:c1' })])
        expect(statuses(outcomes)).toEqual(['201', '201'])
        const [one, two] = outcomes.map(idIn)
        expect(await get(scim.strict, `/Groups/${one}`)).toMatchObject({ members: [{ value: two, type: 'Group' }] })
        expect(await get(scim.strict, `/Groups/${two}`)).toMatchObject({ members: [{ value: one, type: 'Group' }] })
        const versions = await Promise.all(
          [one, two].map(async (id) => (await get(scim.strict, `/Groups/${id}`)).meta.version),
        )
        expect(outcomes.map(({ version }) => version)).toEqual(versions)
      })

      test('that nothing has, or whose POST failed, fails what refers to it, and nothing else', async () => {
        const outcomes = await bulk([
          newGroup('unknown', { value: 'bulkId:nowhere' }),
          newGroup('failed', { value: 'bulkId:admin' }),
          newUser('admin'),
          newUser('unharmed'),
        ])
        expect(statuses(outcomes).map((status) => status[0])).toEqual(['4', '4', '4', '2'])
        expect(at(outcomes, 1).status).toBe('409')
        expect(await namesFound(scim.strict, '/Groups', 'displayName eq "unknown" or displayName eq "failed"')).toEqual(
          [],
        )
      })
    })

    test.each([
      [1, ['201', '409']],
      [2, ['201', '409', '404']],
      [3, ['201', '409', '404', '201']],
      [undefined, ['201', '409', '404', '201']],
    ])('failOnErrors %s', async (failOnErrors, expected) => {
      const name = `fail ${failOnErrors}`
      const operations = [
        newUser(`${name} a`),
        newUser('admin'),
        { method: 'DELETE', path: '/Users/none' },
        newUser(`${name} b`),
      ]
      expect(statuses(await bulk(operations, failOnErrors === undefined ? {} : { failOnErrors }))).toEqual(expected)
      const made = await namesFound(scim.strict, '/Users', `userName sw "${name}"`)
      expect(made).toHaveLength(expected.filter((status) => status === '201').length)
    })

    test('an operation’s version is its If-Match', async () => {
      const { id } = await post(scim.strict, '/Users', user({ userName: 'versioned' }))
      const put = (version: string, title: string): Json => ({
        method: 'PUT',
        path: `/Users/${id}`,
        version,
        data: user({ userName: 'versioned', title }),
      })
      const outcomes = await bulk([
        put('W/"1"', 'a'),
        put('W/"1"', 'b'),
        { method: 'DELETE', path: `/Users/${id}`, version: 'W/"7"' },
      ])
      expect(statuses(outcomes)).toEqual(['200', '412', '412'])
      expect(await get(scim.strict, `/Users/${id}`)).toMatchObject({ title: 'a' })
    })

    test('more than maxOperations or maxPayloadSize is 413, which names the limit, and nothing was done', async () => {
      const config = await get<{ bulk: { maxOperations: number; maxPayloadSize: number } }>(
        scim.strict,
        '/ServiceProviderConfig',
      )
      const { maxOperations, maxPayloadSize } = config.bulk
      const operations = Array.from({ length: maxOperations + 1 }, (_, i) => newUser(`much ${i}`))
      const many = await refusal(scim.strict('POST', '/Bulk', { schemas: [BULK_REQUEST], Operations: operations }))
      expect([many.status, many.detail]).toEqual([413, expect.stringContaining(String(maxOperations))])
      const long = { schemas: [BULK_REQUEST], Operations: [newUser('much', { title: 'x'.repeat(maxPayloadSize) })] }
      const large = await refusal(scim.strict('POST', '/Bulk', long))
      expect([large.status, large.detail]).toEqual([413, expect.stringContaining(String(maxPayloadSize))])
      expect(await namesFound(scim.strict, '/Users', 'userName sw "much"')).toEqual([])
    })

    test('what is no BulkRequest is refused as a whole', async () => {
      const Operations = [newUser('unread')]
      for (const body of [{ Operations }, { schemas: [USER], Operations }, { schemas: [BULK_REQUEST] }, '[]', '{']) {
        expect(await refused(scim.strict('POST', '/Bulk', body))).toEqual([400, 'invalidSyntax'])
      }
      expect(await namesFound(scim.strict, '/Users', 'userName eq "unread"')).toEqual([])
    })

    test.each(['', 'Users', '/Users/', '/Users/x/y', '/Devices', '/Bulk', '/Me', '/../Users'])(
      'a POST to %j fails by itself',
      async (path) => {
        const outcomes = await bulk([creating('lost', path, user({ userName: 'lost' })), newUser(`beside "${path}"`)])
        expect(statuses(outcomes)).toEqual([expect.stringMatching(/^4/), '201'])
        expect(await namesFound(scim.strict, '/Users', 'userName eq "lost"')).toEqual([])
      },
    )
  },
)
