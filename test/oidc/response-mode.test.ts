import { createLocalJWKSet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { browserClient } from '../support/browser-client.ts'
import { authorizePath, type OidcWorld, oidcWorld, REDIRECT_URI, register, signIn } from './world.ts'

let world: OidcWorld
beforeAll(async () => {
  world = await oidcWorld()
})

async function answerTo(response_mode: string, parameters: Record<string, string> = {}) {
  const browser = browserClient(world)
  const page = await browser.get(authorizePath(world, { response_mode, ...parameters }))
  return page.path.startsWith(REDIRECT_URI) || !page.path.includes('/login') ? page : signIn(browser, page)
}

test('response_mode=fragment puts the answer behind # alone (OAuth 2.0 Multiple Response Types 2.1)', async () => {
  const url = new URL((await answerTo('fragment')).path)
  expect(url.search).toBe('')
  const answer = Object.fromEntries(new URLSearchParams(url.hash.slice(1)))
  expect(answer).toEqual({ code: expect.any(String), state: 'state-1', iss: world.issuer })
})

test('a fault goes the way that the request asked for', async () => {
  const url = new URL((await answerTo('fragment', { prompt: 'none' })).path)
  expect(new URLSearchParams(url.hash.slice(1)).get('error')).toBe('login_required')
})

describe('a signed answer (JARM section 2.1)', () => {
  async function verify(jwt: string) {
    const keys = createLocalJWKSet(await (await world.app.request(`${world.issuer}/oauth2/jwks`)).json())
    const checks = { issuer: world.issuer, audience: world.application.clientId, algorithms: ['RS256'] }
    return (await jwtVerify(jwt, keys, checks)).payload
  }

  test.each([
    ['jwt', (url: URL) => url.searchParams],
    ['query.jwt', (url: URL) => url.searchParams],
    ['fragment.jwt', (url: URL) => new URLSearchParams(url.hash.slice(1))],
  ])('of response_mode=%s is one parameter, for this client, for ten minutes', async (mode, partOf) => {
    const sent = Object.fromEntries(partOf(new URL((await answerTo(mode)).path)))
    expect(Object.keys(sent)).toEqual(['response'])
    const { exp = 0, ...answer } = await verify(sent.response ?? '')
    expect(answer).toEqual({
      iss: world.issuer,
      aud: world.application.clientId,
      code: expect.any(String),
      state: 'state-1',
    })
    expect(exp - Date.now() / 1000).toBeLessThanOrEqual(600)
    expect(exp - Date.now() / 1000).toBeGreaterThan(500)
  })

  test('of response_mode=form_post.jwt is a form with one field', async () => {
    const page = await answerTo('form_post.jwt')
    expect(page.text).toContain(`<form method="post" action="${REDIRECT_URI}"`)
    const [, jwt = ''] = /name="response" value="([^"]+)"/.exec(page.text) ?? []
    expect(await verify(jwt)).toHaveProperty('code')
    expect(page.text).not.toMatch(/name="(?:code|state|iss)"/)
  })

  test('holds a fault too', async () => {
    const url = new URL((await answerTo('jwt', { prompt: 'none' })).path)
    expect(await verify(url.searchParams.get('response') ?? '')).toMatchObject({
      error: 'login_required',
      state: 'state-1',
    })
    expect(url.searchParams.get('error')).toBeNull()
  })

  test('is no id_token_hint: it has the signer of one, and names nobody', async () => {
    const jwt = new URL((await answerTo('jwt')).path).searchParams.get('response') ?? ''
    const url = new URL((await answerTo('query', { id_token_hint: jwt })).path)
    expect(url.searchParams.get('error')).toBe('invalid_request')
  })
})

test('a loopback address may have another port than the registered one, and the answer goes there (RFC 8252 7.3)', async () => {
  const native = await register(world, { name: 'native', redirectUris: ['http://127.0.0.1/cb'] })
  const redirect_uri = 'http://127.0.0.1:51004/cb'
  const browser = browserClient(world)
  const page = await browser.get(authorizePath(world, { client_id: native.clientId, redirect_uri }))
  expect((await signIn(browser, page)).path).toMatch(/^http:\/\/127\.0\.0\.1:51004\/cb\?code=/)
})
