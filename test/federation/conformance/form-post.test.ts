/** oidcc-client-formpost-basic-certification-test-plan: the answer comes as a form (OAuth 2.0 Form Post Response Mode). */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type FakeIdp, fakeIdp } from '../../support/fake-idp.ts'
import { browserOf, connect, federationWorld, KIM, type World } from '../world.ts'
import { postedBack } from '../posted.ts'

let idp: FakeIdp
let world: World
let id: string
beforeAll(async () => {
  idp = await fakeIdp()
})
afterAll(() => idp.close())
beforeEach(async () => {
  Object.assign(idp, { misbehaviour: {}, person: { ...KIM }, formFields: {}, metadata: {} })
  world = await federationWorld()
  id = await connect(world, idp, { authenticator: { ...idp.authenticator, responseMode: 'form_post' } })
})

test('oidcc-client-test-form-post: what the provider’s page posts signs in the browser that began', async () => {
  const browser = browserOf(world)
  const { answer, sent } = await postedBack(world, browser, id)
  expect(sent.get('response_mode')).toBe('form_post')
  // From another site a browser sends no cookie along: it is asked to come again, with them.
  expect(answer.status).toBe(303)
  expect(answer.headers.getSetCookie()).toEqual([])
  const end = await browser.get(answer.headers.get('Location') ?? '')
  expect(end.status).toBe(303)
  expect(browser.hasSession()).toBe(true)
})

test('oidcc-client-test-form-post-error: an error that is posted is told', async () => {
  idp.misbehaviour = { error: 'access_denied' }
  const browser = browserOf(world)
  const { answer } = await postedBack(world, browser, id)
  const end = await browser.get(answer.headers.get('Location') ?? '')
  expect(end.status).toBe(403)
  expect(await end.text()).toContain('The sign-in at IDP-IS2 was cancelled.')
})

describe('a form that is posted', () => {
  test('signs in no other browser, and that one only once', async () => {
    const browser = browserOf(world)
    const { answer } = await postedBack(world, browser, id)
    const path = answer.headers.get('Location') ?? ''
    expect((await browserOf(world).get(path)).status).toBe(400)
    const both = await Promise.all([browser.get(path), browser.get(path)])
    expect(both.map(({ status }) => status).toSorted()).toEqual([303, 400])
  })

  test('leads nowhere but to the callback, with nothing but an answer', async () => {
    const body = new URLSearchParams({ state: 's', code: 'c', next: 'https://evil.example', id_token: 'x' })
    const url = `${world.platform.config.baseUrl}/t/acme/commonauth`
    const answer = await world.app.request(url, { method: 'POST', body })
    expect(answer.headers.get('Location')).toBe('/t/acme/commonauth?state=s&code=c')
  })

  test.each([
    ['too long for an address', 'code=' + 'x'.repeat(7000), 400],
    ['longer than any form', 'code=' + 'x'.repeat(300_000), 413],
  ])('%s is refused', async (_fact, body, status) => {
    const url = `${world.platform.config.baseUrl}/commonauth`
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': String(body.length) }
    expect((await world.app.request(url, { method: 'POST', body, headers })).status).toBe(status)
  })

  test('is not asked of a provider that says it has no such thing', async () => {
    idp.metadata = { response_modes_supported: ['query', 'fragment'] }
    const other = await connect(world, idp, {
      name: 'other',
      authenticator: { ...idp.authenticator, responseMode: 'form_post' },
    })
    const start = await browserOf(world).get(`/login/connections/${other}`)
    expect(new URL(start.headers.get('Location') ?? '').searchParams.get('response_mode')).toBeNull()
  })
})
