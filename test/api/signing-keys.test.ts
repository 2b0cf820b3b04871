/** Signing keys in the management API: what is shown of them, and who may rotate them. */
import { beforeEach, expect, test } from 'vitest'
import { signingKey } from '../../src/oidc/keys.ts'
import { answered, type Api, fieldsOf, type Json, managementApi, problem } from './world.ts'

let api: Api
beforeEach(async () => {
  api = await managementApi()
  await signingKey(await api.world.scope(), alg)
})

const alg = 'ES256'
type Item = { kid: string; alg: string; state: string }
const call = (method: string, path = '', body?: unknown) => api.tenant.api(method, `/signing-keys${path}`, body)
const itemsIn = (answer: Json) => answer.items as Item[]

test('the keys are shown with their states, and without any part of the keys themselves', async () => {
  const { kid } = await signingKey(await api.world.scope(), alg)
  const answer = await answered(call('GET'))
  expect(answer).toEqual({
    items: [{ kid, alg, state: 'active', created: expect.any(String), activeAt: expect.any(String) }],
  })
  expect(JSON.stringify(answer)).not.toMatch(/jwk|"[dxy]"|v1\./i)
})

test('a rotation waits until others can have read the next key; 409 says until when', async () => {
  const refused = await problem(call('POST', '/rotate', { alg }))
  expect([refused.status, refused.detail]).toEqual([409, expect.stringMatching(/Rotate after [\d-]+ [\d:]+ UTC/)])
  const [active, next] = itemsIn(await answered(call('GET')))
  expect([active?.state, next?.state]).toEqual(['active', 'next'])
  api.world.advance(360_000)
  const rotated = itemsIn(await answered(call('POST', '/rotate', { alg })))
  expect(rotated.map(({ kid, state }) => [kid, state])).toEqual([
    [next?.kid, 'active'],
    [expect.any(String), 'next'],
    [active?.kid, 'retired'],
  ])
  expect(rotated[2]).toMatchObject({ retiredAt: expect.any(String), expiresAt: expect.any(String) })
})

test('a key that leaked is replaced at once, and is in the list no more', async () => {
  const before = itemsIn(await answered(call('GET')))
  const after = itemsIn(await answered(call('POST', '/rotate', { alg, immediately: true })))
  expect(after.map(({ state }) => state)).toEqual(['active', 'next'])
  expect(after.map(({ kid }) => kid)).not.toContain(before[0]?.kid)
})

test.each([
  [{ alg: 'HS256' }, 'alg'],
  [{ immediately: 'yes' }, 'immediately'],
])('a rotation with %j is refused', async (body, field) => {
  expect(fieldsOf(await problem(call('POST', '/rotate', body)))).toEqual([field])
})

test('the keys are those of their tenant', async () => {
  const elsewhere = await api.world.tenant('elsewhere')
  expect(await answered(elsewhere.api('GET', '/signing-keys'))).toEqual({ items: [] })
})
