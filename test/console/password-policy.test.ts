import { expect, test } from 'vitest'
import { findPasswordPolicy } from '../../src/directory/passwords/queries.ts'
import { signedInWith } from './people.ts'
import { consoleWorld, errorAt, valueIn } from './world.ts'

const PATH = '/console/password-policy'
const FORM = { minLength: '12', digit: 'on', lowerCase: 'on', history: '3' }

test('the page shows the policy that holds: the tutorial’s, where none was set', async () => {
  const { browser } = await consoleWorld()
  const { text } = await browser.get(PATH)
  expect([valueIn(text, 'minLength'), valueIn(text, 'history')]).toEqual(['8', '0'])
  for (const name of ['digit', 'upperCase', 'lowerCase', 'special']) {
    expect(text).toMatch(new RegExp(`name="${name}"[^>]*checked`))
  }
  expect(text).toContain('At least 8 characters, with a digit, an upper-case letter')
})

test('a policy is set whole: a box that is not ticked is not demanded any more', async () => {
  const { world, browser } = await consoleWorld()
  const page = await browser.post(PATH, FORM)
  expect(page.text).toContain('The password policy was updated.')
  expect(page.text).toContain('At least 12 characters, with a digit and a lower-case letter.')
  const policy = { minLength: 12, digit: true, upperCase: false, lowerCase: true, special: false, history: 3 }
  expect(await findPasswordPolicy(await world.scope())).toEqual(policy)
})

test('the next password has to keep to it', async () => {
  const { world, browser } = await consoleWorld()
  await browser.post(PATH, FORM)
  const tenant = await world.tenant()
  expect((await tenant.scim('POST', '/Users', { userName: 'kim', password: 'MyPa33w@rd' })).status).toBe(400)
  expect((await tenant.scim('POST', '/Users', { userName: 'kim', password: 'longer words 1' })).status).toBe(201)
})

test.each([
  ['minLength', '0', 'Give a whole number from 1 to 128.'],
  ['minLength', '129', 'Give a whole number from 1 to 128.'],
  ['minLength', '', 'Give a whole number from 1 to 128.'],
  ['minLength', '8.5', 'Give a whole number from 1 to 128.'],
  ['minLength', 'eight', 'Give a whole number from 1 to 128.'],
  ['minLength', '1e1', 'Give a whole number from 1 to 128.'],
  ['history', '25', 'Give a whole number from 0 to 24.'],
  ['history', '-1', 'Give a whole number from 0 to 24.'],
])('a %s of "%s" is refused beside the field, and what was typed stays', async (name, value, message) => {
  const { world, browser } = await consoleWorld()
  const before = await findPasswordPolicy(await world.scope())
  const page = await browser.post(PATH, { ...FORM, [name]: value })
  expect([page.status, errorAt(page.text, name), valueIn(page.text, name)]).toEqual([422, message, value])
  expect(page.text).toMatch(/name="digit"[^>]*checked/)
  expect(page.text).not.toMatch(/name="upperCase"[^>]*checked/)
  expect(await findPasswordPolicy(await world.scope())).toEqual(before)
})

test('one tenant’s policy is nothing to another', async () => {
  const { world, browser } = await consoleWorld()
  const { browser: other } = await signedInWith(world, ['settings:read', 'settings:write'], 'acme')
  await other.post(`/t/acme${PATH}`, FORM)
  expect(valueIn((await browser.get(PATH)).text, 'minLength')).toBe('8')
  expect(valueIn((await other.get(`/t/acme${PATH}`)).text, 'minLength')).toBe('12')
})
