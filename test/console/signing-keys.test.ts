import { expect, test } from 'vitest'
import { signingKey } from '../../src/oidc/keys.ts'
import { listSigningKeys } from '../../src/oidc/keys/queries.ts'
import { keepSigningKeys } from '../../src/oidc/keys/rotation.ts'
import { signedInWith } from './people.ts'
import { consoleWorld } from './world.ts'

const PATH = '/console/signing-keys'

test('the page says how keys follow one another, and what a tenant without keys waits for', async () => {
  const { browser } = await consoleWorld()
  const { text } = await browser.get(PATH)
  expect(text).toContain('after 90 days')
  expect(text).toContain('No keys yet')
  expect((await browser.get('/console/login-registration')).text).toContain(`href="${PATH}"`)
})

test('a rotation that comes too soon is refused on its page, in words; later it is done', async () => {
  const { world, browser } = await consoleWorld()
  const scope = await world.scope()
  const { kid } = await signingKey(scope, 'ES256')
  await keepSigningKeys(scope)
  const asked = await browser.get(`${PATH}/rotate`)
  expect(asked.text).toContain('Sign with the next keys from now on?')
  const refused = await browser.post(`${PATH}/rotate`, {})
  expect(refused.status).toBe(422)
  expect(refused.text).toMatch(/role="alert"[^]*Rotate after [\d-]+ [\d:]+ UTC/)
  world.advance(400_000)
  const done = await browser.post(`${PATH}/rotate`, {})
  expect(done.text).toContain('The next keys sign from now on.')
  const states = (await listSigningKeys(await world.scope())).filter(({ alg }) => alg === 'ES256')
  expect(states.map(({ state }) => state)).toEqual(['active', 'next', 'retired'])
  expect(states[2]?.id).toBe(kid)
  expect(done.text).toContain(`title="${kid}"`)
})

test('keys are replaced after a leak, once it was asked', async () => {
  const { world, browser } = await consoleWorld()
  const { kid } = await signingKey(await world.scope(), 'ES256')
  expect((await browser.get(`${PATH}/replace`)).text).toContain('is worth nothing')
  const done = await browser.post(`${PATH}/replace`, {})
  expect(done.text).toContain('New keys sign from now on.')
  expect(done.text).not.toContain(`title="${kid}"`)
})

test('who may only read settings sees the keys, and no way to change them', async () => {
  const { world } = await consoleWorld()
  const { browser } = await signedInWith(world, ['settings:read'])
  await signingKey(await world.scope(), 'ES256')
  const { text } = await browser.get(PATH)
  expect(text).toContain('ES256')
  expect(text).not.toMatch(/signing-keys\/(?:rotate|replace)/)
  for (const name of ['rotate', 'replace']) {
    expect((await browser.get(`${PATH}/${name}`)).status).toBe(403)
    expect((await browser.post(`${PATH}/${name}`, {})).status).toBe(403)
  }
})
