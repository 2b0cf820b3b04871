/** Attributes that a tenant has of its own (RFC 7643 sections 3.3 and 7). */
import { beforeAll, describe, expect, test } from 'vitest'
import {
  answered,
  CUSTOM,
  type Json,
  get,
  namesFound,
  patched,
  post,
  refused,
  type Service,
  service,
  USER,
} from '../conformance/world.ts'

let scim: Service
beforeAll(async () => {
  scim = await service()
  for (const attribute of [
    { name: 'shoeSize', type: 'integer', description: 'European size' },
    { name: 'badge', type: 'string', caseExact: true, mutability: 'immutable' },
    { name: 'languages', type: 'string', multiValued: true, canonicalValues: ['de', 'en'] },
    {
      name: 'seat',
      type: 'complex',
      subAttributes: [
        { name: 'floor', type: 'integer' },
        { name: 'desk', type: 'string' },
      ],
    },
    { name: 'notes', type: 'string', returned: 'request' },
  ]) {
    expect((await scim.tenant.api('POST', '/user-attributes', attribute)).status).toBe(201)
  }
})

const person = (userName: string, own: Json): Json => ({ schemas: [USER, CUSTOM], userName, [CUSTOM]: own })

test('are made, kept as they were sent, and searched by their own rules', async () => {
  const own = { shoeSize: 38, badge: 'Xy', languages: ['de', 'fr'], seat: { floor: 2, desk: 'A' } }
  const made = await post(scim.strict, '/Users', person('kim', own))
  expect(made[CUSTOM]).toEqual(own)
  await post(scim.strict, '/Users', person('lee', { shoeSize: 44, badge: 'xy' }))
  expect(await namesFound(scim.strict, '/Users', `${CUSTOM}:shoeSize gt 40`)).toEqual(['lee'])
  expect(await namesFound(scim.strict, '/Users', `${CUSTOM}:badge eq "Xy"`)).toEqual(['kim'])
  expect(await namesFound(scim.strict, '/Users', `${CUSTOM}:languages eq "FR"`)).toEqual(['kim'])
  expect(await namesFound(scim.strict, '/Users', `${CUSTOM}:seat[floor eq 2 and desk eq "a"]`)).toEqual(['kim'])
  const sorted = await get(
    scim.strict,
    `/Users?sortBy=${CUSTOM}:shoeSize&sortOrder=descending&filter=${CUSTOM}:shoeSize%20pr`,
  )
  expect((sorted.Resources as { userName: string }[]).map(({ userName }) => userName)).toEqual(['lee', 'kim'])
})

test('are patched by their URN, whole or in part, and by a client that writes the URN as a key', async () => {
  const { id } = await post(scim.strict, '/Users', person('pat', { shoeSize: 40, seat: { floor: 1 } }))
  const one = await patched(scim.strict, `/Users/${id}`, { op: 'replace', path: `${CUSTOM}:seat.floor`, value: 3 })
  expect(one[CUSTOM]).toEqual({ shoeSize: 40, seat: { floor: 3 } })
  const two = await patched(scim.strict, `/Users/${id}`, { op: 'add', path: CUSTOM, value: { languages: ['en'] } })
  expect(two[CUSTOM]).toEqual({ shoeSize: 40, seat: { floor: 3 }, languages: ['en'] })
  const three = await patched(scim.lenient, `/Users/${id}`, { op: 'Replace', value: { [`${CUSTOM}:shoeSize`]: 41 } })
  expect(three[CUSTOM]).toMatchObject({ shoeSize: 41 })
  const none = await patched(scim.strict, `/Users/${id}`, { op: 'remove', path: CUSTOM })
  expect([none[CUSTOM], none.schemas]).toEqual([undefined, [USER]])
})

test.each([
  ['a value of another type', { shoeSize: 'large' }, 'invalidValue'],
  ['one value where there are several', { languages: 'de' }, 'invalidValue'],
])('%s is refused (RFC 7643 section 2.3)', async (_what, own, scimType) => {
  expect(await refused(scim.strict('POST', '/Users', person('wrong', own)))).toEqual([400, scimType])
})

test('what is immutable is set once (RFC 7643 section 2.2)', async () => {
  const { id } = await post(scim.strict, '/Users', person('fixed', { badge: 'A' }))
  const change = { op: 'replace', path: `${CUSTOM}:badge`, value: 'B' }
  const answer = scim.strict('PATCH', `/Users/${id}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [change],
  })
  expect(await refused(answer)).toEqual([400, 'mutability'])
  expect(await refused(scim.strict('PUT', `/Users/${id}`, person('fixed', { badge: 'B' })))).toEqual([
    400,
    'mutability',
  ])
  expect((await get(scim.strict, `/Users/${id}`))[CUSTOM]).toEqual({ badge: 'A' })
})

test('what is returned on request is shown then alone', async () => {
  const { id } = await post(scim.strict, '/Users', person('noted', { notes: 'n', shoeSize: 1 }))
  expect((await get(scim.strict, `/Users/${id}`))[CUSTOM]).toEqual({ shoeSize: 1 })
  expect((await get(scim.strict, `/Users/${id}?attributes=${CUSTOM}:notes`))[CUSTOM]).toEqual({ notes: 'n' })
})

describe('their schema', () => {
  test('is shown to who has a credential of the tenant, and to nobody else', async () => {
    const schema = await get(scim.strict, `/Schemas/${CUSTOM}`)
    expect(schema.attributes).toContainEqual(
      expect.objectContaining({ name: 'shoeSize', type: 'integer', multiValued: false, description: 'European size' }),
    )
    const types = await get(scim.strict, '/ResourceTypes/User')
    expect(types.schemaExtensions).toContainEqual({ schema: CUSTOM, required: false })
    expect((await scim.tenant.fetch(`/scim2/Schemas/${CUSTOM}`)).status).toBe(404)
    expect(await (await scim.tenant.fetch('/scim2/Schemas')).text()).not.toContain('shoeSize')
    const other = await service('other', scim.world)
    expect(await refused(other.strict('GET', `/Schemas/${CUSTOM}`))).toEqual([404])
    expect(await refused(other.strict('POST', '/Users', person('stranger', { shoeSize: 1 })))).toEqual([
      400,
      'invalidSyntax',
    ])
  })

  test('changes at once for every request that follows', async () => {
    expect(await refused(scim.strict('GET', `/Users?filter=${CUSTOM}:lately%20pr`))).toEqual([400, 'invalidFilter'])
    await scim.tenant.api('POST', '/user-attributes', { name: 'lately', type: 'boolean' })
    expect(await namesFound(scim.strict, '/Users', `${CUSTOM}:lately pr`)).toEqual([])
    await scim.tenant.api('PATCH', '/user-attributes/LATELY', { required: true })
    expect(await refused(scim.strict('POST', '/Users', person('late', { shoeSize: 1 })))).toEqual([400, 'invalidValue'])
    expect((await scim.tenant.api('DELETE', '/user-attributes/lately')).status).toBe(204)
    await post(scim.strict, '/Users', person('late', { shoeSize: 1 }))
  })

  test('keeps an attribute that somebody has a value of: 409 says how many', async () => {
    const answer = await scim.tenant.api('DELETE', '/user-attributes/shoeSize')
    expect([answer.status, await answer.text()]).toEqual([
      409,
      expect.stringMatching(/\d+ users have a value of shoeSize/),
    ])
    expect(await answered(scim.tenant.api('GET', '/user-attributes/shoesize'))).toMatchObject({ name: 'shoeSize' })
  })

  test.each([
    ['a name that is taken, in another case', { name: 'SHOESIZE', type: 'string' }, 409],
    ['a name that users have already', { name: 'userName', type: 'string' }, 400],
    ['a name with a dot', { name: 'a.b', type: 'string' }, 400],
    ['a name that no path can name', { name: '$ref', type: 'string' }, 400],
    ['an unknown type', { name: 'colour', type: 'colour' }, 400],
    ['a complex one without parts', { name: 'car', type: 'complex' }, 400],
    [
      'a complex one within a complex one',
      { name: 'car', type: 'complex', subAttributes: [{ name: 'x', type: 'complex' }] },
      400,
    ],
    [
      'two parts of one name',
      {
        name: 'car',
        type: 'complex',
        subAttributes: [
          { name: 'x', type: 'string' },
          { name: 'X', type: 'string' },
        ],
      },
      400,
    ],
    ['what is not known of attributes', { name: 'car', type: 'string', uniqueness: 'server' }, 400],
  ])('refuses %s', async (_what, attribute, status) => {
    const before = await answered(scim.tenant.api('GET', '/user-attributes'))
    expect((await scim.tenant.api('POST', '/user-attributes', attribute)).status).toBe(status)
    expect(await answered(scim.tenant.api('GET', '/user-attributes'))).toEqual(before)
  })
})

test.each(['toString', 'valueOf', 'constructor', 'hasOwnProperty', 'id', 'externalId', 'meta', 'schemas'])(
  'no attribute is called %s: that is something else already',
  async (name) => {
    for (const attribute of [
      { name, type: 'string' },
      ...(name === 'toString' ? [{ name: 'thing', type: 'complex', subAttributes: [{ name, type: 'string' }] }] : []),
    ]) {
      expect((await scim.tenant.api('POST', '/user-attributes', attribute)).status).toBe(400)
    }
  },
)
