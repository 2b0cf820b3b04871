/** What a user signs in with beside a password, in the management API. */
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { addPasskey, addTotp, firstRecoveryCodes } from '../../src/directory/factors/commands.ts'
import { newSeed, timeStep, totpCode } from '../../src/core/totp.ts'
import { basicHeader, testWorld, type TestTenant, type TestWorld } from '../support/app.ts'
import { browserClient } from '../support/browser-client.ts'
import { firstStep } from '../login/factors/world.ts'

const KIM = { userName: 'kim', password: 'MyPa33w@rd' }
let world: TestWorld
let tenant: TestTenant
let kimId: string
beforeAll(async () => {
  world = await testWorld()
  tenant = await world.tenant()
  kimId = ((await (await tenant.scim('POST', '/Users', KIM)).json()) as { id: string }).id
})
beforeEach(() => furnish(kimId))

async function furnish(userId: string): Promise<void> {
  const scope = await world.scope()
  const seed = newSeed()
  await addTotp(scope, userId, seed, await totpCode(seed, timeStep(scope.now)))
  const key = { publicKey: 'x', counter: 0, transports: [], isSynced: true, name: 'Laptop' }
  await addPasskey(scope, { ...key, userId, credentialId: `key-of-${userId}` })
  await firstRecoveryCodes(scope, userId)
}

async function factorsOf(userId: string) {
  const answer = await tenant.api('GET', `/users/${userId}/factors`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { items: Record<string, unknown>[] }).items
}

test('all that she has is listed, and nothing secret', async () => {
  const items = await factorsOf(kimId)
  expect(items).toMatchObject([
    { id: 'totp', type: 'totp' },
    { id: `key-of-${kimId}`, type: 'passkey', name: 'Laptop', synced: true },
    { id: 'recovery-codes', type: 'recovery-codes', left: 10 },
  ])
  const known = ['id', 'type', 'name', 'synced', 'left', 'created', 'lastUsed']
  expect(items.flatMap(Object.keys).filter((name) => !known.includes(name))).toEqual([])
})

test('one is taken away, and the recovery codes with the last one that they stand in for', async () => {
  expect((await tenant.api('DELETE', `/users/${kimId}/factors/totp`)).status).toBe(204)
  expect((await factorsOf(kimId)).map(({ type }) => type)).toEqual(['passkey', 'recovery-codes'])
  expect((await tenant.api('DELETE', `/users/${kimId}/factors/totp`)).status).toBe(404)
  expect((await tenant.api('DELETE', `/users/${kimId}/factors/key-of-${kimId}`)).status).toBe(204)
  expect(await factorsOf(kimId)).toEqual([])
})

test('recovery codes alone are taken away, too', async () => {
  expect((await tenant.api('DELETE', `/users/${kimId}/factors/recovery-codes`)).status).toBe(204)
  expect((await factorsOf(kimId)).map(({ type }) => type)).toEqual(['totp', 'passkey'])
})

test('after a reset the password is enough, and a half-done sign-in is over', async () => {
  const browser = browserClient(world)
  const page = await firstStep(browser, KIM)
  expect(page.path).toMatch(/^\/login\/second/)
  expect((await tenant.api('DELETE', `/users/${kimId}/factors`)).status).toBe(204)
  expect(await factorsOf(kimId)).toEqual([])
  expect((await browser.get(page.path)).path).toMatch(/^\/login\?/)
  expect((await firstStep(browserClient(world), KIM)).path).toBe('/account')
})

test('nobody’s factors, or those of another tenant, are 404', async () => {
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', ''],
    ['DELETE', '/totp'],
  ] as const) {
    expect((await tenant.api(method, `/users/nobody/factors${path}`)).status).toBe(404)
    expect((await (await world.tenant('acme')).api(method, `/users/${kimId}/factors${path}`)).status).toBe(404)
  }
  // A passkey of somebody else is no factor of hers.
  const lee = ((await (await tenant.scim('POST', '/Users', { userName: 'lee' })).json()) as { id: string }).id
  expect((await tenant.api('DELETE', `/users/${lee}/factors/key-of-${kimId}`)).status).toBe(404)
  expect(await factorsOf(kimId)).toHaveLength(3)
})

test('who may change users resets nobody who may do more than she', async () => {
  const helper = { userName: 'helper', password: 'MyPa33w@rd' }
  const { id } = (await (await tenant.scim('POST', '/Users', helper)).json()) as { id: string }
  const permissions = [{ value: 'scim:read' }, { value: 'scim:write' }]
  await tenant.scim('POST', '/v2/Roles', { displayName: 'helpers', users: [{ value: id }], permissions })
  const list = await tenant.scim('GET', `/Users?filter=${encodeURIComponent('userName eq "admin"')}`)
  const adminId = ((await list.json()) as { Resources: { id: string }[] }).Resources[0]?.id ?? ''
  const send = (method: string, userId: string) =>
    tenant.fetch(`/api/v1/users/${userId}/factors`, {
      method,
      headers: { Authorization: basicHeader(helper.userName, helper.password) },
    })
  expect((await send('DELETE', adminId)).status).toBe(403)
  expect((await send('GET', adminId)).status).toBe(200)
  expect((await send('DELETE', kimId)).status).toBe(204)
})

test('whose password alone would let nobody in at the sign-in page, it does not with Basic either', async () => {
  const call = (path: string, init: RequestInit = {}) =>
    tenant.fetch(path, { ...init, headers: { Authorization: basicHeader(KIM.userName, KIM.password) } })
  const places = ['/scim2/Me', '/scim2/Users', '/api/v1/applications', `/api/v1/users/${kimId}/factors`]
  for (const path of places) {
    const answer = await call(path)
    expect([path, answer.status]).toEqual([path, 403])
    expect(await answer.text()).toContain('second factor')
  }
  expect((await call(`/api/v1/users/${kimId}/factors`, { method: 'DELETE' })).status).toBe(403)
  expect(await factorsOf(kimId)).toHaveLength(3)
  await tenant.api('DELETE', `/users/${kimId}/factors`)
  expect((await call('/scim2/Me')).status).toBe(200)
})
