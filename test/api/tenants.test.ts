import { beforeAll, describe, expect, test } from 'vitest'
import { roles, scimTokens, tenants, users } from '../../src/db/schema.ts'
import { basicHeader } from '../support/app.ts'
import { answered, type Api, fieldsOf, managementApi, problem } from './world.ts'

let api: Api
beforeAll(async () => {
  api = await managementApi()
})

const BOSS = { userName: 'boss', password: 'B0ss-passw0rd' }
const create = (slug: string, change: object = {}) =>
  api.tenant.api('POST', '/tenants', { slug, name: 'A tenant', admin: BOSS, ...change })

test('a tenant is made with its issuer, its roles and its administrator, who can sign in at once', async () => {
  const made = await answered(create('acme', { name: 'Acme' }), 201)
  expect(made).toEqual({ id: expect.any(String), slug: 'acme', name: 'Acme', issuer: 'https://localhost:9443/t/acme' })
  const headers = { Authorization: basicHeader(BOSS.userName, BOSS.password) }
  const answer = await api.world.app.request('https://localhost:9443/t/acme/scim2/Users', { headers })
  const { Resources } = (await answer.json()) as { Resources: { userName: string; roles: { display: string }[] }[] }
  expect(Resources.map(({ userName }) => userName)).toEqual(['boss'])
  expect(Resources[0]?.roles.map(({ display }) => display).toSorted()).toEqual(['admin', 'everyone'])
})

test('tenants are listed, the default one first', async () => {
  await create('zeta')
  const { items } = await answered(api.tenant.api('GET', '/tenants'))
  expect((items as { slug: string; issuer: string }[]).map(({ slug, issuer }) => [slug, issuer]).slice(0, 1)).toEqual([
    ['', 'https://localhost:9443'],
  ])
  expect((items as { slug: string }[]).map(({ slug }) => slug)).toContain('zeta')
})

test('a slug that is taken is refused with 409, also when two ask at once, and nothing of it stays', async () => {
  const answers = await Promise.all([create('raced'), create('raced'), create('raced')])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409])
  const refused = await problem(create('raced'))
  expect([refused.status, fieldsOf(refused)]).toEqual([409, ['slug']])
  const { db } = api.world.platform
  const known = new Set((await db.select().from(tenants)).map(({ id }) => id))
  const orphans = [...(await db.select().from(roles)), ...(await db.select().from(users))]
  expect(orphans.filter(({ tenantId }) => !known.has(tenantId))).toEqual([])
})

test.each(['', 'Acme', 'a b', '-a', 'a-', 'a/b', '..', 'a.b', 'ä', 'x'.repeat(64)])('%j is no slug', async (slug) => {
  const refused = await problem(create(slug))
  expect([refused.status, fieldsOf(refused)]).toEqual([400, ['slug']])
})

test('a tenant without name or administrator is refused, and each field is named', async () => {
  const refused = await problem(api.tenant.api('POST', '/tenants', { slug: 'x', name: ' ', admin: { userName: '' } }))
  expect(fieldsOf(refused)).toEqual(['name', 'admin.userName', 'admin.password'])
})

describe('SCIM tokens', () => {
  test('are shown once, listed without their value, kept as a hash, and removed', async () => {
    const answer = await api.tenant.api('POST', '/scim-tokens', {
      description: 'HR',
      expiresAt: '2999-01-01T00:00:00Z',
    })
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const { id, token } = await answered(answer, 201)
    expect(token).toMatch(/^[\w-]{43}$/)
    const { items } = await answered(api.tenant.api('GET', '/scim-tokens'))
    expect(items).toEqual([
      {
        id,
        description: 'HR',
        access: 'write',
        conformance: 'lenient',
        expiresAt: '2999-01-01T00:00:00.000Z',
        created: expect.any(String),
      },
    ])
    expect(JSON.stringify(await api.world.platform.db.select().from(scimTokens))).not.toContain(token)
    expect((await api.tenant.api('DELETE', `/scim-tokens/${id}`)).status).toBe(204)
    expect((await problem(api.tenant.api('DELETE', `/scim-tokens/${id}`))).status).toBe(404)
  })

  test.each([
    ['no description', {}, ['description']],
    ['a time that is past', { description: 'x', expiresAt: '2020-01-01T00:00:00Z' }, ['expiresAt']],
    ['a time that is none', { description: 'x', expiresAt: 'soon' }, ['expiresAt']],
  ])('with %s are refused', async (_what, body, fields) => {
    expect(fieldsOf(await problem(api.tenant.api('POST', '/scim-tokens', body)))).toEqual(fields)
  })
})
