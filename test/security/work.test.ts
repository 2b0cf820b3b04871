/** One request may not keep the server from all others. */
import { beforeAll, expect, test } from 'vitest'
import { testWorld, type TestTenant } from '../support/app.ts'

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'

let tenant: TestTenant
beforeAll(async () => {
  tenant = await (await testWorld()).tenant()
})

test('a filter that is nested deeper than the database could read is an invalid filter', async () => {
  const nested = `${'('.repeat(20)}userName eq "a"${')'.repeat(20)}`
  const deep = Array.from({ length: 20 }).reduce<string>((inner) => `not (${inner})`, nested)
  const answer = await tenant.scim('GET', `/Users?filter=${encodeURIComponent(deep)}`)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ scimType: 'invalidFilter' })
})

test('a PATCH that would make the server look at millions of values is refused', async () => {
  const emails = Array.from({ length: 1000 }, (_, i) => ({ value: `a${i}@example.com`, type: `t${i}` }))
  const user = (await (await tenant.scim('POST', '/Users', { schemas: [], userName: 'many', emails })).json()) as {
    id: string
  }
  const filter = Array.from({ length: 300 }, (_, i) => `type eq "x${i}"`).join(' or ')
  const Operations = Array.from({ length: 30 }, () => ({ op: 'remove', path: `emails[${filter}]` }))
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations }
  expect((await tenant.scim('PATCH', `/Users/${user.id}`, body)).status).toBe(413)
})

test('a PATCH cannot give an attribute more values than a PUT could', async () => {
  const user = (await (await tenant.scim('POST', '/Users', { schemas: [], userName: 'more' })).json()) as { id: string }
  const value = (from: number) => Array.from({ length: 600 }, (_, i) => ({ value: `b${from + i}@example.com` }))
  const Operations = [0, 600].map((from) => ({ op: 'add', path: 'emails', value: value(from) }))
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations }
  expect((await tenant.scim('PATCH', `/Users/${user.id}`, body)).status).toBe(400)
})

test('a form that is no form is the sender’s fault', async () => {
  const headers = { 'Content-Type': 'multipart/form-data; boundary=x' }
  expect((await tenant.fetch('/login', { method: 'POST', headers, body: 'nonsense' })).status).toBe(400)
})

test('a list of more names than any resource has attributes is refused: each is held against each', async () => {
  const names = Array.from({ length: 201 }, (_, i) => `a${i}`)
  for (const name of ['attributes', 'excludedAttributes']) {
    const answer = await tenant.scim('POST', '/Users/.search', { schemas: [SEARCH], [name]: names })
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ scimType: 'invalidValue' })])
  }
})

test('a filter that asks too much of every resource is refused, unless an index says of which few it is asked', async () => {
  const ask = async (filter: string) => {
    const answer = await tenant.scim('POST', '/Users/.search', { schemas: [SEARCH], filter })
    return [answer.status, ((await answer.json()) as { scimType?: string }).scimType]
  }
  const many = (term: string, count: number) => Array.from({ length: count }, (_, i) => `${term} "x${i}"`).join(' or ')
  for (const term of ['groups.type eq', 'groups.display co', 'roles.display co']) {
    expect([term, ...(await ask(many(term, 10)))]).toEqual([term, 200, undefined])
    expect([term, ...(await ask(many(term, 40)))]).toEqual([term, 400, 'tooMany'])
    expect(await ask(`userName eq "kim" and (${many(term, 40)})`)).toEqual([200, undefined])
  }
  expect(await ask(many('emails[type eq "work"].value co', 80))).toEqual([400, 'tooMany'])
  expect(await ask(many('id eq', 120))).toEqual([200, undefined])
})

test.each<[string, string, string]>([
  ['schemas', 'POST', `{"userName":"deep","schemas":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ['text with more escapes than a regular expression follows', 'POST', `{"a":"${'\n'.repeat(3_000_000)}"`],
])('a body is refused and not stumbled over: %s', async (_what, method, body) => {
  const made = await tenant.api('POST', '/scim-tokens', { description: 'strict', conformance: 'strict' })
  const { token } = (await made.json()) as { token: string }
  const answer = await tenant.scim(method, '/Users', body, { Authorization: `Bearer ${token}` })
  expect(answer.status).toBe(400)
  expect((await answer.text()).length).toBeLessThan(2000)
})

test('a list of what to remove that is nested without end is refused', async () => {
  const user = (await (await tenant.scim('POST', '/Users', { schemas: [], userName: 'deep' })).json()) as { id: string }
  const value = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  const body = `{"schemas":["${PATCH_OP}"],"Operations":[{"op":"remove","path":"emails","value":${value}}]}`
  expect((await tenant.scim('PATCH', `/Users/${user.id}`, body)).status).toBeLessThan(500)
})

test('forty changes of one resource at once are made, one after the other', async () => {
  const user = (await (await tenant.scim('POST', '/Users', { schemas: [], userName: 'wanted' })).json()) as {
    id: string
  }
  const change = (i: number) => {
    const Operations = [{ op: 'add', path: 'emails', value: [{ value: `m${i}@x.example` }] }]
    return tenant.scim('PATCH', `/Users/${user.id}`, { schemas: [PATCH_OP], Operations })
  }
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => change(i)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const { emails } = (await (await tenant.scim('GET', `/Users/${user.id}`)).json()) as { emails: unknown[] }
  expect(emails).toHaveLength(40)
})

test.each(['/scim2/Bulk', '/scim2/Users', '/api/v1/applications'])(
  'of a body for %s whose length nobody said nothing is read before its sender is known',
  async (path) => {
    let pulled = 0
    const body = new ReadableStream({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(64 * 1024))
        if (pulled === 100) controller.close()
      },
    })
    const headers = { 'Transfer-Encoding': 'chunked', 'Content-Type': 'application/json' }
    const answer = await tenant.fetch(path, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
    expect(answer.status).toBe(401)
    // One piece waits in the stream by itself.
    expect(pulled).toBeLessThanOrEqual(1)
  },
)
