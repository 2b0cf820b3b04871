/** {T}/device: what a person is shown and asked, and who may not get there (RFC 8628 sections 3.3 and 5). */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { LANGUAGES } from '../../../src/core/language.ts'
import { deviceWords } from '../../../src/oidc/device/words.ts'
import { readUserCode } from '../../../src/oidc/device/user-code.ts'
import { browserClient, type Page } from '../../support/browser-client.ts'
import { type Client, type OidcWorld, oidcWorld, register, signIn } from '../world.ts'
import { begin, decide, DEVICE_GRANTS, errorOf, hiddenFields, poll, typeCode } from './world.ts'

const MINUTE = 60_000
let world: OidcWorld
let tv: Client
beforeAll(async () => {
  world = await oidcWorld('acme')
  world.hold(true)
  tv = await register(world, { name: 'Tv & Co', redirectUris: [], grantTypes: DEVICE_GRANTS }, 'acme')
})
// Whatever was guessed before is forgotten.
beforeEach(() => world.advance(11 * MINUTE))

const entry = () => `${world.base}/device`
const confirm = () => `${world.base}/device/confirm`

describe('the code', () => {
  test.each(['wdjb-mjht', 'WDJBMJHT', ' wdjb mjht ', 'W-D-J-B-M-J-H-T'])('may be typed as %s', (typed) => {
    expect(readUserCode(typed)).toBe('WDJBMJHT')
  })
  test.each(['', 'WDJB-MJH', 'WDJB-MJHTT', 'AEIO-UAEI', 'WDJB-MJH0'])('is never %s', (typed) => {
    expect(readUserCode(typed)).toBeUndefined()
  })

  test('that came in the address stands in the form, and nothing happens before it is sent (section 3.3.1)', async () => {
    const { verification_uri_complete, user_code } = await begin(world, tv)
    const browser = browserClient(world)
    const page = await browser.get(verification_uri_complete.replace(world.platform.config.baseUrl, ''))
    expect(page.status).toBe(200)
    expect(page.text).toContain(`value="${user_code}"`)
    expect(page.text).not.toContain('Tv &amp; Co')
  })

  test('that nobody has, or that is none, comes back with what was typed and what is wrong', async () => {
    const browser = browserClient(world)
    await browser.get(entry())
    const none = await browser.post(entry(), { user_code: 'hello <b>' })
    expect(none.status).toBe(422)
    expect(none.text).toContain('value="hello &lt;b&gt;"')
    expect(none.text).toContain('A code has eight letters')
    const unknown = await browser.post(entry(), { user_code: 'BBBB-BBBB' })
    expect(unknown.status).toBe(422)
    expect(unknown.text).toContain('There is no such code')
  })

  test('of another tenant is unknown', async () => {
    const { user_code } = await begin(world, tv)
    const browser = browserClient(world)
    await browser.get('/device')
    expect((await browser.post('/device', { user_code })).status).toBe(422)
  })

  test('is taken from a form of this page alone', async () => {
    const { user_code } = await begin(world, tv)
    const answer = await browserClient(world).send(entry(), { user_code })
    expect(answer.status).toBe(403)
  })
})

describe('who is asked', () => {
  test('signs in first, as the application has it, and reads what the device would know and do, and its code', async () => {
    const { user_code } = await begin(world, tv)
    const browser = browserClient(world)
    await browser.get(entry())
    const login = await browser.post(entry(), { user_code: user_code.toLowerCase().replace('-', '') })
    expect(login.text).toContain('Tv &amp; Co')
    const page = await signIn(browser, login)
    expect(page.path.split('?')[0]).toBe(confirm())
    for (const one of ['Tv &amp; Co', user_code, 'kim', 'See your profile']) expect(page.text).toContain(one)
  })

  test('is asked again each time, though the application is the tenant’s own and she has a session (section 5.4)', async () => {
    const browser = browserClient(world)
    const [first, second] = [await begin(world, tv), await begin(world, tv)]
    await decide(world, first.user_code, 'allow', browser)
    const { page } = await typeCode(world, second.user_code, browser)
    expect(page.path.split('?')[0]).toBe(confirm())
    expect(await errorOf(poll(world, tv, second.device_code))).toBe('authorization_pending')
  })

  test('and says yes or no: anything else asks again', async () => {
    const { user_code, device_code } = await begin(world, tv)
    const { browser, page } = await typeCode(world, user_code)
    const again = await browser.post(confirm(), { ...hiddenFields(page), decision: 'perhaps' })
    expect(again.status).toBe(422)
    expect(await errorOf(poll(world, tv, device_code))).toBe('authorization_pending')
    const done = await browser.post(confirm(), { ...hiddenFields(page), decision: 'allow' })
    expect(done.text).toContain('Your device is connected')
    expect((await poll(world, tv, device_code)).status).toBe(200)
  })

  test('agrees to what she has read: with another list she is asked again', async () => {
    const { user_code, device_code } = await begin(world, tv)
    const { browser, page } = await typeCode(world, user_code)
    const again = await browser.post(confirm(), { ...hiddenFields(page), asked: 'openid', decision: 'allow' })
    expect(again.status).toBe(200)
    expect(again.text).toContain(user_code)
    expect(await errorOf(poll(world, tv, device_code))).toBe('authorization_pending')
  })

  test('decides once: of yes and no at once one counts, and the other is told', async () => {
    const { user_code, device_code } = await begin(world, tv)
    const [one, two] = [await typeCode(world, user_code), await typeCode(world, user_code)]
    const answers = await Promise.all([
      one.browser.send(confirm(), { ...hiddenFields(one.page), decision: 'allow' }),
      two.browser.send(confirm(), { ...hiddenFields(two.page), decision: 'deny' }),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 410])
    const isAllowed = answers[0]?.status === 303
    const answer = await poll(world, tv, device_code)
    expect(answer.status).toBe(isAllowed ? 200 : 400)
  })

  test('gets nowhere from another browser, nor after the code has expired', async () => {
    const { user_code } = await begin(world, tv)
    const { browser, page } = await typeCode(world, user_code)
    const stranger = browserClient(world)
    await stranger.get(entry())
    const { request } = hiddenFields(page)
    expect((await stranger.get(`${confirm()}?request=${request}`)).status).toBe(410)
    expect((await stranger.send(confirm(), { request, decision: 'allow' })).status).toBe(410)
    world.advance(10 * MINUTE)
    const late = await browser.post(confirm(), { ...hiddenFields(page), decision: 'allow' })
    expect(late.status).toBe(410)
    expect(late.text).toContain('Get a new code on your device')
  })

  test('never comes to a device by way of the consent page, nor the other way round', async () => {
    const { user_code } = await begin(world, tv)
    const { browser, page } = await typeCode(world, user_code)
    const { request } = hiddenFields(page)
    expect((await browser.get(`${world.base}/consent?request=${request}`)).status).toBe(400)
    expect((await browser.get(`${confirm()}?request=unknown`)).status).toBe(410)
  })

  test('is remembered as having agreed, and the session as having been in the application', async () => {
    const { user_code } = await begin(world, tv, 'openid email')
    await decide(world, user_code)
    const { rows } = await world.platform.db.$client.execute({
      sql: 'select c.scopes, l.sid from consents c join session_applications l on l.application_id = c.application_id where c.application_id = ?',
      args: [tv.id],
    })
    expect(JSON.parse(String(rows[0]?.scopes))).toEqual(expect.arrayContaining(['email', 'openid']))
    expect(rows[0]?.sid).toBeTruthy()
  })

  test('and comes back to a page of this tenant’s devices, when she signs in for it, and to no other address', async () => {
    const back = async (return_to: string) => {
      const browser = browserClient(world)
      const page = await browser.get(`${world.base}/login?return_to=${encodeURIComponent(return_to)}`)
      const answer = await browser.send(`${world.base}/login`, {
        ...{ username: 'kim', password: 'MyPa33w@rd' },
        return_to: new URL(page.path, 'https://x.example').searchParams.get('return_to') ?? '',
      })
      return answer.headers.get('Location')
    }
    expect(await back(entry())).toBe(entry())
    expect(await back(`${entry()}?user_code=WDJB-MJHT`)).toBe(`${entry()}?user_code=WDJB-MJHT`)
    for (const other of [
      '/device',
      `${entry()}?x=//evil.example`,
      `${entry()}/../../x`,
      'https://evil.example/device',
    ]) {
      expect(await back(other)).toBe(`${world.base}/account`)
    }
  })
})

describe('who guesses (section 5.1)', () => {
  const guess = (browser: ReturnType<typeof browserClient>) => browser.send(entry(), { user_code: 'CCCC-CCCC' })

  test('has five tries in ten minutes, however many come at once; a right code is no guess', async () => {
    const browser = browserClient(world)
    await browser.get(entry())
    const right = await begin(world, tv)
    for (let i = 0; i < 8; i++) {
      expect((await browser.send(entry(), { user_code: right.user_code })).status).toBe(303)
    }
    const answers = await Promise.all(Array.from({ length: 12 }, () => guess(browser)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 422)).toHaveLength(5)
    expect(statuses.filter((status) => status === 429)).toHaveLength(7)
    expect(Number(answers.find(({ status }) => status === 429)?.headers.get('Retry-After'))).toBeGreaterThan(0)
    // Not even a right one is looked up now.
    expect((await browser.send(entry(), { user_code: right.user_code })).status).toBe(429)
    world.advance(11 * MINUTE)
    expect((await guess(browser)).status).toBe(422)
  })

  test('in ever new browsers is stopped with all who have not signed in; who signs in goes on', async () => {
    const { user_code } = await begin(world, tv)
    const kim = browserClient(world)
    await signIn(kim, await kim.get(`${world.base}/login?return_to=${entry()}`))
    await kim.get(entry())
    let last: Page | undefined
    for (let i = 0; i < 25; i++) {
      const browser = browserClient(world)
      await browser.get(entry())
      for (let j = 0; j < 4; j++) await guess(browser)
      if (i === 24) last = await browser.post(entry(), { user_code: 'CCCC-CCCC' })
    }
    expect(last?.status).toBe(429)
    expect(last?.text).toContain(`${world.base}/login?return_to=${encodeURIComponent(entry())}`)
    expect((await kim.send(entry(), { user_code })).status).toBe(303)
  })
})

describe('the pages', () => {
  test.each(LANGUAGES)('speak %s', async (language) => {
    const text = deviceWords(language)
    const headers = { 'Accept-Language': language }
    const read = async (path: string) => (await world.app.request(world.issuer + path, { headers })).text()
    expect(await read('/device')).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`)
    expect(await read('/device')).toContain(text.intro)
    expect(await read('/device/done?result=allowed')).toContain(text.allowedTitle)
    expect(await read('/device/done?result=denied')).toContain(text.deniedTitle)
    expect(await read('/device/confirm?request=x')).toContain(text.overTitle)
  })

  test('carry the strict policy of pages, and may not be framed', async () => {
    const answer = await world.app.request(`${world.issuer}/device`)
    expect(answer.headers.get('Content-Security-Policy')).toMatch(/form-action 'self';.*frame-ancestors 'none'/)
  })
})
