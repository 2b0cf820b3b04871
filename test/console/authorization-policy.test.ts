import { expect, test } from 'vitest'
import { authorizationPolicy } from '../../src/tenancy/authorization/policy.ts'
import { consoleWorld } from './world.ts'

const PATH = '/console/authorization-policy'

test('whether requests are pushed is shown, and set', async () => {
  const { world, browser } = await consoleWorld()
  expect((await browser.get('/console/login-registration')).text).toContain(`href="${PATH}"`)
  expect((await browser.get(PATH)).text).not.toMatch(/name="requirePushed[^>]*checked/)
  const page = await browser.post(PATH, { requirePushedAuthorizationRequests: 'on' })
  expect(page.text).toContain('What authorization requests need was updated.')
  expect(page.text).toMatch(/name="requirePushed[^>]*checked/)
  expect(authorizationPolicy(await world.scope())).toEqual({ requirePushedAuthorizationRequests: true })
  await browser.post(PATH, {})
  expect(authorizationPolicy(await world.scope())).toEqual({ requirePushedAuthorizationRequests: false })
})

test('the management API sets the same', async () => {
  const { world } = await consoleWorld()
  const tenant = await world.tenant()
  const policy = { requirePushedAuthorizationRequests: true }
  expect(await (await tenant.api('PUT', '/authorization-policy', policy)).json()).toEqual(policy)
  expect(await (await tenant.api('GET', '/authorization-policy')).json()).toEqual(policy)
  for (const wrong of [{}, { requirePushedAuthorizationRequests: 'yes' }, { ...policy, more: 1 }]) {
    expect((await tenant.api('PUT', '/authorization-policy', wrong)).status).toBe(400)
  }
  expect(await (await tenant.api('GET', '/authorization-policy')).json()).toEqual(policy)
})
