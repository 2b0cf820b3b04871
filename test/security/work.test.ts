/** One request may not keep the server from all others. */
import { beforeAll, expect, test } from 'vitest'
import { testWorld, type TestTenant } from '../support/app.ts'

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
