/** That characteristics hold for sub-attributes as well: RFC 7643 section 2.2 and 7, RFC 7644 sections 3.5.1 and 3.5.2. */
import { beforeAll, describe, expect, test } from 'vitest'
import {
  answered,
  CUSTOM,
  define,
  get,
  type Json,
  namesFound,
  patchOf,
  post,
  query,
  refused,
  type Service,
  service,
  USER,
} from './world.ts'

let scim: Service
let made = 0
beforeAll(async () => {
  scim = await service()
  const parts = (...all: Json[]) => [{ name: 'note', type: 'string' }, ...all]
  const number = { name: 'number', type: 'string', mutability: 'immutable' }
  await define(scim.tenant, { name: 'badge', type: 'complex', subAttributes: parts(number) })
  const plate = { name: 'plate', type: 'string', required: true }
  await define(scim.tenant, { name: 'car', type: 'complex', subAttributes: parts(plate) })
  const hint = { name: 'hint', type: 'string', returned: 'request' }
  await define(scim.tenant, { name: 'locker', type: 'complex', subAttributes: parts(hint) })
  const code = { name: 'code', type: 'string', caseExact: true }
  await define(scim.tenant, { name: 'key', type: 'complex', multiValued: true, subAttributes: parts(code) })
})

const body = (attributes: Json, userName = `user ${++made}`) => ({
  schemas: [USER, CUSTOM],
  userName,
  [CUSTOM]: attributes,
})

describe('RFC 7643 §2.2: a sub-attribute that is immutable', () => {
  test.each<[string, Json]>([
    ['its own path', { op: 'replace', path: `${CUSTOM}:badge.number`, value: '2' }],
    ['its own path, removed', { op: 'remove', path: `${CUSTOM}:badge.number` }],
    ['the path of its attribute', { op: 'replace', path: `${CUSTOM}:badge`, value: { number: '2' } }],
    ['the path of its attribute, added', { op: 'add', path: `${CUSTOM}:badge`, value: { number: '2' } }],
    ['no path', { op: 'replace', value: { [CUSTOM]: { badge: { number: '2' } } } }],
  ])('is not changed by a PATCH: %s', async (_what, operation) => {
    const before = await post(scim.strict, '/Users', body({ badge: { number: '1', note: 'n' } }))
    const answer = scim.strict('PATCH', `/Users/${before.id}`, patchOf(operation))
    expect(await refused(answer)).toEqual([400, 'mutability'])
    expect(await get(scim.strict, `/Users/${before.id}`)).toEqual(before)
  })

  test('is not changed by a PUT', async () => {
    const before = await post(scim.strict, '/Users', body({ badge: { number: '1' } }))
    const put = body({ badge: { number: '2' } }, String(before.userName))
    expect(await refused(scim.strict('PUT', `/Users/${before.id}`, put))).toEqual([400, 'mutability'])
    expect(await get(scim.strict, `/Users/${before.id}`)).toEqual(before)
  })

  test('may be set where it has no value, and given again as it is', async () => {
    const before = await post(scim.strict, '/Users', body({ badge: { note: 'n' } }))
    const put = body({ badge: { number: '1', note: 'm' } }, String(before.userName))
    for (let i = 0; i < 2; i++) {
      const after = await answered(scim.strict('PUT', `/Users/${before.id}`, put))
      expect(after[CUSTOM]).toEqual({ badge: { number: '1', note: 'm' } })
    }
  })
})

describe('RFC 7643 §2.2: a sub-attribute that is required', () => {
  test('is demanded of a value, and not where there is none', async () => {
    expect(await refused(scim.strict('POST', '/Users', body({ car: { note: 'n' } })))).toEqual([400, 'invalidValue'])
    const { id, userName } = await post(scim.strict, '/Users', body({}))
    const put = body({ car: { note: 'n' } }, String(userName))
    expect(await refused(scim.strict('PUT', `/Users/${id}`, put))).toEqual([400, 'invalidValue'])
  })

  test('is not removed from a value: mutability', async () => {
    const before = await post(scim.strict, '/Users', body({ car: { plate: 'p', note: 'n' } }))
    const patch = patchOf({ op: 'remove', path: `${CUSTOM}:car.plate` })
    expect(await refused(scim.strict('PATCH', `/Users/${before.id}`, patch))).toEqual([400, 'mutability'])
    expect(await get(scim.strict, `/Users/${before.id}`)).toEqual(before)
  })
})

test('RFC 7643 §2.2: a sub-attribute that is returned on request is shown when it is asked for by name', async () => {
  const { id } = await post(scim.strict, '/Users', body({ locker: { hint: 'h', note: 'n' } }))
  const shown = async (attributes?: string) =>
    (await get<Json>(scim.strict, attributes === undefined ? `/Users/${id}` : query(`/Users/${id}`, { attributes })))[
      CUSTOM
    ]
  expect(await shown()).toEqual({ locker: { note: 'n' } })
  expect(await shown(`${CUSTOM}:locker.hint`)).toEqual({ locker: { hint: 'h' } })
})

test('RFC 7643 §2.2: the case of a sub-attribute counts by its own caseExact', async () => {
  await post(scim.strict, '/Users', body({ key: [{ code: 'Ab', note: 'Cd' }] }, 'holder'))
  const found = (filter: string) => namesFound(scim.strict, '/Users', filter)
  expect(await found(`${CUSTOM}:key[code eq "Ab" and note eq "cd"]`)).toEqual(['holder'])
  expect(await found(`${CUSTOM}:key[code eq "ab"]`)).toEqual([])
  expect(await found(`${CUSTOM}:key.code sw "a"`)).toEqual([])
})
