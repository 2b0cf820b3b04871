/** Values of several, unassigned ones, and which schemas a resource has: RFC 7643 sections 2.4 to 3. */
import { beforeAll, expect, test } from 'vitest'
import { requirement } from './requirements.ts'
import {
  answered,
  ENTERPRISE,
  get,
  group,
  type Json,
  patched,
  patchOf,
  post,
  refused,
  type Resource,
  type Service,
  service,
  USER,
  user,
} from './world.ts'

let scim: Service
beforeAll(async () => {
  scim = await service()
})

requirement(
  'one primary, no repetition',
  'RFC 7643 §2.4: at most one value is primary, no type and value are returned twice, and what a member is called is the server’s to say',
  () => {
    const [work, home] = [
      { value: 'w@x', type: 'work', primary: true },
      { value: 'h@x', type: 'home', primary: true },
    ]

    test('two primary values are refused in a POST, a PUT and a PATCH', async () => {
      const { id } = await post(scim.strict, '/Users', user({ userName: 'primary' }))
      const body = user({ userName: 'two', emails: [work, home] })
      const add = patchOf({ op: 'add', path: 'emails', value: [work, home] })
      expect(await refused(scim.strict('POST', '/Users', body))).toEqual([400, 'invalidValue'])
      expect(await refused(scim.strict('PUT', `/Users/${id}`, body))).toEqual([400, 'invalidValue'])
      expect(await refused(scim.strict('PATCH', `/Users/${id}`, add))).toEqual([400, 'invalidValue'])
    })

    test('the same value of the same type comes back once, of another type as its own', async () => {
      const [one, again] = [
        { value: 'x@x', type: 'work' },
        { value: 'x@x', type: 'home' },
      ]
      const made = await post(scim.strict, '/Users', user({ userName: 'repeated', emails: [one, one, again] }))
      expect(made.emails).toEqual([one, again])
    })

    test('the display of a member is the server’s, whatever a client says', async () => {
      const { id } = await post(scim.strict, '/Users', user({ userName: 'displayed' }))
      const members = [{ value: id, display: 'mine' }]
      const made = await post(scim.strict, '/Groups', group({ displayName: 'display', members }))
      expect(made.members).toMatchObject([{ value: id, display: 'displayed' }])
    })
  },
)

requirement(
  'null is unassigned',
  'RFC 7643 §2.5: null and an empty array are an attribute without a value: they are taken everywhere, and never shown',
  () => {
    const empty = { nickName: null, emails: [], name: null, addresses: null, [ENTERPRISE]: null }

    test('in a POST', async () => {
      const made = await post(scim.strict, '/Users', user({ userName: 'null post', ...empty }))
      for (const name of Object.keys(empty)) expect(made).not.toHaveProperty([name])
    })

    test('in a PUT, which takes the values away', async () => {
      const full = user({ userName: 'null put', nickName: 'N', emails: [{ value: 'a@b' }], name: { givenName: 'G' } })
      const { id } = await post(scim.strict, '/Users', full)
      const put = { ...user({ userName: 'null put', ...empty }), title: [] }
      const after = await answered(scim.strict('PUT', `/Users/${id}`, put))
      for (const name of [...Object.keys(empty), 'title']) expect(after).not.toHaveProperty([name])
    })

    test('in a PATCH, with and without a path', async () => {
      const full = user({
        userName: 'null patch',
        nickName: 'N',
        title: 'T',
        name: { givenName: 'G', familyName: 'F' },
      })
      const { id } = await post(scim.strict, '/Users', full)
      const after = await patched(
        scim.strict,
        `/Users/${id}`,
        { op: 'replace', path: 'nickName', value: null },
        { op: 'replace', path: 'name.givenName', value: null },
        { op: 'replace', value: { title: null, emails: [] } },
      )
      expect(after.name).toEqual({ familyName: 'F' })
      for (const name of ['nickName', 'title', 'emails']) expect(after).not.toHaveProperty(name)
    })

    test('of a group’s members', async () => {
      for (const [displayName, members] of [
        ['null members', null],
        ['no members', []],
      ] as const) {
        const made = await post(scim.strict, '/Groups', group({ displayName, members: members as Json[string] }))
        expect(made).not.toHaveProperty('members')
      }
    })

    test('no answer has a null in it', async () => {
      for (const path of ['/Users', '/Groups', '/Roles', '/Schemas', '/ResourceTypes', '/ServiceProviderConfig']) {
        expect(await (await scim.strict('GET', path)).text()).not.toMatch(/[:,[]\s*null/)
      }
    })
  },
)

requirement(
  'schemas',
  'RFC 7643 §3: schemas is there, not empty and without repetition, and names each extension that has data, under whose URN that stands',
  () => {
    const department = { [ENTERPRISE]: { department: 'd' } }

    test.each<[string, Json]>([
      ['no schemas', { userName: 'wrong' }],
      ['empty schemas', { schemas: [], userName: 'wrong' }],
      ['the same schema twice', { schemas: [USER, USER], userName: 'wrong' }],
      ['a schema that nobody knows', { schemas: [USER, 'urn:x:y'], userName: 'wrong' }],
      ['no core schema', { schemas: [ENTERPRISE], userName: 'wrong' }],
      ['data of an extension that it does not name', { schemas: [USER], userName: 'wrong', ...department }],
      ['schemas that are text', { schemas: USER, userName: 'wrong' }],
    ])('a strict body with %s is refused', async (_what, body) => {
      expect((await refused(scim.strict('POST', '/Users', body)))[0]).toBe(400)
    })

    test('a lenient client may leave them out', async () => {
      const made = await post(scim.lenient, '/Users', { userName: 'no schemas', ...department })
      expect(made.schemas).toEqual([USER, ENTERPRISE])
    })

    test('an answer names what has data, as that comes and goes', async () => {
      const made = await post(scim.strict, '/Users', { schemas: [USER, ENTERPRISE], userName: 'comes and goes' })
      expect(made.schemas).toEqual([USER])
      const path = `/Users/${made.id}`
      const added = await patched(scim.strict, path, { op: 'add', path: `${ENTERPRISE}:department`, value: 'd' })
      expect(added).toMatchObject({ schemas: [USER, ENTERPRISE], ...department })
      const removed = await patched(scim.strict, path, { op: 'remove', path: `${ENTERPRISE}:department` })
      expect(removed.schemas).toEqual([USER])
      expect(removed).not.toHaveProperty([ENTERPRISE])
    })
  },
)

requirement(
  'id, externalId and meta',
  'RFC 7643 §3.1: id and meta are the server’s, an id is never given again, externalId is the client’s and counts in its case',
  () => {
    let made: Resource
    beforeAll(async () => {
      const body = user({
        userName: 'common',
        externalId: 'Ext-1',
        id: 'mine',
        meta: { version: 'W/"9"', created: 'x' },
      })
      made = await post(scim.strict, '/Users', body)
    })

    test('what a client says of id and meta is passed over', () => {
      expect(made.id).not.toBe('mine')
      expect(made.id).not.toMatch(/bulkId/i)
      expect(made.meta).toEqual({
        resourceType: 'User',
        created: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        lastModified: (made.meta as Json).created,
        location: `https://localhost:9443/scim2/Users/${made.id}`,
        version: expect.stringMatching(/^W\/".+"$/),
      })
    })

    test('lastModified moves with a change, created stays', async () => {
      scim.world.advance(5000)
      const { meta } = await patched(scim.strict, `/Users/${made.id}`, { op: 'add', path: 'title', value: 't' })
      expect((meta as Json).created).toBe((made.meta as Json).created)
      expect(Date.parse(meta.lastModified)).toBeGreaterThanOrEqual(Date.parse(made.meta.lastModified) + 5000)
      expect(meta.version).not.toBe(made.meta.version)
    })

    test('externalId is kept, counts in its case, and two may have the same', async () => {
      expect(made.externalId).toBe('Ext-1')
      const found = async (value: string) =>
        (await get<Json>(scim.strict, `/Users?filter=${encodeURIComponent(`externalId eq "${value}"`)}`)).totalResults
      expect([await found('Ext-1'), await found('ext-1')]).toEqual([1, 0])
      await post(scim.strict, '/Users', user({ userName: 'common too', externalId: 'Ext-1' }))
      expect(await found('Ext-1')).toBe(2)
    })

    test('an id counts in its case', async () => {
      const upper = made.id.toUpperCase() === made.id ? made.id.toLowerCase() : made.id.toUpperCase()
      expect((await scim.strict('GET', `/Users/${upper}`)).status).toBe(404)
    })

    test('a user who is made again has another id', async () => {
      const first = await post(scim.strict, '/Users', user({ userName: 'again', externalId: 'again' }))
      await scim.strict('DELETE', `/Users/${first.id}`)
      const second = await post(scim.strict, '/Users', user({ userName: 'again', externalId: 'again' }))
      expect(second.id).not.toBe(first.id)
    })
  },
)
