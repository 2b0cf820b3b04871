/** Corners of RFC 7644 that are easily forgotten: what a change leaves behind, and what of a request is beside the point. */
import { beforeAll, describe, expect, test } from 'vitest'
import { basicHeader } from '../support/app.ts'
import {
  answered,
  type Ask,
  BULK_REQUEST,
  CUSTOM,
  define,
  ENTERPRISE,
  get,
  group,
  type Json,
  listed,
  patched,
  patchOf,
  post,
  refused,
  type Resource,
  type Service,
  service,
  user,
} from './world.ts'

const ROLE = 'urn:ietf:params:scim:schemas:extension:2.0:Role'

let scim: Service
let strict: Ask
let count = 0
beforeAll(async () => {
  scim = await service()
  strict = scim.strict
  await define(scim.tenant, { name: 'badge', type: 'string', required: true })
  await define(scim.tenant, { name: 'floor', type: 'integer' })
  const labels = { name: 'labels', type: 'string', multiValued: true }
  await define(scim.tenant, {
    name: 'desk',
    type: 'complex',
    subAttributes: [{ name: 'room', type: 'string' }, labels],
  })
})

function made(attributes: Json = {}, schemas: readonly string[] = []): Promise<Resource> {
  const { schemas: core, ...rest } = user({ userName: `corner-${count++}`, ...attributes })
  return post(strict, '/Users', { schemas: [...(core as string[]), ...schemas], ...rest })
}
const versionOf = ({ meta }: Resource) => (meta as { version: string }).version
const change = (one: Resource, ...operations: Json[]) => patched(strict, `/Users/${one.id}`, ...operations)
const refusal = (one: Resource, ...operations: Json[]) =>
  refused(strict('PATCH', `/Users/${one.id}`, patchOf(...operations)))

describe('an extension with an attribute that is required (RFC 7643 section 6)', () => {
  test.each([
    ['remove', { op: 'remove', path: CUSTOM }],
    ['replace by null', { op: 'replace', path: CUSTOM, value: null }],
    ['null without a path', { op: 'replace', value: { [CUSTOM]: null } }],
  ])('goes as a whole: %s', async (_how, operation) => {
    const kim = await made({ [CUSTOM]: { badge: 'B-1', floor: 3 } }, [CUSTOM])
    const after = await change(kim, operation)
    expect(after[CUSTOM]).toBeUndefined()
    expect(after.schemas).not.toContain(CUSTOM)
  })

  test('is not there to be removed, and the rest of the PATCH is done', async () => {
    const after = await change(await made(), { op: 'replace', value: { [CUSTOM]: null, title: 'Guide' } })
    expect(after).toMatchObject({ title: 'Guide' })
  })

  test('loses that attribute neither by PATCH, nor is it begun without it', async () => {
    const kim = await made({ [CUSTOM]: { badge: 'B-1', floor: 3 } }, [CUSTOM])
    expect(await refusal(kim, { op: 'remove', path: `${CUSTOM}:badge` })).toEqual([400, 'mutability'])
    const ann = await made()
    expect(await refusal(ann, { op: 'add', path: `${CUSTOM}:floor`, value: 3 })).toEqual([400, 'invalidValue'])
    expect(await get(strict, `/Users/${ann.id}`)).toEqual(ann)
  })
})

test.each([
  'emails.value',
  'name.familyName',
  'addresses.country',
  `${ENTERPRISE}:manager.value`,
  'emails[type eq "x"].value',
])('null added at %s of a user without it is no change (RFC 7643 section 2.5)', async (path) => {
  for (const value of [null, []]) {
    const kim = await made()
    expect(await change(kim, { op: 'add', path, value })).toEqual(kim)
  }
})

test('a password is not taken away by PATCH: it is refused, and it opens still (RFC 7644 section 3.5.2.2)', async () => {
  const kim = await made({ password: 'MyPa33w@rd' })
  expect(await refusal(kim, { op: 'remove', path: 'password' })).toEqual([400, 'mutability'])
  expect(await refusal(kim, { op: 'replace', path: 'password', value: null })).toEqual([400, 'mutability'])
  const headers = { Authorization: basicHeader(String(kim.userName), 'MyPa33w@rd') }
  expect((await scim.tenant.fetch('/scim2/Me', { headers })).status).toBe(200)
})

describe('a sub-attribute of many values', () => {
  test('is added to (RFC 7644 section 3.5.2.1)', async () => {
    const kim = await made({ [CUSTOM]: { badge: 'B', desk: { room: '1', labels: ['a', 'b'] } } }, [CUSTOM])
    const path = `${CUSTOM}:desk`
    const added = await change(kim, { op: 'add', path: `${path}.labels`, value: ['b', 'c'] })
    expect(added[CUSTOM]).toMatchObject({ desk: { room: '1', labels: ['a', 'b', 'c'] } })
    const whole = await change(kim, { op: 'add', path, value: { labels: ['d'] } })
    expect(whole[CUSTOM]).toMatchObject({ desk: { room: '1', labels: ['a', 'b', 'c', 'd'] } })
    expect(versionOf(await change(kim, { op: 'add', path, value: { labels: ['d'] } }))).toBe(versionOf(whole))
  })

  test('is replaced (section 3.5.2.3)', async () => {
    const kim = await made({ [CUSTOM]: { badge: 'B', desk: { labels: ['a', 'b'] } } }, [CUSTOM])
    const after = await change(kim, { op: 'replace', path: `${CUSTOM}:desk.labels`, value: ['c'] })
    expect(after[CUSTOM]).toMatchObject({ desk: { labels: ['c'] } })
  })
})

test('two values that a PATCH makes the same are one (RFC 7643 section 2.4)', async () => {
  const emails = [
    { value: 'a@x.example', type: 'work', primary: true },
    { value: 'b@x.example', type: 'work' },
    { value: 'c@x.example', type: 'home' },
  ]
  const kim = await made({ emails })
  const after = await change(kim, { op: 'replace', path: 'emails[type eq "work"].value', value: 'same@x.example' })
  expect(after.emails).toEqual([{ value: 'same@x.example', type: 'work', primary: true }, emails[2]])
})

test('an address is another one if less is said of it', async () => {
  const full = { type: 'work', country: 'DE', locality: 'Ulm' }
  const kim = await made({ addresses: [full] })
  const after = await change(kim, { op: 'add', path: 'addresses', value: [{ country: 'DE' }] })
  expect(after.addresses).toEqual([full, { country: 'DE' }])
})

test('schemas is not taken away, and names schemas that there are (RFC 7643 section 3)', async () => {
  const kim = await made()
  expect(await refusal(kim, { op: 'remove', path: 'schemas' })).toEqual([400, 'mutability'])
  expect(await refusal(kim, { op: 'replace', path: 'schemas', value: ['urn:bogus'] })).toEqual([400, 'invalidValue'])
  expect(await change(kim, { op: 'add', path: 'schemas', value: [ENTERPRISE] })).toEqual(kim)
})

describe('Bulk (RFC 7644 section 3.7)', () => {
  const bulk = (...Operations: object[]) =>
    answered<{ Operations: { status: string; location?: string }[] }>(
      strict('POST', '/Bulk', { schemas: [BULK_REQUEST], Operations }),
    )
  const statuses = async (...operations: object[]) => (await bulk(...operations)).Operations.map(({ status }) => status)

  test('an operation that is nested too deep fails alone', async () => {
    let deep: Json = {}
    for (let i = 0; i < 24; i++) deep = { deep }
    const posts = [{}, { deep }, {}].map((more, i) => ({
      method: 'POST',
      path: '/Users',
      bulkId: `b${i}`,
      data: user({ userName: `deep-${i}`, ...more }),
    }))
    expect(await statuses(...posts)).toEqual(['201', '400', '201'])
  })

  test('a bulkId is any text', async () => {
    const person = { method: 'POST', path: '/Users', bulkId: 'a/b', data: user({ userName: 'slashed' }) }
    const members = [{ value: 'bulkId:a/b' }]
    const team = { method: 'POST', path: '/Groups', bulkId: 'g', data: group({ displayName: 'Slashed', members }) }
    const patch = {
      method: 'PATCH',
      path: '/Users/bulkId:a/b',
      data: patchOf({ op: 'add', path: 'title', value: 'T' }),
    }
    const { Operations } = await bulk(team, person, patch)
    expect(Operations.map(({ status }) => status)).toEqual(['201', '201', '200'])
    const [found] = (await listed(strict, '/Users', { filter: 'userName eq "slashed"' })).Resources
    expect(found).toMatchObject({ title: 'T', groups: [{ display: 'Slashed' }] })
  })

  test('the version * is any, as it is in If-Match (RFC 9110 section 13.1.1)', async () => {
    const kim = await made()
    const operation = { method: 'PATCH', path: `/Users/${kim.id}`, version: '*' }
    expect(await statuses({ ...operation, data: patchOf({ op: 'add', path: 'title', value: 'T' }) })).toEqual(['200'])
  })
})

test('a role keeps the externalId that a client gives it (RFC 7643 section 3.1)', async () => {
  const role = await post(strictWithRoles(), '/v2/Roles', { schemas: [ROLE], displayName: 'Outer', externalId: 'R-1' })
  expect(role.externalId).toBe('R-1')
  const found = await listed(strict, '/v2/Roles', { filter: 'externalId eq "R-1"' })
  expect(found.Resources.map(({ id }) => id)).toEqual([role.id])
  const path = `/v2/Roles/${role.id}`
  expect(await patched(strictWithRoles(), path, { op: 'replace', path: 'externalId', value: 'R-2' })).toMatchObject({
    externalId: 'R-2',
  })
  expect((await patched(strictWithRoles(), path, { op: 'remove', path: 'externalId' })).externalId).toBeUndefined()
})

/** Roles take more than a SCIM token. */
function strictWithRoles(): Ask {
  return scim.tenant.scim
}
