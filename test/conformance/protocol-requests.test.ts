/** How a request is let in, read and answered: RFC 7644 sections 2, 3.1, 3.3, 3.4.1, 3.6, 3.11 and 3.12. */
import { beforeAll, expect, test } from 'vitest'
import { basicHeader } from '../support/app.ts'
import { requirement } from './requirements.ts'
import {
  answered,
  clientOf,
  get,
  group,
  type Json,
  listed,
  ORIGIN,
  patchOf,
  post,
  refusal,
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
  'authentication',
  'RFC 7644 §2: without a valid credential the answer is 401 with WWW-Authenticate and a SCIM Error, under paths that nobody knows as well',
  () => {
    const asked = (path: string, Authorization?: string, method = 'GET') =>
      scim.tenant.fetch(`/scim2${path}`, { method, headers: Authorization === undefined ? {} : { Authorization } })

    test.each(['/Users', '/Users/x', '/Groups', '/', '/Bulk', '/Me', '/.search', '/Nowhere', '/Users/x/y/z'])(
      '%s',
      async (path) => {
        for (const header of [undefined, 'Bearer wrong', 'Bearer a.b.c', 'Basic ?', 'Token x']) {
          const answer = await asked(path, header)
          expect(answer.headers.get('WWW-Authenticate')).toMatch(/^(?:Basic|Bearer)\b/)
          expect(await refused(answer)).toEqual([401])
        }
      },
    )

    test('a write is as closed as a read', async () => {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        expect((await asked('/Users/x', undefined, method)).status).toBe(401)
      }
    })

    test('a credential that may read changes nothing: 403', async () => {
      const reader = await clientOf(scim.tenant, 'strict', 'read')
      const { id } = await post(scim.strict, '/Users', user({ userName: 'read only' }))
      expect((await reader('GET', `/Users/${id}`)).status).toBe(200)
      expect(await refused(reader('POST', '/Users', user({ userName: 'x' })))).toEqual([403])
      expect(await refused(reader('PUT', `/Users/${id}`, user({ userName: 'x' })))).toEqual([403])
      expect(await refused(reader('DELETE', `/Users/${id}`))).toEqual([403])
      expect(await get(scim.strict, `/Users/${id}`)).toMatchObject({ userName: 'read only' })
    })
  },
)

requirement(
  'media types',
  'RFC 7644 §3.1: answers are application/scim+json; bodies are that or application/json, with or without charset, and anything else is 415',
  () => {
    const created = (name: string, headers: Record<string, string>) =>
      scim.strict('POST', '/Users', user({ userName: name }), headers)

    test.each([
      'application/scim+json',
      'application/json',
      'application/scim+json; charset=utf-8',
      'Application/JSON;charset=UTF-8',
    ])('a body of %s is read', async (type) => {
      const answer = await created(`of ${type}`, { 'Content-Type': type })
      expect(answer.headers.get('Content-Type')).toMatch(/^application\/scim\+json\b/)
      expect(answer.status).toBe(201)
    })

    test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/jsonp'])(
      'a body of %s is 415',
      async (type) => {
        expect(await refused(created('refused', { 'Content-Type': type }))).toEqual([415])
      },
    )

    test('a body that says nothing of its type is read: some clients send none', async () => {
      const body = JSON.stringify({ schemas: [USER], userName: 'untyped' })
      const headers = { Authorization: scim.tenant.basic, 'Content-Type': '' }
      expect((await scim.tenant.fetch('/scim2/Users', { method: 'POST', headers, body })).status).toBe(201)
    })

    test.each([
      ['application/scim+json', 'application/scim+json'],
      ['application/json', 'application/json'],
      ['*/*', 'application/scim+json'],
      ['application/json;q=0.5, application/scim+json', 'application/scim+json'],
    ])('Accept: %s is answered by %s', async (Accept, type) => {
      const answer = await scim.strict('GET', '/Users?count=1', undefined, { Accept })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('Content-Type')?.split(';')[0]).toBe(type)
    })
  },
)

requirement(
  'creating',
  'RFC 7644 §3.3: a POST is 201 with the resource and its absolute Location; what is read-only is passed over, and what is taken is 409 uniqueness',
  () => {
    test.each<[string, Json]>([
      ['/Users', user({ userName: 'made' })],
      ['/Groups', group({ displayName: 'made' })],
    ])('%s', async (path, body) => {
      const answer = await scim.strict('POST', path, body)
      const made = await answered(answer, 201)
      expect(answer.headers.get('Location')).toBe((made.meta as Json).location)
      expect(answer.headers.get('Location')).toBe(`${ORIGIN}/scim2${path}/${made.id}`)
      expect(await get(scim.strict, `${path}/${made.id}`)).toEqual(made)
      expect(await refused(scim.strict('POST', path, body))).toEqual([409, 'uniqueness'])
    })

    test('what is read-only is passed over without a word', async () => {
      const body = user({ userName: 'read-only', id: 'x', meta: { resourceType: 'Group' }, groups: [{ value: 'x' }] })
      const made = await post(scim.strict, '/Users', body)
      expect(made).toMatchObject({ id: expect.not.stringMatching(/^x$/), meta: { resourceType: 'User' } })
      expect(made).not.toHaveProperty('groups')
    })
  },
)

requirement('not found', 'RFC 7644 §3.4.1: what is not there is 404 with a SCIM Error whose status is a string', () => {
  test.each([
    ['GET', '/Users/none', undefined],
    ['PUT', '/Users/none', user({ userName: 'none' })],
    ['PATCH', '/Users/none', patchOf({ op: 'add', path: 'title', value: 't' })],
    ['DELETE', '/Users/none', undefined],
    ['GET', '/Groups/none', undefined],
    ['PUT', '/Groups/none', group({ displayName: 'none' })],
    ['PATCH', '/Groups/none', patchOf({ op: 'remove', path: 'members' })],
    ['DELETE', '/Groups/none', undefined],
    ['GET', '/Devices', undefined],
  ] as const)('%s %s', async (method, path, body) => {
    const answer = await scim.strict(method, path, body)
    expect(((await answer.clone().json()) as Json).status).toBe('404')
    expect(await refused(answer)).toEqual([404])
  })
})

requirement(
  'deleting',
  'RFC 7644 §3.6: a DELETE is 204, and from then on everything is 404, no list has it, and its name is free',
  () => {
    test.each<[string, Json, Json]>([
      ['/Users', user({ userName: 'gone' }), patchOf({ op: 'add', path: 'title', value: 't' })],
      ['/Groups', group({ displayName: 'gone' }), patchOf({ op: 'remove', path: 'members' })],
    ])('%s', async (path, body, patch) => {
      const { id } = await post(scim.strict, path, body)
      const answer = await scim.strict('DELETE', `${path}/${id}`)
      expect([answer.status, await answer.text()]).toEqual([204, ''])
      expect(await refused(scim.strict('GET', `${path}/${id}`))).toEqual([404])
      expect(await refused(scim.strict('PUT', `${path}/${id}`, body))).toEqual([404])
      expect(await refused(scim.strict('PATCH', `${path}/${id}`, patch))).toEqual([404])
      expect(await refused(scim.strict('DELETE', `${path}/${id}`))).toEqual([404])
      expect((await listed(scim.strict, path, { filter: `id eq "${id}"` })).totalResults).toBe(0)
      expect((await post(scim.strict, path, body)).id).not.toBe(id)
    })
  },
)

requirement(
  'Me',
  'RFC 7644 §3.11: /Me is the user whose credential it is, with the Location of the resource; without a user it is 404, and what it does not do is 501',
  () => {
    const PASSWORD = 'MyPa33w@rd'
    let me: Resource
    const asked = (method: string, body?: Json, path = '/Me') =>
      scim.tenant.scim(method, path, body, { Authorization: basicHeader('mine', PASSWORD) })
    beforeAll(async () => {
      me = await post(scim.strict, '/Users', user({ userName: 'mine', password: PASSWORD }))
    })

    test('GET gives the resource itself, under its own address', async () => {
      const answer = await asked('GET')
      expect(answer.headers.get('Location')).toBe(`${ORIGIN}/scim2/Users/${me.id}`)
      expect(await answered(answer)).toEqual(me)
      expect(await answered(asked('GET', undefined, '/Me?attributes=userName'))).not.toHaveProperty('meta')
    })

    test('who may change users changes herself', async () => {
      const admin = await get<Resource>(scim.tenant.scim, '/Me')
      const answer = await scim.tenant.scim('PATCH', '/Me', patchOf({ op: 'add', path: 'title', value: 'Chief' }))
      expect(answer.headers.get('Location')).toBe(`${ORIGIN}/scim2/Users/${admin.id}`)
      expect(await get(scim.strict, `/Users/${admin.id}`)).toMatchObject({ title: 'Chief' })
    })

    test('who may not is told 403', async () => {
      expect(await refused(asked('DELETE'))).toEqual([403])
      expect(await refused(asked('PUT', user({ userName: 'mine' })))).toEqual([403])
    })

    test('a token that is nobody’s is told 404, and nobody makes herself: 501', async () => {
      for (const method of ['GET', 'DELETE']) expect(await refused(scim.strict(method, '/Me'))).toEqual([404])
      expect(await refused(asked('POST', user({ userName: 'x' })))).toEqual([501])
    })
  },
)

requirement(
  'errors',
  'RFC 7644 §3.12: an error has its schema, its status as text, a detail, and of a 400 the scimType that fits',
  () => {
    test.each<[string, string, string, Json | string, string]>([
      ['GET', '/Users?filter=userName', 'a broken filter', '', 'invalidFilter'],
      ['POST', '/Users', 'broken JSON', '{"userName":', 'invalidSyntax'],
      ['POST', '/Users', 'a missing value', user({}), 'invalidValue'],
      ['PATCH', '/Users/', 'an unknown op', patchOf({ op: 'move', path: 'title', value: 'x' }), 'invalidSyntax'],
      ['PATCH', '/Users/', 'a broken path', patchOf({ op: 'add', path: 'emails[', value: 'x' }), 'invalidPath'],
      ['PATCH', '/Users/', 'no path to remove', patchOf({ op: 'remove' }), 'noTarget'],
      ['PATCH', '/Users/', 'an id', patchOf({ op: 'replace', path: 'id', value: 'x' }), 'mutability'],
      ['GET', '/Users?cursor=x', 'an invented cursor', '', 'invalidCursor'],
      ['GET', '/Users?cursor&count=x', 'a wrong count', '', 'invalidCount'],
    ])('%s %s with %s', async (method, path, _what, body, scimType) => {
      const { id } = await post(scim.strict, '/Users', user({ userName: `error ${scimType} ${_what}` }))
      const answer = scim.strict(method, path.endsWith('/') ? path + id : path, body === '' ? undefined : body)
      expect(await refusal(answer)).toMatchObject({ status: 400, scimType })
    })
  },
)
