/** node oidc-provider, which others wrote: we register at it, push requests to it, and are its client by a key of ours. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getConnection } from '../../../src/connections/queries.ts'
import { updateConnection } from '../../../src/connections/commands.ts'
import { connectPostern } from '../../../src/federation/from-postern/connect.ts'
import { startUpstream, type Upstream } from '../../browser/federation/upstream.ts'
import { browserOf, federationWorld, type World } from '../world.ts'

const CALLBACK = 'https://localhost:9443/commonauth'
const CLIENT_JWT = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
let upstream: Upstream
let world: World
/** What was sent to it, by path. */
const sent: { path: string; body: URLSearchParams }[] = []
beforeAll(async () => {
  upstream = await startUpstream([CALLBACK], {
    registration: { enabled: true },
    registrationManagement: { enabled: true },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
    backchannelLogout: { enabled: true },
  })
  upstream.people.set('kim', { name: 'Kim Berry', email: 'kim@example.com', email_verified: true })
  world = await federationWorld({
    fetch: (url, init) => {
      const body = typeof init?.body === 'string' || init?.body instanceof URLSearchParams ? init.body : ''
      sent.push({ path: new URL(url).pathname, body: new URLSearchParams(body) })
      return fetch(url, { ...init, redirect: 'manual' })
    },
  })
})
afterAll(() => upstream?.close())

/** Goes the way of a browser at the provider, as somebody who types her name there, and comes to its answer. */
async function signInThere(address: string, name: string): Promise<Response> {
  const cookies = new Map<string, string>()
  const ask = async (url: string, init: RequestInit = {}) => {
    const Cookie = [...cookies].map(([key, value]) => `${key}=${value}`).join('; ')
    const answer = await fetch(url, { ...init, headers: { Cookie }, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(key, value)
    }
    return answer
  }
  const leads = async (url: string, init?: RequestInit) =>
    new URL((await ask(url, init)).headers.get('Location') ?? '', url).href
  const page = await leads(address)
  return ask(await leads(page, { method: 'POST', body: new URLSearchParams({ name, answer: 'sign-in' }) }))
}

test('a provider of another make registers us, takes what is pushed, knows our key, and sends people back (RFC 7591, 9126, 7523)', async () => {
  const { id } = await connectPostern(world.scope(), { issuer: upstream.issuer, name: 'IDP-IS2' })
  await updateConnection(world.scope(), id, { jit: { enabled: true } })
  const { authenticator } = await getConnection(world.scope(), id)
  expect(authenticator).toMatchObject({ issuer: upstream.issuer, clientAuthentication: 'private_key_jwt' })
  for (const path of ['/a', '/b']) {
    const browser = browserOf(world)
    const start = await browser.get(`/login/connections/${id}?request=${path.slice(1)}`)
    const address = start.headers.get('Location') ?? ''
    expect([...new URL(address).searchParams.keys()].toSorted()).toEqual(['client_id', 'request_uri'])
    const callback = (await signInThere(address, 'kim')).headers.get('Location') ?? ''
    expect(callback.startsWith(`${CALLBACK}?`)).toBe(true)
    expect((await browser.get(callback)).status).toBe(303)
  }
  expect(await world.users()).toMatchObject([{ userName: 'kim', displayName: 'Kim Berry' }])
  expect(await world.identities()).toMatchObject([{ issuer: upstream.issuer, subject: 'kim', connectionId: id }])
  const assertions = sent.filter(({ body }) => body.get('client_assertion_type') === CLIENT_JWT).map(({ path }) => path)
  expect(assertions).toEqual(['/request', '/token', '/request', '/token'])
})

test('a provider of another make posts its answer, and that comes again with the browser’s cookie (Form Post Response Mode)', async () => {
  const { id } = await connectPostern(world.scope(), { issuer: upstream.issuer, name: 'posts' })
  await updateConnection(world.scope(), id, {
    jit: { enabled: true },
    authenticator: { responseMode: 'form_post' },
  })
  const browser = browserOf(world)
  const start = await browser.get(`/login/connections/${id}`)
  const page = await (await signInThere(start.headers.get('Location') ?? '', 'sam')).text()
  expect(/<form[^>]* action="([^"]+)"/.exec(page)?.[1]).toBe(CALLBACK)
  const fields = [...page.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value])
  const posted = await world.app.request(CALLBACK, { method: 'POST', body: new URLSearchParams(fields) })
  expect((await browser.get(posted.headers.get('Location') ?? '')).status).toBe(303)
  expect((await world.users()).map(({ userName }) => userName).toSorted()).toEqual(['kim', 'sam'])
})

test('a provider of another make has nothing of us left where the connection could not be stored (RFC 7592)', async () => {
  sent.length = 0
  const again = connectPostern(world.scope(), { issuer: upstream.issuer, name: 'IDP-IS2' })
  await expect(again).rejects.toMatchObject({ status: 409 })
  const [registered, removed] = sent.map(({ path }) => path).filter((path) => path.startsWith('/reg'))
  expect(registered).toBe('/reg')
  expect(removed).toMatch(/^\/reg\/./)
})
