/**
 * The modules of oidcc-frontchannel-rp-initiated-logout-certification-test-plan, named as there (OpenID Connect
 * Front-Channel Logout 1.0), and what a page that frames applications may do.
 */
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Page } from '../../support/browser-client.ts'
import { plansOf } from '../../support/plans.ts'
import { codeFor, type OidcWorld, REDIRECT_URI, register } from '../world.ts'
import { BACK, isSignedIn, logoutPath, logoutWorld, signedInAt } from './logout-world.ts'

const FRAME = 'https://app.example/front;out?tenant=1'
let world: OidcWorld
beforeAll(async () => {
  world = await logoutWorld({ frontchannelLogoutUri: FRAME, frontchannelLogoutSessionRequired: true })
})

function framesOf({ text }: Page): string[] {
  return [...text.matchAll(/<iframe[^>]*src="([^"]*)"/g)].map(([, src = '']) => src.replaceAll('&amp;', '&'))
}

test('oidcc-frontchannel-logout-discovery-endpoint-verification', async () => {
  const metadata = await (await world.app.request(`${world.issuer}/.well-known/openid-configuration`)).json()
  expect(metadata).toMatchObject({
    end_session_endpoint: `${world.issuer}/oidc/logout`,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
  })
})

test('oidcc-frontchannel-rp-initiated-logout', async () => {
  const { browser, idToken } = await signedInAt(world)
  const asked = { id_token_hint: idToken, post_logout_redirect_uri: BACK, state: 's' }
  const page = await browser.get(logoutPath(asked))
  expect(page.status).toBe(200)
  const parameters = new URLSearchParams({ iss: world.issuer, sid: String(decodeJwt(idToken).sid) })
  expect(framesOf(page)).toEqual([`${FRAME}&${parameters}`])
  // Without script the browser goes on by itself, or by the link.
  expect(page.headers.get('Refresh')).toBe(`5; url=${BACK}?state=s`)
  expect(page.text).toContain(`href="${BACK}?state=s"`)
  expect(await isSignedIn(world, browser)).toBe(false)
})

describe('the page that tells applications', () => {
  test('may frame their addresses and nothing else, and is told in the language of its reader', async () => {
    const { browser, idToken } = await signedInAt(world)
    const page = await browser.get(logoutPath({ id_token_hint: idToken }))
    const policy = page.headers.get('Content-Security-Policy')?.split('; ')
    expect(policy).toContain('frame-src https://app.example/front%3Bout')
    expect(policy).toContain("default-src 'none'")
    expect(page.text).toContain('Signing out')
    expect(page.headers.get('Refresh')).toBe('5; url=/logout')
  })

  test('comes after a sign-out here, too, with a frame for each application of the session that wants one', async () => {
    const other = await register(world, {
      name: 'other',
      redirectUris: [REDIRECT_URI, 'http://localhost:8080/cb'],
      clientMetadata: { frontchannelLogoutUri: 'http://localhost:8080/out' },
    })
    const silent = await register(world, { name: 'silent' })
    const { browser } = await signedInAt(world)
    for (const application of [other, silent]) await codeFor({ ...world, application }, {}, browser)
    await browser.get('/logout')
    const page = await browser.post('/logout')
    expect(framesOf(page).map((src) => src.split('?')[0])).toEqual(
      expect.arrayContaining(['https://app.example/front;out', 'http://localhost:8080/out']),
    )
    expect(framesOf(page)).toHaveLength(2)
    expect(await isSignedIn(world, browser)).toBe(false)
  })

  test('comes once: who is signed out already goes on at once', async () => {
    const { browser, idToken } = await signedInAt(world)
    const path = logoutPath({ id_token_hint: idToken, post_logout_redirect_uri: BACK })
    expect((await browser.get(path)).status).toBe(200)
    expect((await browser.get(path)).path).toBe(BACK)
  })

  test('is not needed where a session of another browser ends', async () => {
    const [one, two] = [await signedInAt(world), await signedInAt(world)]
    await one.browser.get('/logout')
    const frames = framesOf(await one.browser.post('/logout'))
    expect(frames).toHaveLength(1)
    expect(frames[0]).not.toContain(String(decodeJwt(two.idToken).sid))
    expect(await isSignedIn(world, two.browser)).toBe(true)
  })

  test('finds the applications by an index', async () => {
    const { browser } = await signedInAt(world)
    await browser.get('/logout')
    const { demandIndexes } = await plansOf(world.platform.db)
    await demandIndexes(() => browser.post('/logout'))
  })
})

test.each([
  ['of another server', 'https://elsewhere.example/out'],
  ['of another scheme', 'http://app.example/out'],
  ['with a fragment', `${REDIRECT_URI}#x`],
  ['that is no address', 'not an address'],
])('frontchannel_logout_uri %s is refused (section 2)', async (_what, frontchannelLogoutUri) => {
  const tenant = await world.tenant()
  const body = { name: 'x', redirectUris: [REDIRECT_URI], clientMetadata: { frontchannelLogoutUri } }
  const answer = await tenant.api('POST', '/applications', body)
  expect(answer.status).toBe(400)
  expect(JSON.stringify(await answer.json())).toContain('clientMetadata.frontchannelLogoutUri')
})
