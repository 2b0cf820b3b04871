/** What another site can do with our pages, forms and cookies (RFC 9700 sections 4.2, 4.7, 4.12 and 4.16). */
import { beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, basicHeader } from '../../support/app.ts'
import { browserClient, signedIn } from '../../support/browser-client.ts'
import { addressOf, ORIGIN, type Route, routesOf, twoTenants, type TwoTenants } from '../../security/world.ts'
import { standardOf } from '../../../src/http.ts'
import { authorizePath, codeFor, type OidcWorld, oidcWorld, postToken, signIn } from '../world.ts'

let both: TwoTenants
let world: OidcWorld
beforeAll(async () => {
  ;[both, world] = await Promise.all([twoTenants(), oidcWorld()])
})

const isPage = ({ path }: Route) =>
  standardOf(path) === 'page' && !/^\/(?:assets|branding|\.well-known|healthz|readyz|metrics)/.test(path)
const tenantOf = ({ isTenants }: Route) => (isTenants ? both.acme : both.root)
const pagesOf = (method: string) => routesOf(both.world).filter((route) => route.method === method && isPage(route))

/** What an application posts: its page stands on another site, and what it says is read by a GET that follows. */
const OF_APPLICATIONS = ['/oauth2/authorize', '/oidc/logout', '/commonauth', '/commonauth/:id']
/** Changes nothing but the language of this browser, and asks for the site alone. */
const WITHOUT_TOKEN = ['/language']

describe('no page can be framed, leaks its address, or runs what is not ours (RFC 9700 sections 4.2.4 and 4.16)', () => {
  test('whoever reads it, signed in or not, and whatever it answers', async () => {
    const cookies = await Promise.all([sessionOf(both.root), sessionOf(both.acme)])
    const pages = pagesOf('GET')
    expect(pages.length).toBeGreaterThan(40)
    for (const route of pages) {
      const { base, ids } = tenantOf(route)
      const address = addressOf(route, base, ids)
      for (const Cookie of ['', cookies[route.isTenants ? 1 : 0] ?? '']) {
        const answer = await both.world.app.request(ORIGIN + address, { headers: { Cookie } })
        const policy = answer.headers.get('Content-Security-Policy') ?? ''
        expect(policy, address).toContain("frame-ancestors 'none'")
        expect(policy, address).toContain("default-src 'none'")
        expect(policy, address).toContain("base-uri 'none'")
        expect(policy, address).not.toMatch(/unsafe-|\*/)
        expect(answer.headers.get('X-Frame-Options'), address).toBe('DENY')
        expect(answer.headers.get('X-Content-Type-Options'), address).toBe('nosniff')
        expect(['same-origin', 'no-referrer'], address).toContain(answer.headers.get('Referrer-Policy'))
        expect(answer.headers.get('Cache-Control'), address).toMatch(/no-store|private/)
        const text = await answer.text()
        expect(text, address).not.toMatch(/(?:src|href)="(?:https?:)?\/\/(?!localhost)[^"]*\.(?:js|css|png|svg|woff)/)
        expect(text, address).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+="|style="/)
      }
    }
  })
})

describe('every form wants the token of its page, and the site that it stands on (RFC 9700 section 4.7)', () => {
  test('also of an administrator whose browser sends its cookies along', async () => {
    const cookies = await Promise.all([sessionOf(both.root), sessionOf(both.acme)])
    const forms = pagesOf('POST').filter(({ path }) => ![...OF_APPLICATIONS, ...WITHOUT_TOKEN].includes(path))
    expect(forms.length).toBeGreaterThan(40)
    for (const route of forms) {
      const { base, ids } = tenantOf(route)
      const address = addressOf(route, base, ids)
      const Cookie = cookies[route.isTenants ? 1 : 0] ?? ''
      const bodies: Record<string, string>[] = [{}, { _token: '' }, { _token: 'x'.repeat(43) }]
      for (const body of bodies) {
        for (const Origin of [ORIGIN, 'https://evil.example', 'null']) {
          const init = {
            method: 'POST',
            headers: { Cookie, Origin },
            body: new URLSearchParams({ name: 'x', ...body }),
          }
          const answer = await both.world.app.request(ORIGIN + address, init)
          expect(answer.status, `${address} from ${Origin}`).toBe(403)
        }
      }
    }
  })

  test('what has no token is refused from another site', async () => {
    for (const Origin of ['https://evil.example', 'null']) {
      const init = { method: 'POST', headers: { Origin }, body: new URLSearchParams({ language: 'de' }) }
      for (const path of WITHOUT_TOKEN) expect((await both.world.app.request(ORIGIN + path, init)).status).toBe(403)
    }
  })

  test('the right token from another site is refused', async () => {
    const { headers, fields } = await loginForm()
    for (const Origin of ['https://evil.example', 'null', 'http://localhost:9443', 'https://localhost:9444']) {
      const init = { method: 'POST', headers: { ...headers, Origin }, body: new URLSearchParams(fields) }
      expect((await both.world.app.request(`${ORIGIN}/login`, init)).status).toBe(403)
    }
  })

  test('the token of another browser is refused, and one of another tenant', async () => {
    const [own, others] = [await loginForm(), await loginForm()]
    const tenants = await loginForm('/t/acme')
    for (const { fields } of [others, tenants]) {
      const init = { method: 'POST', headers: { ...own.headers, Origin: ORIGIN }, body: new URLSearchParams(fields) }
      expect((await both.world.app.request(`${ORIGIN}/login`, init)).status).toBe(403)
    }
  })
})

test('each redirect after a form is 303, so that what was typed goes no further (RFC 9700 section 4.12)', async () => {
  const browser = browserClient(world)
  const page = await browser.get(authorizePath(world))
  const request = new URL(page.path, ORIGIN).searchParams.get('request') ?? ''
  const statuses = [(await browser.send('/login', { username: 'kim', password: 'MyPa33w@rd', request })).status]
  await browser.get('/logout')
  statuses.push((await browser.send('/logout')).status)
  for (const path of OF_APPLICATIONS) {
    const answer = await world.app.request(ORIGIN + path, { method: 'POST', body: new URLSearchParams({ a: 'b' }) })
    if (!path.startsWith('/commonauth')) statuses.push(answer.status)
    expect(answer.status).not.toBe(307)
  }
  expect(new Set(statuses)).toEqual(new Set([303]))
})

test('every cookie is for this host alone, over TLS, out of scripts’ reach, and stays away from other sites’ posts', async () => {
  const browser = browserClient(world)
  const first = await world.app.request(ORIGIN + authorizePath(world))
  await browser.get('/login')
  const second = await browser.send('/login', { username: 'kim', password: 'MyPa33w@rd' })
  const lines = [...first.headers.getSetCookie(), ...second.headers.getSetCookie()]
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines) {
    expect(line).toMatch(/^__Host-/)
    expect(line).toMatch(/; Path=\//)
    expect(line).toMatch(/; HttpOnly/)
    expect(line).toMatch(/; Secure/)
    expect(line).toMatch(/; SameSite=(?:Lax|Strict)/)
    expect(line).not.toMatch(/Domain=/i)
  }
})

test('a session that somebody planted in the browser is not the one that she gets by signing in (fixation)', async () => {
  const attacker = await sessionOf(both.root)
  const { headers, fields } = await loginForm('', attacker)
  const init = { method: 'POST', headers: { ...headers, Origin: ORIGIN }, body: new URLSearchParams(fields) }
  const answer = await both.world.app.request(`${ORIGIN}/login`, init)
  expect(answer.status).toBe(303)
  const [, planted] = /session-[^=]+=([^;]+)/.exec(attacker) ?? []
  const [, given] = /session-[^=]+=([^;]+)/.exec(answer.headers.getSetCookie().join('\n')) ?? []
  expect(given).toMatch(/^[\w-]{43}$/)
  expect(given).not.toBe(planted)
  // What was planted has ended.
  const after = await both.world.app.request(`${ORIGIN}/console`, { headers: { Cookie: attacker } })
  expect(after.headers.get('Location')).toMatch(/^\/login/)
})

test('no code, token, secret, password, cookie or verifier stands in the log of a sign-in (RFC 9700 section 4.2.4)', async () => {
  const from = world.logs.length
  const browser = browserClient(world)
  const verifier = 'verifier-that-nobody-may-read-0123456789-abcdefg'
  const page = await browser.get(authorizePath(world, { state: 'state-of-the-log' }))
  const back = await signIn(browser, page)
  const code = new URL(back.path).searchParams.get('code') ?? ''
  const { clientId, clientSecret } = world.application
  const answers = [
    await postToken(world, { code }),
    await postToken(world, { code, code_verifier: verifier }),
    await postToken(world, { code: 'x'.repeat(43) }, basicHeader(clientId, `${clientSecret}x`)),
  ]
  const { access_token, id_token } = (await answers[0]?.json()) as { access_token: string; id_token: string }
  await world.app.request(`${world.issuer}/oauth2/userinfo`, { headers: { Authorization: `Bearer ${access_token}x` } })
  const text = JSON.stringify(world.logs.slice(from))
  expect(world.logs.length).toBeGreaterThan(from)
  for (const secret of [code, access_token, id_token, clientSecret, 'MyPa33w@rd', verifier, 'state-of-the-log']) {
    expect(secret.length).toBeGreaterThan(8)
    expect(text).not.toContain(secret)
  }
  expect(await codeFor(world)).toMatch(/^[\w-]{43}$/)
})

/** The Cookie header of an administrator who is signed in. */
async function sessionOf({ base, administrator }: { base: string; administrator: typeof ADMIN }): Promise<string> {
  const { headers, fields } = await loginForm(base)
  const body = new URLSearchParams({ ...fields, username: administrator.userName, password: administrator.password })
  const init = { method: 'POST', headers: { ...headers, Origin: ORIGIN }, body }
  const answer = await both.world.app.request(`${ORIGIN}${base}/login`, init)
  expect(answer.status).toBe(303)
  return [headers.Cookie, ...answer.headers.getSetCookie().map((line) => line.replace(/;.*/, ''))].join('; ')
}

/** The sign-in page of a browser of its own, or one that has these cookies: what its form would send. */
async function loginForm(base = '', cookies = '') {
  const page = await both.world.app.request(`${ORIGIN}${base}/login`, { headers: { Cookie: cookies } })
  const made = page.headers.getSetCookie().map((line) => line.replace(/;.*/, ''))
  const _token = /name="_token" value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
  const Cookie = [cookies, ...made].filter((one) => one !== '').join('; ')
  return { headers: { Cookie }, fields: { _token, username: ADMIN.userName, password: ADMIN.password } }
}

test('signing in by the page of another tenant of the same server signs nobody in here', async () => {
  const browser = await signedIn(both.world, both.acme.administrator, '/t/acme')
  expect((await browser.get('/console')).path).toMatch(/^\/login/)
})
