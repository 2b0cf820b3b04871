/** The tabs Just-in-Time Provisioning and Attributes of a connection. */
import { beforeAll, expect, test } from 'vitest'
import { getConnection } from '../../../src/connections/queries.ts'
import type { TestWorld } from '../../support/app.ts'
import type { BrowserClient } from '../../support/browser-client.ts'
import { errorBeside, formOf } from '../forms.ts'
import { consoleWorld, makeProvider } from '../world.ts'

let world: TestWorld
let browser: BrowserClient
beforeAll(async () => {
  ;({ world, browser } = await consoleWorld())
})

async function provider(name: string) {
  const { id } = await makeProvider(world, name)
  const scope = await world.scope()
  return { path: `/console/connections/${id}`, jit: async () => (await getConnection(scope, id)).jit }
}

test.each(['username', 'password', 'consent', 'silent'])('the scheme %s can be chosen', async (scheme) => {
  const { path, jit } = await provider(scheme)
  await browser.post(`${path}/jit`, { enabled: 'on', userStore: 'PRIMARY', scheme, attributeSync: 'fillEmpty' })
  expect(await jit()).toMatchObject({ enabled: true, scheme, attributeSync: 'fillEmpty' })
  const { text } = await browser.get(`${path}/jit`)
  expect(text).not.toContain('disabled')
})

test('user name claim, required attributes and domains are told, and taken back by empty fields', async () => {
  const { path, jit } = await provider('told')
  const form = { enabled: 'on', userStore: 'PRIMARY', scheme: 'silent', attributeSync: 'override' }
  const further = { userNameClaim: 'upn', requiredAttributes: 'emails\r\nname.familyName', restrictToDomains: 'on' }
  await browser.post(`${path}/jit`, { ...form, ...further })
  const told = {
    userNameClaim: 'upn',
    requiredAttributes: ['emails', 'name.familyName'],
    restrictToDomains: true,
  }
  expect(await jit()).toMatchObject(told)
  const { text } = await browser.get(`${path}/jit`)
  await browser.post(`${path}/jit`, formOf(text, `${path}/jit`))
  expect(await jit()).toMatchObject(told)
  await browser.post(`${path}/jit`, { ...form, userNameClaim: '', requiredAttributes: '' })
  expect(await jit()).toEqual({ enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' })
})

test('linking is off until a rule or a claim says otherwise, and keeps apart from the other form', async () => {
  const { path, jit } = await provider('linking')
  const link = `${path}/jit/linking`
  await browser.post(link, {
    'rule-1-claim': 'email',
    'rule-1-attribute': 'emails',
    'rule-2-claim': 'upn',
    'rule-2-attribute': 'userName',
    externalIdClaim: 'oid',
    proof: 'on',
  })
  const linking = {
    rules: [
      { claim: 'email', attribute: 'emails' },
      { claim: 'upn', attribute: 'userName' },
    ],
    externalIdClaim: 'oid',
    proof: true,
  }
  expect((await jit()).linking).toEqual(linking)
  const { text } = await browser.get(`${path}/jit`)
  await browser.post(link, formOf(text, link))
  expect((await jit()).linking).toEqual(linking)
  await browser.post(`${path}/jit`, { userStore: 'PRIMARY', scheme: 'silent', attributeSync: 'none' })
  expect((await jit()).linking).toEqual(linking)
  await browser.post(link, { 'rule-1-claim': '', 'rule-2-claim': '', externalIdClaim: '' })
  expect(await jit()).not.toHaveProperty('linking')
})

test('proof of an account that no rule names is refused beside its box, which stays ticked', async () => {
  const { path, jit } = await provider('proof')
  const page = await browser.post(`${path}/jit/linking`, { externalIdClaim: '', proof: 'on' })
  expect(errorBeside(page.text, 'proof')).toContain('Give a rule')
  expect(page.text).toMatch(/id="field-proof"[^>]*checked/)
  expect(await jit()).not.toHaveProperty('linking')
})

const rule = (n: number, target: string, value: string, more: Record<string, string> = {}) =>
  Object.fromEntries(
    Object.entries({ target, value, from: 'source', transforms: '', fallback: '', sync: '', ...more }).map(
      ([name, text]) => [`${name}-${n}`, text],
    ),
  )

test('the mapping is edited row by row, and nothing is stored before it is sent', async () => {
  const { path, jit } = await provider('mapping')
  const edit = `${path}/attributes/edit`
  const { text } = await browser.get(edit)
  const before = formOf(text, edit)
  const standard = Object.keys(before).filter((name) => name.startsWith('target-')).length
  const added = await browser.post(edit, { ...before, go: 'add' })
  expect(Object.keys(formOf(added.text, edit))).toContain(`target-${standard}`)
  const removed = await browser.post(edit, { ...before, go: 'remove-0' })
  expect(Object.keys(formOf(removed.text, edit))).not.toContain(`target-${standard - 1}`)
  expect(await jit()).not.toHaveProperty('mapping')
  await browser.post(edit, {
    go: 'save',
    ...rule(0, 'userType', 'kind', { transforms: 'lowerCase', fallback: 'guest', sync: 'firstSignIn' }),
    ...rule(1, 'locale', 'de', { from: 'constant' }),
    ...rule(2, '', ''),
  })
  expect((await jit()).mapping).toEqual([
    {
      target: 'userType',
      source: 'kind',
      transforms: [{ type: 'lowerCase' }, { type: 'default', value: 'guest' }],
      sync: 'firstSignIn',
    },
    { target: 'locale', constant: 'de' },
  ])
  const shown = await browser.get(edit)
  expect(formOf(shown.text, edit)).toMatchObject(
    rule(0, 'userType', 'kind', { transforms: 'lowerCase', fallback: 'guest', sync: 'firstSignIn' }),
  )
})

test('a rule that cannot be is refused beside its field, and the standard claims come back after a question', async () => {
  const { path, jit } = await provider('wrong rule')
  const edit = `${path}/attributes/edit`
  const page = await browser.post(edit, { ...rule(0, '', 'email'), ...rule(1, 'title', '', { transforms: 'shout' }) })
  expect(page.status).toBe(422)
  expect(errorBeside(page.text, 'target-0')).toBe('Give a path.')
  expect(errorBeside(page.text, 'value-1')).toBe('Give an attribute.')
  expect(errorBeside(page.text, 'transforms-1')).toContain('none of the transforms')
  await browser.post(edit, rule(0, 'title', 'job'))
  expect((await jit()).mapping).toHaveLength(1)
  const tab = await browser.get(`${path}/attributes`)
  expect(tab.text).toContain('own mapping')
  expect((await browser.get(`${path}/attributes/standard`)).text).toContain('Its own mapping goes: 1 rule.')
  expect((await jit()).mapping).toHaveLength(1)
  await browser.post(`${path}/attributes/standard`, {})
  expect(await jit()).not.toHaveProperty('mapping')
})

test('a required attribute that nobody could be asked for is refused beside the field, which keeps what was typed', async () => {
  const { path, jit } = await provider('parts')
  const form = { enabled: 'on', userStore: 'PRIMARY', scheme: 'silent', attributeSync: 'override' }
  const refused = await browser.post(`${path}/jit`, { ...form, requiredAttributes: 'emails\r\nname' })
  expect(refused.text).toMatch(/id="field-requiredAttributes-error">Name has parts/)
  expect(refused.text).toMatch(/<textarea[^>]*name="requiredAttributes"[^>]*>\s*emails\r?\nname/)
  expect(await jit()).not.toHaveProperty('requiredAttributes')
})
