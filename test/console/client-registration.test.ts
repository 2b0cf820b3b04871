/** Login & Registration > Client registration: who may register applications (RFC 7591), and the tokens for it. */
import { beforeAll, describe, expect, test } from 'vitest'
import { findRegistrationSettings } from '../../src/oidc/registration/queries.ts'
import type { TestWorld } from '../support/app.ts'
import { type BrowserClient, signedIn } from '../support/browser-client.ts'
import { signedInWith } from './people.ts'
import { consoleWorld, errorAt, valueIn } from './world.ts'

const PAGE = '/console/client-registration'
const FORM = { description: 'Partner', expires: '90', until: '' }
let world: TestWorld
let browser: BrowserClient
beforeAll(async () => {
  ;({ world, browser } = await consoleWorld())
  await browser.get(PAGE)
})

const tokenIn = (text: string) => /<code id="initial-token">([^<]+)</.exec(text)?.[1]
const revokeIn = (text: string) => /href="([^"]*\/tokens\/[^"]*\/revoke)"/.exec(text)?.[1] ?? ''

async function statusOf(token: string, base = ''): Promise<number> {
  const answer = await world.app.request(`https://localhost:9443${base}/oauth2/register`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ redirect_uris: ['https://client.example/cb'] }),
  })
  return answer.status
}

test('it is off until somebody says otherwise, and the way there is under Login & Registration', async () => {
  const { text } = await browser.get(PAGE)
  expect(text).toMatch(/value="off" +checked/)
  expect(text).toContain('No initial tokens yet')
  expect(text).toContain('https://localhost:9443/oauth2/register')
  expect((await browser.get('/console/login-registration')).text).toContain(`href="${PAGE}"`)
})

test('the policy, and whether PKCE is demanded, are what was chosen last', async () => {
  const settings = async () => findRegistrationSettings(await world.scope())
  const page = await browser.post(PAGE, { policy: 'token' })
  expect(page.text).toContain('Client registration was updated.')
  expect(page.text).toMatch(/value="token" +checked/)
  expect(await settings()).toEqual({ policy: 'token', requirePkce: false })
  await browser.post(PAGE, { policy: 'token', requirePkce: 'on' })
  expect(await settings()).toEqual({ policy: 'token', requirePkce: true })
  const wrong = await browser.post(PAGE, { policy: 'everybody' })
  expect(wrong.status).toBe(422)
  expect(await settings()).toEqual({ policy: 'token', requirePkce: true })
})

test('a new token is shown once, registers applications, and no more once it is revoked', async () => {
  const page = await browser.post(`${PAGE}/tokens/new`, FORM)
  const token = tokenIn(page.text) ?? ''
  expect(page.text).toContain('shown once')
  const again = (await browser.get(PAGE)).text
  expect(tokenIn(again)).toBeUndefined()
  expect(again).not.toContain(token)
  expect(again).toContain('Partner')
  expect(await statusOf(token)).toBe(201)
  const question = await browser.get(revokeIn(again))
  expect(question.text).toContain('Revoke Partner?')
  expect((await browser.post(revokeIn(again))).text).toContain('The initial token was revoked.')
  expect(await statusOf(token)).toBe(401)
})

test('a token ends on the day that was chosen', async () => {
  world.hold(true)
  const page = await browser.post(`${PAGE}/tokens/new`, { ...FORM, expires: '90' })
  const token = tokenIn(page.text) ?? ''
  expect(await statusOf(token)).toBe(201)
  world.advance(90 * 86_400_000)
  expect(await statusOf(token)).toBe(401)
  browser = await signedIn(world)
  const { text } = await browser.get(PAGE)
  expect(text).toContain('Expired')
  await browser.post(revokeIn(text))
})

test.each([
  ['description', { ...FORM, description: ' ' }],
  ['until', { ...FORM, expires: 'date', until: '2020-01-01' }],
  ['until', { ...FORM, expires: 'date', until: 'soon' }],
])('a token without a good %s is refused beside the field, and what was typed stays', async (name, form) => {
  await browser.get(`${PAGE}/tokens/new`)
  const page = await browser.post(`${PAGE}/tokens/new`, form)
  expect(page.status).toBe(422)
  expect(errorAt(page.text, name)).toBeDefined()
  expect(valueIn(page.text, 'description')).toBe(form.description)
  expect((await browser.get(PAGE)).text).toContain('No initial tokens yet')
})

describe('it is for', () => {
  test('whoever may read applications to look at, and nothing to change', async () => {
    await browser.post(`${PAGE}/tokens/new`, FORM)
    const path = revokeIn((await browser.get(PAGE)).text)
    const { browser: reader } = await signedInWith(world, ['applications:read'])
    const { text } = await reader.get(PAGE)
    expect(text).toContain('Partner')
    expect(text).toContain('You can read this, and not change it.')
    expect(text.match(/<form[^>]*action="([^"]*)"/g)).toEqual([expect.stringContaining('/logout')])
    for (const page of [`${PAGE}/tokens/new`, path]) {
      expect([page, (await reader.get(page)).status]).toEqual([page, 403])
      expect([page, (await reader.post(page, FORM)).status]).toEqual([page, 403])
    }
    expect((await reader.post(PAGE, { policy: 'open' })).status).toBe(403)
  })

  test('nobody who may do something else, nor of another tenant', async () => {
    const { browser: other } = await signedInWith(world, ['settings:read'])
    expect((await other.get(PAGE)).status).toBe(403)
    const path = revokeIn((await browser.get(PAGE)).text)
    const acme = await world.tenant('acme')
    const elsewhere = await signedIn(world, undefined, acme.base)
    expect((await elsewhere.get(`${acme.base}${path}`)).status).toBe(404)
    expect((await elsewhere.post(`${acme.base}${path}`)).status).toBe(404)
    expect((await elsewhere.get(`${acme.base}${PAGE}`)).text).toContain('No initial tokens yet')
  })
})
