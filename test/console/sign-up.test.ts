import { expect, test } from 'vitest'
import { findSignUpPolicy } from '../../src/directory/sign-up/queries.ts'
import { consoleWorld } from './world.ts'

const PATH = '/console/sign-up'

test('whether people may sign up is shown, and set whole', async () => {
  const { world, browser } = await consoleWorld()
  expect((await browser.get('/console/login-registration')).text).toContain(`href="${PATH}"`)
  expect((await browser.get(PATH)).text).toMatch(/value="email"[^>]*checked/)
  const page = await browser.post(PATH, { enabled: 'on', userName: 'chosen' })
  expect(page.text).toContain('Who may sign up was updated.')
  expect(await findSignUpPolicy(await world.scope())).toEqual({ enabled: true, userName: 'chosen' })
  await browser.post(PATH, { userName: 'email' })
  expect(await findSignUpPolicy(await world.scope())).toEqual({ enabled: false, userName: 'email' })
})

test('what is none of the choices is refused', async () => {
  const { world, browser } = await consoleWorld()
  expect(await browser.post(PATH, { enabled: 'on', userName: 'any' })).toMatchObject({ status: 422 })
  expect((await findSignUpPolicy(await world.scope())).enabled).toBe(false)
})

test('the management API sets the same', async () => {
  const { world } = await consoleWorld()
  const tenant = await world.tenant()
  const answer = await tenant.api('PUT', '/sign-up-policy', { enabled: true })
  expect(await answer.json()).toEqual({ enabled: true, userName: 'email' })
  expect((await tenant.api('PUT', '/sign-up-policy', { enabled: 'yes' })).status).toBe(400)
  expect(await (await tenant.api('GET', '/sign-up-policy')).json()).toEqual({ enabled: true, userName: 'email' })
})
