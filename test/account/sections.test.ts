import { beforeEach, describe, expect, test } from 'vitest'
import { enrol } from '../login/factors/world.ts'
import { mailsOf } from '../mail/world.ts'
import { authorizePath, codeFor, KIM, oidcWorld, type OidcWorld, postToken, register } from '../oidc/world.ts'
import { type BrowserClient, browserClient, signedIn } from '../support/browser-client.ts'

const NEXT = 'An0ther-pa33word'

let world: OidcWorld
let kim: BrowserClient
beforeEach(async () => {
  world = await oidcWorld()
  kim = await signedIn(world, KIM)
})

const isIn = async (browser: BrowserClient) => (await browser.get('/account')).path === '/account'

describe('password', () => {
  const change = async (fields: Readonly<Record<string, string>>) => {
    await kim.get('/account/password')
    return kim.post('/account/password', fields)
  }

  test('whoever knows the present one sets another; every other session ends, and she is told by mail', async () => {
    const elsewhere = await signedIn(world, KIM)
    const page = await change({ current: KIM.password, password: NEXT })
    expect(page).toMatchObject({ status: 200, path: '/account/password?done=password' })
    expect([await isIn(kim), await isIn(elsewhere)]).toEqual([true, false])
    await expect(signedIn(world, KIM)).rejects.toThrow()
    await signedIn(world, { ...KIM, password: NEXT })
    expect(await mailsOf(world)).toMatchObject([
      { to: 'kim@example.com', subject: 'Your password at postern was changed' },
    ])
  })

  test.each([
    ['a wrong present one', { current: 'wrong', password: NEXT }, 'current'],
    ['one that the policy refuses', { current: KIM.password, password: 'weak' }, 'password'],
    ['none at all', { current: KIM.password, password: '' }, 'password'],
  ])('%s is told beside its field, and changes nothing', async (_what, fields, wrong) => {
    const elsewhere = await signedIn(world, KIM)
    const page = await change(fields)
    expect(page.status).toBe(422)
    expect(page.text).toContain(`id="field-${wrong}-error"`)
    expect(page.text).not.toContain(`value="${fields.password || 'nothing'}"`)
    expect(await isIn(elsewhere)).toBe(true)
  })

  test('the present one cannot be guessed at: wrong ones count as at the sign-in', async () => {
    for (let i = 0; i < 6; i++) await change({ current: `wrong-${i}`, password: NEXT })
    expect(await change({ current: KIM.password, password: NEXT })).toMatchObject({ status: 429 })
  })

  test('who guesses at her name elsewhere does not keep her from it (OWASP ASVS 6.3.1)', async () => {
    const stranger = browserClient(world)
    await stranger.get('/login')
    for (let i = 0; i < 8; i++) await stranger.send('/login', { username: KIM.userName, password: `wrong-${i}` })
    expect((await stranger.send('/login', { username: KIM.userName, password: KIM.password })).status).toBe(429)
    expect(await change({ current: KIM.password, password: NEXT })).toMatchObject({ status: 200 })
  })

  test('a new password is no second factor: what asks for a recent one goes on asking (OWASP ASVS 7.5.1)', async () => {
    const { browser } = await enrol(world, KIM)
    expect((await browser.get('/account/totp/remove')).path).toBe('/account/totp/remove')
    world.advance(20 * 60_000)
    expect((await browser.get('/account/totp/remove')).path).toMatch(/^\/login\/second\?/)
    await browser.get('/account/password')
    expect(await browser.post('/account/password', { current: KIM.password, password: NEXT })).toMatchObject({
      path: '/account/password?done=password',
    })
    expect((await browser.get('/account')).path).toBe('/account')
    expect((await browser.get('/account/totp/remove')).path).toMatch(/^\/login\/second\?/)
  })
})

describe('sessions', () => {
  test('each is shown by what its browser is, and one that she ends is over', async () => {
    const phone = browserClient(world, {
      'User-Agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1',
    })
    await phone.get('/login')
    await phone.post('/login', { username: KIM.userName, password: KIM.password, return_to: '/account' })
    const { text } = await kim.get('/account/sessions')
    expect(text).toContain('Safari on iPhone')
    expect(text.match(/This browser/g)).toHaveLength(1)
    const [, end = ''] = /name="end" value="([^"]{10,})"/.exec(text) ?? []
    expect(await kim.post('/account/sessions', { end })).toMatchObject({ path: '/account/sessions?done=session-ended' })
    expect([await isIn(kim), await isIn(phone)]).toEqual([true, false])
  })

  test('all others are ended at once', async () => {
    const others = [await signedIn(world, KIM), await signedIn(world, KIM)]
    const admin = await signedIn(world)
    await kim.get('/account/sessions')
    expect(await kim.post('/account/sessions', { end: 'others' })).toMatchObject({
      path: '/account/sessions?done=others-ended',
    })
    expect(await Promise.all([kim, ...others, admin].map(isIn))).toEqual([true, false, false, true])
  })

  test('nobody ends another’s session', async () => {
    const admin = await signedIn(world)
    const { text } = await (await signedIn(world)).get('/account/sessions')
    const [, end = ''] = /name="end" value="([^"]{10,})"/.exec(text) ?? []
    expect(end).not.toBe('')
    await kim.get('/account/sessions')
    await kim.post('/account/sessions', { end })
    expect(await isIn(admin)).toBe(true)
  })
})

describe('applications', () => {
  const CLIENT = {
    grantTypes: ['authorization_code', 'refresh_token'],
    clientMetadata: { firstParty: false },
  }

  /** Kim lets the application have what it asks for; answers its refresh token. */
  async function consent(name = 'Notes'): Promise<string> {
    world = { ...world, application: await register(world, { ...CLIENT, name }) }
    const page = await kim.get(authorizePath(world, { scope: 'openid email offline_access' }))
    const { searchParams } = new URL(page.path, 'https://localhost')
    const asked = /name="asked" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const answer = await kim.post('/consent', { request: searchParams.get('request') ?? '', asked, decision: 'allow' })
    const code = new URL(answer.path).searchParams.get('code') ?? ''
    return ((await (await postToken(world, { code })).json()) as { refresh_token: string }).refresh_token
  }
  const refresh = async (refresh_token: string) =>
    (await postToken(world, { grant_type: 'refresh_token', refresh_token })).status

  test('what she let one do is shown in words; withdrawn, what it was given for her ends and it asks again', async () => {
    const token = await consent()
    const { text } = await kim.get('/account/applications')
    expect(text).toContain('Notes')
    expect(text).toContain('See your e-mail address')
    const path = `/account/applications/${world.application.id}/withdraw`
    expect((await kim.get(path)).text).toContain('Withdraw what Notes may do?')
    expect(await kim.post(path)).toMatchObject({ path: '/account/applications?done=withdrawn' })
    expect((await kim.get('/account/applications')).text).not.toContain('Notes')
    expect(await refresh(token)).toBe(400)
    const again = await kim.get(authorizePath(world, { scope: 'openid email offline_access' }))
    expect(again.path).toContain('/consent')
  })

  test('one that says where a sign-in begins is opened from there (OpenID Connect Core section 4)', async () => {
    await consent()
    const tenant = await world.tenant()
    expect((await kim.get('/account/applications')).text).not.toContain('Open Notes')
    const clientMetadata = { ...CLIENT.clientMetadata, initiateLoginUri: 'https://app.example/start' }
    await tenant.api('PATCH', `/applications/${world.application.id}`, { clientMetadata })
    const { text } = await kim.get('/account/applications')
    expect(text).toContain(`href="https://app.example/start?${new URLSearchParams({ iss: world.issuer })}"`)
    expect(text).toContain('Open Notes')
  })

  test('a request that waits with her yes asks again after that', async () => {
    await consent()
    const other = await signedIn(world, KIM)
    const page = await other.get(authorizePath(world, { scope: 'openid phone', prompt: 'consent' }))
    const request = new URL(page.path, 'https://localhost').searchParams.get('request') ?? ''
    const { db } = world.platform
    await db.$client.execute({
      sql: 'update authorization_requests set consented_by = ? where id = ?',
      args: [world.kimId, request],
    })
    await kim.get('/account/applications')
    await kim.post(`/account/applications/${world.application.id}/withdraw`)
    expect((await other.get(`/oauth2/authorize?resume=${request}`)).path).toContain('/consent')
  })

  test('an administrator sees and ends it over the management API', async () => {
    const token = await consent()
    const tenant = await world.tenant()
    const path = `/users/${world.kimId}/consents`
    expect(await (await tenant.api('GET', path)).json()).toMatchObject({
      items: [
        { application: { id: world.application.id, name: 'Notes' }, scopes: ['email', 'offline_access', 'openid'] },
      ],
    })
    expect((await tenant.api('DELETE', `${path}/${world.application.id}`)).status).toBe(204)
    expect((await tenant.api('DELETE', `${path}/${world.application.id}`)).status).toBe(404)
    expect(await refresh(token)).toBe(400)
    await consent('Other notes')
    expect((await tenant.api('DELETE', path)).status).toBe(204)
    expect(await (await tenant.api('GET', path)).json()).toEqual({ items: [] })
    expect((await tenant.api('GET', '/users/nobody/consents')).status).toBe(404)
  })

  test('withdrawing for one leaves another’s alone', async () => {
    const token = await consent()
    const code = await codeFor(world, { scope: 'openid email offline_access' }, kim)
    expect(code).not.toBe('')
    const pat = { userName: 'pat', password: 'MyPa33w@rd' }
    await (await world.tenant()).scim('POST', '/Users', pat)
    const browser = await signedIn(world, pat)
    await browser.get('/account/applications')
    await browser.post(`/account/applications/${world.application.id}/withdraw`)
    expect(await refresh(token)).toBe(200)
  })
})

describe('linked accounts', () => {
  async function link(name: string): Promise<string> {
    const tenant = await world.tenant()
    const authenticator = {
      type: 'oidc',
      clientId: 'c',
      clientSecret: 's',
      authorizationEndpoint: 'https://idp.example/authorize',
      tokenEndpoint: 'https://idp.example/token',
    }
    const { id } = (await (await tenant.api('POST', '/connections', { name, authenticator })).json()) as { id: string }
    const { tenantId } = await world.scope()
    await world.platform.db.$client.execute({
      sql: `insert into federated_identities (tenant_id, connection_id, issuer, subject, user_id, created, last_sign_in)
        values (?, ?, 'https://idp.example', 'kim-there', ?, 0, 86400000)`,
      args: [tenantId, id, world.kimId],
    })
    return id
  }
  const withoutPassword = () =>
    world.platform.db.$client.execute({
      sql: 'update users set password_hash = null where id = ?',
      args: [world.kimId],
    })
  const unlink = async (id: string) => {
    await kim.get(`/account/linked/${id}/unlink`)
    return kim.post(`/account/linked/${id}/unlink`)
  }

  test('each is shown with when it was linked and used, and is unlinked after a question', async () => {
    const id = await link('Partner')
    const { text } = await kim.get('/account/linked')
    expect(text).toContain('Partner')
    expect(text).toContain('2 Jan 1970'.replace('2 Jan', 'Jan 2,'))
    expect((await kim.get(`/account/linked/${id}/unlink`)).text).toContain('Unlink Partner?')
    expect(await unlink(id)).toMatchObject({ path: '/account/linked?done=unlinked' })
    expect((await kim.get('/account/linked')).text).not.toContain(`/account/linked/${id}/unlink`)
  })

  test('the only way to sign in stays, also when two are unlinked at once', async () => {
    const [one, other] = [await link('Partner'), await link('Other')]
    await withoutPassword()
    await kim.get('/account/linked')
    const answers = await Promise.all([one, other].map((id) => kim.send(`/account/linked/${id}/unlink`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
    expect(await answers.find(({ status }) => status === 409)?.text()).toContain('your only way to sign in')
  })

  test('a passkey is a way to sign in: with one, the only linked account is unlinked', async () => {
    const id = await link('Partner')
    await withoutPassword()
    expect(await unlink(id)).toMatchObject({ status: 409 })
    const { tenantId } = await world.scope()
    const addKey = (of: string, owner: string) =>
      world.platform.db.$client.execute({
        sql: `insert into passkeys (tenant_id, credential_id, user_id, public_key, counter, transports, is_synced, name, created)
          values (?, ?, ?, 'key', 0, '[]', 1, 'Laptop', 0)`,
        args: [tenantId, of, owner],
      })
    await addKey('another’s', 'another')
    expect(await unlink(id)).toMatchObject({ status: 409 })
    await addKey('hers', world.kimId)
    // She has a second step from then on, and does it at the sign-in: this session was there before.
    await world.platform.db.$client.execute(`update sessions set methods = '["passkey"]', amr = '["user","mfa"]'`)
    expect(await unlink(id)).toMatchObject({ path: '/account/linked?done=unlinked' })
  })

  test('needs a sign-in of the last ten minutes', async () => {
    const id = await link('Partner')
    world.advance(10 * 60_000 + 1)
    expect((await kim.get(`/account/linked/${id}/unlink`)).path).toContain('/login?return_to=')
    expect((await kim.get('/account/linked')).text).toContain('Partner')
  })

  test('signing in for the account offers each provider', async () => {
    const id = await link('Partner')
    const { text } = await browserClient(world).get('/login?return_to=/account')
    expect(text).toContain(`/login/connections/${id}?return_to=%2Faccount`)
    expect((await browserClient(world).get('/login')).text).toContain(`/login/connections/${id}"`)
    expect((await browserClient(world).get('/login?return_to=/console')).text).not.toContain('/login/connections/')
  })

  test('a person without a password is told so, and offered none', async () => {
    await withoutPassword()
    const page = await kim.get('/account/password')
    expect(page.text).toContain('You have no password here')
    expect(page.text).not.toContain('type="password"')
  })
})
