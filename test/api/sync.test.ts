import { beforeEach, expect, test } from 'vitest'
import { advanceSyncs } from '../../src/outbound/sync/advance.ts'
import { answered, type Api, CONNECTOR, fieldsOf, managementApi, problem } from './world.ts'

let api: Api
let path: string
let kim: string
beforeEach(async () => {
  api = await managementApi()
  kim = (await answered(api.tenant.scim('POST', '/Users', { userName: 'kim' }), 201)).id
  const connection = { name: 'SCIM-IDP', outbound: { connectors: [CONNECTOR] } }
  const { id } = await answered(api.tenant.api('POST', '/connections', connection), 201)
  path = `/connections/${id}/connectors/SCIM2`
  const outboundProvisioning = [{ connection: id, connector: 'SCIM2' }]
  await answered(api.tenant.api('PUT', '/resident-application', { outboundProvisioning }))
})

async function deliveries() {
  return (await answered(api.tenant.api('GET', '/provisioning/deliveries'))).items as Record<string, unknown>[]
}

test('a sync is started, followed and done', async () => {
  expect(await answered(api.tenant.api('GET', `${path}/sync`))).toEqual({ state: 'none' })
  const begun = { state: 'running', phase: 'User', total: 2, seen: 0, marked: 0 }
  const dates = { started: expect.any(String), lastModified: expect.any(String) }
  expect(await answered(api.tenant.api('POST', `${path}/sync`), 202)).toEqual({ ...begun, ...dates })
  expect((await problem(api.tenant.api('POST', `${path}/sync`))).status).toBe(409)
  while (await advanceSyncs(api.world.platform));
  const done = { state: 'done', phase: 'Group', total: 2, seen: 2, marked: 1 }
  expect(await answered(api.tenant.api('GET', `${path}/sync`))).toEqual({ ...done, ...dates })
  expect(await deliveries()).toMatchObject([{ resourceId: kim, operation: 'create', state: 'pending' }])
})

test('a sync that is stopped marks nobody; without one there is nothing to stop', async () => {
  expect((await problem(api.tenant.api('DELETE', `${path}/sync`))).status).toBe(409)
  await answered(api.tenant.api('POST', `${path}/sync`), 202)
  await answered(api.tenant.api('DELETE', `${path}/sync`), 204)
  expect(await advanceSyncs(api.world.platform)).toBe(false)
  expect(await answered(api.tenant.api('GET', `${path}/sync`))).toMatchObject({ state: 'stopped', seen: 0 })
  expect(await deliveries()).toEqual([])
})

test('one user is provisioned now: her delivery is due, and can be followed', async () => {
  const woken = api.world.wakes.length
  const answer = await api.tenant.api('POST', `${path}/provision`, { resourceType: 'User', id: kim })
  expect(answer.headers.get('Location')).toMatch(/\/api\/v1\/provisioning\/deliveries\/[0-9a-f]{32}$/)
  const { id } = await answered(answer, 202)
  expect(api.world.wakes.length).toBe(woken + 1)
  const delivery = await answered(api.tenant.api('GET', `/provisioning/deliveries/${id}`))
  expect(delivery).toMatchObject({ resourceType: 'User', resourceId: kim, resourceName: 'kim', state: 'pending' })
  // Asked again it is the same one: it waits already.
  const again = await answered(api.tenant.api('POST', `${path}/provision`, { resourceType: 'User', id: kim }), 202)
  expect(again.id).toBe(id)
  expect(await deliveries()).toHaveLength(1)
})

test('one group is provisioned now', async () => {
  const before = await answered(api.tenant.scim('POST', '/Groups', { displayName: 'Cooks' }), 201)
  const body = { resourceType: 'Group', id: before.id }
  const { id } = await answered(api.tenant.api('POST', `${path}/provision`, body), 202)
  expect(await answered(api.tenant.api('GET', `/provisioning/deliveries/${id}`))).toMatchObject({
    resourceType: 'Group',
    resourceName: 'Cooks',
  })
})

test('who is not there is 404, whom the connector does not provision 409, and nothing is marked', async () => {
  const ask = (body: unknown) => problem(api.tenant.api('POST', `${path}/provision`, body))
  expect((await ask({ resourceType: 'User', id: 'nobody' })).status).toBe(404)
  expect((await ask({ resourceType: 'Group', id: kim })).status).toBe(404)
  const { Resources } = (await answered(api.tenant.scim('GET', '/Users?filter=userName%20eq%20%22admin%22'))) as never
  const [{ id: admin }] = Resources as [{ id: string }]
  expect((await ask({ resourceType: 'User', id: admin })).status).toBe(409)
  await answered(api.tenant.api('PUT', '/resident-application', { outboundProvisioning: [] }))
  expect((await ask({ resourceType: 'User', id: kim })).status).toBe(409)
  expect(fieldsOf(await ask({ resourceType: 'Role', id: '' }))).toEqual(['resourceType', 'id'])
  expect(await deliveries()).toEqual([])
})

test('a dry run lists what would be sent in pages, and marks nothing', async () => {
  await answered(api.tenant.scim('POST', '/Users', { userName: 'ann' }), 201)
  const before = await deliveries()
  const first = await answered(api.tenant.api('GET', `${path}/dry-run?limit=1`))
  const attributes = expect.arrayContaining(['userName', 'externalId'])
  const item = { kind: 'create', resourceType: 'User', resourceId: kim, resourceName: 'kim', attributes }
  expect(first).toEqual({ items: [item], nextCursor: expect.any(String) })
  const second = await answered(api.tenant.api('GET', `${path}/dry-run?cursor=${String(first.nextCursor)}`))
  expect(second).toEqual({ items: [{ ...item, resourceId: expect.any(String), resourceName: 'ann' }] })
  expect((await problem(api.tenant.api('GET', `${path}/dry-run?cursor=bm90aGluZw`))).status).toBe(400)
  expect(await deliveries()).toEqual(before)
})

test('the connector goes by its id as well as by its name; any other one is 404', async () => {
  const [, connection = ''] = /^\/connections\/([^/]+)/.exec(path) ?? []
  const { outbound } = (await answered(api.tenant.api('GET', `/connections/${connection}`))) as never
  const [{ id }] = (outbound as { connectors: [{ id: string }] }).connectors
  await answered(api.tenant.api('POST', `/connections/${connection}/connectors/${id}/sync`), 202)
  expect(await answered(api.tenant.api('GET', `${path}/sync`))).toMatchObject({ state: 'running' })
  const other = await answered(api.tenant.api('POST', '/connections', { name: 'other' }), 201)
  const wrong = [`/connections/${other.id}/connectors/${id}`, `/connections/${connection}/connectors/nothing`]
  for (const one of wrong) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect((await problem(api.tenant.api(method, `${one}/sync`))).status).toBe(404)
    }
  }
})
