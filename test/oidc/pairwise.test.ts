/** Pairwise subjects (OpenID Connect Core section 8.1): everywhere that an application is told of a person. */
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { deliverDue } from '../../src/outbound/consumer.ts'
import { basicHeader } from '../support/app.ts'
import { browserClient } from '../support/browser-client.ts'
import { logoutReceiver } from '../support/logout-receiver.ts'
import { answerIn, authorizePath, codeFor, type OidcWorld, oidcWorld, postToken, redeem, register } from './world.ts'
import { REDIRECT_URI, signIn, userinfo } from './world.ts'

const LISTED = 'https://sector.example/uris.json'
let world: OidcWorld
beforeAll(async () => {
  world = await oidcWorld()
  const lists: Record<string, string> = { [LISTED]: JSON.stringify([REDIRECT_URI, 'https://b.example/cb']) }
  Object.assign(world.platform, {
    fetch: async (url: string) => new Response(lists[url] ?? 'not here', { status: url in lists ? 200 : 404 }),
  })
})

let clients = 0
async function pairwise(settings: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}) {
  const clientMetadata = { subjectType: 'pairwise', ...metadata }
  const application = await register(world, { name: `pairwise ${++clients}`, ...settings, clientMetadata })
  return { ...world, application }
}

async function subIn(own: OidcWorld): Promise<string> {
  return String(decodeJwt((await redeem(own, await codeFor(own))).id_token).sub)
}

describe('the sub', () => {
  test('is not her id, and the same one each time', async () => {
    const own = await pairwise()
    const sub = await subIn(own)
    expect(sub).not.toContain(world.kimId)
    expect(sub.length).toBeLessThan(256)
    expect(await subIn(own)).toBe(sub)
    // Whoever is public knows her by her id still.
    expect(await subIn(world)).toBe(world.kimId)
  })

  test('is one for the applications of a host, and another for those of others', async () => {
    const [one, two] = [await pairwise(), await pairwise({ redirectUris: [`${REDIRECT_URI}/other`, REDIRECT_URI] })]
    const elsewhere = await pairwise({ redirectUris: [REDIRECT_URI] }, { sectorIdentifierUri: LISTED })
    const sub = await subIn(one)
    expect(await subIn(two)).toBe(sub)
    expect(await subIn(elsewhere)).not.toBe(sub)
  })

  test('is another one in another tenant', async () => {
    const acme = await oidcWorld('acme')
    const application = await register(acme, { name: 'p', clientMetadata: { subjectType: 'pairwise' } }, 'acme')
    expect(await subIn({ ...acme, application })).not.toBe(await subIn(await pairwise()))
  })

  test('stands in the id_token, userinfo, the access token, introspection, refreshed tokens and the logout token', async () => {
    const receiver = await logoutReceiver()
    const plain = world.platform.fetch
    Object.assign(world.platform, { fetch: (url: string, init?: RequestInit) => fetch(url, init) })
    const grantTypes = ['authorization_code', 'refresh_token']
    const own = await pairwise(
      { grantTypes },
      { backchannelLogoutUri: receiver.url, userinfoSignedResponseAlg: 'RS256' },
    )
    const browser = browserClient(world)
    const code = await codeFor(own, { scope: 'openid offline_access' }, browser)
    const first = (await redeem(own, code)) as Awaited<ReturnType<typeof redeem>> & { refresh_token: string }
    const { sub } = decodeJwt(first.id_token)
    expect(sub).not.toBe(world.kimId)
    expect(decodeJwt(first.access_token).sub).toBe(sub)
    expect(decodeJwt(await (await userinfo(own, first.access_token)).text()).sub).toBe(sub)
    for (const token of [first.access_token, first.refresh_token]) {
      const { clientId, clientSecret } = own.application
      const answer = await world.app.request(`${world.issuer}/oauth2/introspect`, {
        method: 'POST',
        headers: { Authorization: basicHeader(clientId, clientSecret) },
        body: new URLSearchParams({ token }),
      })
      expect(await answer.json()).toMatchObject({ active: true, sub })
    }
    const refreshed = await postToken(own, { grant_type: 'refresh_token', refresh_token: first.refresh_token })
    expect(decodeJwt(((await refreshed.json()) as typeof first).id_token).sub).toBe(sub)
    await browser.get('/logout')
    await browser.post('/logout')
    await deliverDue(world.platform)
    expect(receiver.tokens.map((token) => decodeJwt(token).sub)).toEqual([sub])
    Object.assign(world.platform, { fetch: plain })
  })

  test('that a replay brought down is worth nothing: the access token of a code that came twice', async () => {
    const own = await pairwise()
    const code = await codeFor(own)
    const { access_token } = await redeem(own, code)
    expect((await userinfo(own, access_token)).status).toBe(200)
    expect((await postToken(own, { code })).status).toBe(400)
    expect((await userinfo(own, access_token)).status).toBe(401)
  })

  test('opens her own user in scim2 and the management API all the same', async () => {
    const own = await pairwise({ permissions: ['scim:me'] })
    const { access_token } = await redeem(own, await codeFor(own, { scope: 'openid scim:me' }))
    const headers = { Authorization: `Bearer ${access_token}` }
    const me = await world.app.request(`${world.issuer}/scim2/Me`, { headers })
    expect([me.status, ((await me.json()) as { id: string }).id]).toEqual([200, world.kimId])
  })
})

test('two sectors do not find their common people by the sid, and each is told of the one that it knows', async () => {
  const receiver = await logoutReceiver()
  const plain = world.platform.fetch
  Object.assign(world.platform, { fetch: (url: string, init?: RequestInit) => fetch(url, init) })
  const browser = browserClient(world)
  const sids: unknown[] = []
  for (const host of ['https://one.example', 'https://two.example']) {
    const redirectUris = [`${host}/cb`]
    const channels = { backchannelLogoutUri: receiver.url, frontchannelLogoutUri: `${host}/out` }
    const own = await pairwise({ redirectUris }, channels)
    const page = await browser.get(authorizePath(own, { redirect_uri: `${host}/cb` }))
    const { path } = page.path.startsWith(host) ? page : await signIn(browser, page)
    const code = new URL(path).searchParams.get('code') ?? ''
    sids.push(decodeJwt((await redeem(own, code, { redirect_uri: `${host}/cb` })).id_token).sid)
  }
  const { id_token: idToken } = await redeem(world, await codeFor(world, {}, browser))
  expect(new Set([...sids, decodeJwt(idToken).sid]).size).toBe(3)
  const { text } = await browser.get(`/oidc/logout?${new URLSearchParams({ id_token_hint: idToken })}`)
  await deliverDue(world.platform)
  expect(receiver.tokens.map((token) => decodeJwt(token).sid).toSorted()).toEqual(sids.toSorted())
  for (const sid of sids) expect(text).toContain(`sid=${String(sid)}`)
  Object.assign(world.platform, { fetch: plain })
})

describe('an id_token_hint with a pairwise sub', () => {
  test('is known as whoever is signed in, and as nobody else', async () => {
    const own = await pairwise()
    const browser = browserClient(world)
    const { id_token } = await redeem(own, await codeFor(own, {}, browser))
    const silent = { prompt: 'none', id_token_hint: id_token }
    expect(answerIn(await browser.get(authorizePath(own, silent)))).toHaveProperty('code')
    const admin = browserClient(world)
    await admin.get('/login')
    await admin.post('/login', { username: 'admin', password: 'Adm1n-pass' })
    expect(answerIn(await admin.get(authorizePath(own, silent)))).toMatchObject({ error: 'login_required' })
  })

  test('signs her out without a question', async () => {
    const own = await pairwise({}, { postLogoutRedirectUris: ['https://app.example/out'] })
    const browser = browserClient(world)
    const { id_token } = await redeem(own, await codeFor(own, {}, browser))
    const asked = { id_token_hint: id_token, post_logout_redirect_uri: 'https://app.example/out' }
    expect((await browser.get(`/oidc/logout?${new URLSearchParams(asked)}`)).path).toBe('https://app.example/out')
    const again = answerIn(await browser.get(authorizePath(own, { prompt: 'none' })))
    expect(again.error).toBe('login_required')
  })
})

describe('is refused', () => {
  const two = [REDIRECT_URI, 'https://b.example/cb']
  test.each([
    ['with two hosts and no sector identifier', two, {}, 'clientMetadata.subjectType'],
    ['with an app’s own scheme alone', ['com.example.app:/cb'], {}, 'clientMetadata.subjectType'],
    [
      'with a list that lacks a redirect URI',
      [...two, 'https://c.example/cb'],
      { sectorIdentifierUri: LISTED },
      'clientMetadata.sectorIdentifierUri',
    ],
    [
      'with a list that cannot be read',
      two,
      { sectorIdentifierUri: 'https://sector.example/nothing' },
      'clientMetadata.sectorIdentifierUri',
    ],
    [
      'with a list over http',
      two,
      { sectorIdentifierUri: 'http://sector.example/uris.json' },
      'clientMetadata.sectorIdentifierUri',
    ],
  ])('%s', async (_what, redirectUris, metadata, field) => {
    const clientMetadata = { subjectType: 'pairwise', ...metadata }
    const answer = await (
      await world.tenant()
    ).api('POST', '/applications', { name: 'x', redirectUris, clientMetadata })
    expect(answer.status).toBe(400)
    expect(((await answer.json()) as { errors: { field: string }[] }).errors.map((one) => one.field)).toEqual([field])
  })

  test('a redirect URI that is added beyond the list', async () => {
    const { application } = await pairwise({ redirectUris: two }, { sectorIdentifierUri: LISTED })
    const tenant = await world.tenant()
    const redirectUris = [...two, 'https://c.example/cb']
    expect((await tenant.api('PATCH', `/applications/${application.id}`, { redirectUris })).status).toBe(400)
  })
})
