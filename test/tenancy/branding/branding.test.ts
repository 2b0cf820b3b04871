import { beforeAll, describe, expect, test } from 'vitest'
import { keyUri } from '../../../src/core/totp.ts'
import { qrCode } from '../../../src/html/qr-code.ts'
import { PASSWORD } from '../../html/visits/person.ts'
import { seedIn } from '../../login/factors/world.ts'
import { mailsOf } from '../../mail/world.ts'
import { browserClient } from '../../support/browser-client.ts'
import { plansOf } from '../../support/plans.ts'
import { testWorld, type TestTenant, type TestWorld } from '../../support/app.ts'
import { png } from './world.ts'

let world: TestWorld
let acme: TestTenant
let other: TestTenant
beforeAll(async () => {
  world = await testWorld()
  acme = await world.tenant('acme')
  other = await world.tenant('other')
})

const BRANDING = {
  displayName: 'Acme & <Sons>',
  accent: '#7a0000',
  accentDark: '#ffb0b0',
  supportUrl: 'mailto:help@acme.example',
  privacyUrl: 'https://acme.example/privacy',
  termsUrl: 'https://acme.example/terms?a=1&b=2',
}
const signInPage = async (tenant: TestTenant, headers = {}) => (await tenant.fetch('/login', { headers })).text()

function putLogo(tenant: TestTenant, bytes: BodyInit, type = 'image/png') {
  const headers = { Authorization: tenant.basic, 'Content-Type': type }
  return tenant.fetch('/api/v1/branding/logo', { method: 'PUT', headers, body: bytes })
}

describe('a tenant that has set nothing', () => {
  test('has pages as postern has them: no style sheet of its own, no logo, no links', async () => {
    const page = await signInPage(other)
    expect(page).toMatch(/<p class="brand">\s*<svg class="mark"[\s\S]*<span>other<\/span>/)
    expect(page.match(/rel="stylesheet"/g)).toHaveLength(1)
    expect(page).not.toMatch(/\/branding\/|class="links"/)
    expect(await (await other.api('GET', '/branding')).json()).toEqual({})
    expect((await other.fetch('/branding/logo')).status).toBe(404)
    expect(await (await other.fetch('/branding/style.css')).text()).toBe('')
  })
})

describe('a tenant that has set its name, colours and links', () => {
  beforeAll(async () => expect((await acme.api('PUT', '/branding', BRANDING)).status).toBe(200))

  test('reads them back as they were set, whole', async () => {
    expect(await (await acme.api('GET', '/branding')).json()).toEqual(BRANDING)
  })

  test('shows its name, escaped, above the card and in the title, at once', async () => {
    const page = await signInPage(acme)
    expect(page).toContain('<span>Acme &amp; &lt;Sons&gt;</span>')
    expect(page).toContain('<title>Sign In · Acme &amp; &lt;Sons&gt;</title>')
  })

  test('is called by it where it is named elsewhere: in a mail, in an authenticator app, and by a passkey', async () => {
    const { displayName } = BRANDING
    const emails = [{ value: 'kim@acme.example', primary: true }]
    expect((await acme.scim('POST', '/Users', { userName: 'kim', password: PASSWORD, emails })).status).toBe(201)
    const browser = browserClient(world)
    await browser.get('/t/acme/forgot')
    await browser.post('/t/acme/forgot', { username: 'kim' })
    expect((await mailsOf(world))[0]).toMatchObject({
      subject: expect.stringContaining(displayName),
      text: expect.stringContaining(displayName),
    })
    await browser.get('/t/acme/login')
    await browser.post('/t/acme/login', { username: 'kim', password: PASSWORD })
    const app = await browser.get('/t/acme/account/totp')
    expect(app.text).toContain(/<path d="[^"]+"/.exec(String(qrCode(keyUri(seedIn(app), displayName, 'kim'), '')))?.[0])
    expect((await browser.get('/t/acme/account/passkeys')).text).toContain(
      '&quot;name&quot;:&quot;Acme &amp; &lt;Sons&gt;&quot;',
    )
  })

  test('has its links at the foot, in the visitor’s language', async () => {
    expect(await signInPage(acme)).toMatch(/href="mailto:help@acme.example" target="_blank" rel="noopener">Help</)
    const german = await signInPage(acme, { 'Accept-Language': 'de' })
    expect(german).toMatch(/terms\?a=1&amp;b=2"[^>]*>Nutzungsbedingungen</)
    expect(german).toMatch(/acme.example\/privacy"[^>]*>Datenschutz</)
  })

  test('has a style sheet under an address with its hash, to be kept for good, and nothing inline', async () => {
    const page = await signInPage(acme)
    const address = /href="\/t\/acme(\/branding\/style\.css\?v=\w+)"/.exec(page)?.[1] ?? ''
    const style = await acme.fetch(address)
    expect(style.headers.get('Content-Type')).toBe('text/css; charset=utf-8')
    expect(style.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
    const text = await style.text()
    expect(text).toContain('.card-page, .account-page, .preview.light { --accent: #7a0000;')
    expect(text).toMatch(/prefers-color-scheme: dark\) \{ \.card-page, \.account-page \{ --accent: #ffb0b0;/)
    expect(page).not.toMatch(/<style|style="/)
    expect((await acme.fetch('/branding/style.css?v=old')).headers.get('Cache-Control')).toBe('no-cache')
  })

  test('leaves every other tenant, and the console, as they are', async () => {
    expect(await signInPage(other)).not.toContain('Acme')
    expect(await (await other.api('GET', '/branding')).json()).toEqual({})
  })

  test('goes back to postern’s by an empty PUT', async () => {
    expect(await (await acme.api('PUT', '/branding', {})).json()).toEqual({})
    expect(await signInPage(acme)).not.toContain('/branding/style.css')
    await acme.api('PUT', '/branding', BRANDING)
  })
})

test.each([
  ['accent', '#ffff00', /contrast is 1\.0\d to 1, and 4.5 to 1 is needed. Choose a darker one/],
  ['accent', '#777777', /Choose a darker one/],
  ['accentDark', '#222222', /Choose a lighter one/],
  ['accent', 'red', /# and six hexadecimal digits/],
  ['accent', '#fff', /# and six hexadecimal digits/],
  ['accent', '#000000; } body { display: none', /# and six hexadecimal digits/],
  ['displayName', '  ', /Give a name/],
  ['displayName', 'x'.repeat(101), /at most 100/],
  ['supportUrl', 'javascript:alert(1)', /https: or mailto:/],
  ['privacyUrl', 'javascript:alert(1)', /begins with https:/],
  ['privacyUrl', 'http://acme.example', /begins with https:/],
  ['termsUrl', '/terms', /begins with https:/],
  ['termsUrl', 'mailto:a@b.example', /begins with https:/],
])('a %s of %j is refused in words, and nothing is set', async (field, value, message) => {
  const before = await (await acme.api('GET', '/branding')).json()
  const answer = await acme.api('PUT', '/branding', { displayName: 'changed', [field]: value })
  expect(answer.status).toBe(400)
  const { errors } = (await answer.json()) as { errors: { field: string; message: string }[] }
  expect(errors).toEqual([{ field, message: expect.stringMatching(message) }])
  expect(await (await acme.api('GET', '/branding')).json()).toEqual(before)
})

describe('a logo', () => {
  test('is shown above the card, from an address with its hash, to be kept for good, and as nothing but a picture', async () => {
    const bytes = png()
    const answer = await putLogo(acme, bytes)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      logo: expect.stringMatching(/^https:\/\/localhost:9443\/t\/acme\/branding\/logo\?v=/),
    })
    const address = /<img src="\/t\/acme(\/branding\/logo\?v=[\w-]+)" alt=""/.exec(await signInPage(acme))?.[1] ?? ''
    const logo = await acme.fetch(address)
    expect(new Uint8Array(await logo.arrayBuffer())).toEqual(bytes)
    const headers = Object.fromEntries(logo.headers)
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    })
    expect((await acme.fetch('/branding/logo')).headers.get('Cache-Control')).toBe('no-cache')
  })

  test('is described in the OpenAPI document by the types that it may have', async () => {
    const { paths } = await (await acme.fetch('/api/v1/openapi.json')).json()
    expect(Object.keys(paths['/branding/logo'].put.requestBody.content)).toEqual([
      'image/png',
      'image/jpeg',
      'image/webp',
    ])
  })

  test('that is another has another address', async () => {
    const before = await (await acme.api('GET', '/branding')).json()
    const after = await (await putLogo(acme, png(10, 10))).json()
    expect(after.logo).not.toBe(before.logo)
  })

  test('is what its bytes say, whatever was said of them', async () => {
    const webp = new Uint8Array([...Buffer.from('RIFF\u0004\0\0\0WEBPVP8 ')])
    expect((await putLogo(acme, webp, 'text/html')).status).toBe(200)
    expect((await acme.fetch('/branding/logo')).headers.get('Content-Type')).toBe('image/webp')
    await putLogo(acme, png())
  })

  test.each([
    ['an SVG, which can hold script', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /SVG is not taken/],
    ['a page', Buffer.from('<!doctype html>'), /PNG, JPEG or WebP/],
    ['nothing', Buffer.alloc(0), /PNG, JPEG or WebP/],
    ['a GIF', Buffer.from('GIF89a'), /PNG, JPEG or WebP/],
    ['a picture of more than 64 KiB', Buffer.concat([png(), Buffer.alloc(64 * 1024)]), /64 KiB/],
  ])('is not %s', async (_what, bytes, message) => {
    const before = await (await acme.api('GET', '/branding')).json()
    const answer = await putLogo(acme, new Uint8Array(bytes))
    expect([answer.status, (await answer.json()).detail]).toEqual([400, expect.stringMatching(message)])
    expect(await (await acme.api('GET', '/branding')).json()).toEqual(before)
  })

  test('stays when colours are set, and goes when it is removed', async () => {
    const { logo } = await (await acme.api('PUT', '/branding', BRANDING)).json()
    expect(logo).toBeTruthy()
    expect((await acme.api('DELETE', '/branding/logo')).status).toBe(204)
    expect(await signInPage(acme)).not.toContain('<img')
    expect((await acme.fetch('/branding/logo')).status).toBe(404)
  })

  test('of one tenant is not another’s', async () => {
    await putLogo(acme, png())
    expect((await other.fetch('/branding/logo')).status).toBe(404)
  })
})

test('another process shows what was set after a minute at the most, and a page costs no query for it', async () => {
  await signInPage(acme)
  const plans = await plansOf(world.platform.db)
  const statements = await plans.statementsOf(() => signInPage(acme))
  expect(statements.filter(({ sql }) => /tenants|branding|logo/.test(sql))).toEqual([])
  // As another process does it: behind the back of what this one remembers.
  const scope = await world.scope('acme')
  await scope.db.$client.execute({
    sql: 'update tenants set branding = ? where slug = ?',
    args: [JSON.stringify({ displayName: 'Renamed elsewhere' }), 'acme'],
  })
  expect(await signInPage(acme)).not.toContain('Renamed elsewhere')
  world.advance(60_000)
  expect(await signInPage(acme)).toContain('Renamed elsewhere')
})
