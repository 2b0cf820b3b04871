import { beforeAll, describe, expect, test } from 'vitest'
import { takeRequest } from '../../src/oidc/commands.ts'
import { beginPushedRequest } from '../../src/oidc/par/commands.ts'
import { removeExpired } from '../../src/tenancy/commands.ts'
import { basicHeader } from '../support/app.ts'
import { browserClient, type Page } from '../support/browser-client.ts'
import { plansOf } from '../support/plans.ts'
import {
  answerIn,
  authorizePath,
  CHALLENGE,
  type Client,
  type OidcWorld,
  oidcWorld,
  REDIRECT_URI,
  redeem,
  register,
  signIn,
  VERIFIER,
} from './world.ts'

let world: OidcWorld
let other: Client
beforeAll(async () => {
  world = await oidcWorld()
  other = await register(world, { name: 'another application' })
})

const REQUEST = {
  redirect_uri: REDIRECT_URI,
  response_type: 'code',
  scope: 'openid email',
  state: 'pushed-state',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
}

async function push(form: Record<string, string> = REQUEST, client: Client | null = world.application) {
  const headers = client ? { Authorization: basicHeader(client.clientId, client.clientSecret) } : undefined
  const init = { method: 'POST', body: new URLSearchParams(form), ...(headers ? { headers } : {}) }
  const answer = await world.app.request(`${world.issuer}/oauth2/par`, init)
  return { answer, body: (await answer.json()) as Record<string, string> }
}

async function pushed(form: Record<string, string> = REQUEST): Promise<string> {
  const { answer, body } = await push(form)
  expect(answer.status).toBe(201)
  return body.request_uri ?? ''
}

function pathOf(request_uri: string, more: Record<string, string> = {}): string {
  return `/oauth2/authorize?${new URLSearchParams({ client_id: world.application.clientId, request_uri, ...more })}`
}

describe('a pushed request (RFC 9126)', () => {
  test('is answered with a request_uri for a minute, and stored nowhere (section 2.2)', async () => {
    const { answer, body } = await push()
    expect(answer.status).toBe(201)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(body).toEqual({ request_uri: expect.any(String), expires_in: 60 })
    expect(body.request_uri).toMatch(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/)
  })

  test('signs in, and its code gives tokens', async () => {
    const browser = browserClient(world)
    const page = await signIn(browser, await browser.get(pathOf(await pushed())))
    const { code, ...rest } = answerIn(page)
    expect(rest).toEqual({ state: 'pushed-state', iss: world.issuer })
    await redeem(world, code ?? '', { code_verifier: VERIFIER })
  })

  test('counts alone: what stands beside it in the address does not (section 4, RFC 9101 section 5)', async () => {
    const more = { redirect_uri: 'https://evil.example/', state: 'other', scope: 'openid groups', prompt: 'none' }
    const browser = browserClient(world)
    const page = await signIn(browser, await browser.get(pathOf(await pushed(), more)))
    expect(answerIn(page).state).toBe('pushed-state')
  })

  test('comes to one answer, also in several browsers at once (section 7.3)', async () => {
    const requestUri = await pushed()
    const browsers = Array.from({ length: 3 }, () => browserClient(world))
    const begun = await Promise.all(
      browsers.map(async (browser) => ({ browser, page: await browser.get(pathOf(requestUri)) })),
    )
    const ends = await Promise.all(begun.map(({ browser, page }) => signIn(browser, page)))
    expect(ends.map(({ path }) => path.startsWith(REDIRECT_URI)).toSorted()).toEqual([false, false, true])
    expect(ends.filter(({ status }) => status === 400)).toHaveLength(2)
    expect((await browserClient(world).get(pathOf(requestUri))).status).toBe(400)
  })

  test('is used up by an answer, and not before (FAPI 2.0 section 5.3.2.2)', async () => {
    const requestUri = await pushed()
    const browser = browserClient(world)
    await browser.get(pathOf(requestUri))
    expect(answerIn(await signIn(browser, await browser.get(pathOf(requestUri))))).toHaveProperty('code')
    expect((await browser.get(pathOf(requestUri))).status).toBe(400)
  })

  test('that was begun in time may be ended later, and is used up by it nevertheless', async () => {
    const requestUri = await pushed()
    const [one, late] = [browserClient(world), browserClient(world)]
    const pages = [await one.get(pathOf(requestUri)), await late.get(pathOf(requestUri))]
    world.advance(5 * 60_000)
    await removeExpired(world.platform.db, (await world.scope()).tenantId, world.platform.now())
    expect(answerIn(await signIn(one, pages[0] as Page))).toHaveProperty('code')
    expect((await signIn(late, pages[1] as Page)).status).toBe(400)
  })

  test('is found, and ended, by an index', async () => {
    const scope = await world.scope()
    const plans = await plansOf(scope.db)
    const { id: applicationId } = world.application
    await plans.demandIndexes(() => beginPushedRequest(scope, { requestUri: 'x', applicationId, browserHash: 'b' }))
    await plans.demandIndexes(() => takeRequest(scope, { id: 'x', pushedHash: 'y' }))
  })

  test('goes on where it was if its sign-in page is read again', async () => {
    const browser = browserClient(world)
    const page = await browser.get(pathOf(await pushed()))
    expect(answerIn(await signIn(browser, await browser.get(page.path)))).toHaveProperty('code')
  })

  test('is over after a minute', async () => {
    const requestUri = await pushed()
    world.advance(60_000)
    const page = await browserClient(world).get(pathOf(requestUri))
    expect([page.status, page.headers.get('Location')]).toEqual([400, null])
  })

  test('is nothing to another client, and is not spoilt by its try', async () => {
    const requestUri = await pushed()
    expect((await browserClient(world).get(pathOf(requestUri, { client_id: other.clientId }))).status).toBe(400)
    expect((await browserClient(world).get(pathOf(requestUri))).status).toBe(200)
  })

  test('is nothing in another tenant', async () => {
    const requestUri = await pushed()
    const acme = await oidcWorldOf('acme')
    const query = new URLSearchParams({ client_id: acme.clientId, request_uri: requestUri })
    expect((await browserClient(world).get(`/t/acme/oauth2/authorize?${query}`)).status).toBe(400)
  })

  test('that nobody pushed ends on a page, and nowhere else', async () => {
    const page = await browserClient(world).get(
      pathOf('urn:ietf:params:oauth:request_uri:x', { redirect_uri: REDIRECT_URI }),
    )
    expect([page.status, page.headers.get('Location')]).toEqual([400, null])
  })

  test('of a public client needs its client_id and PKCE (section 2.1)', async () => {
    const { clientId } = await register(world, { name: 'spa', template: 'single-page-application' })
    const { code_challenge, code_challenge_method, ...without } = REQUEST
    expect((await push({ ...REQUEST, client_id: clientId }, null)).answer.status).toBe(201)
    const refused = await push({ ...without, client_id: clientId }, null)
    expect([refused.answer.status, refused.body.error]).toEqual([400, 'invalid_request'])
  })
})

async function oidcWorldOf(slug: string): Promise<Client> {
  return register(world, { name: 'of acme' }, slug)
}

describe('is refused as JSON (RFC 9126 section 2.3)', () => {
  test.each<[string, Record<string, string>, string]>([
    ['a redirect_uri that is not registered', { redirect_uri: 'https://evil.example/' }, 'invalid_request'],
    ['no redirect_uri', { redirect_uri: '' }, 'invalid_request'],
    ['a request_uri inside (section 2.1)', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'invalid_request'],
    ['response_type=token', { response_type: 'token' }, 'unsupported_response_type'],
    ['code_challenge_method=plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a prompt that nobody knows', { prompt: 'create' }, 'invalid_request'],
    ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
    ['an id_token_hint that is none', { id_token_hint: 'e30.e30.e30' }, 'invalid_request'],
    ['the client_id of another client', { client_id: 'other' }, 'invalid_request'],
  ])('%s', async (_what, change, error) => {
    const { answer, body } = await push({ ...REQUEST, ...change })
    expect([answer.status, body.error]).toEqual([400, error])
    expect(answer.headers.get('Location')).toBeNull()
  })

  test('a client that does not show who it is (RFC 6749 section 5.2)', async () => {
    const { answer, body } = await push({ ...REQUEST, client_id: world.application.clientId }, null)
    expect([answer.status, body.error]).toEqual([401, 'invalid_client'])
  })

  test('a parameter that is sent twice', async () => {
    const body = new URLSearchParams([...Object.entries(REQUEST), ['scope', 'openid']])
    const headers = { Authorization: basicHeader(world.application.clientId, world.application.clientSecret) }
    expect((await world.app.request(`${world.issuer}/oauth2/par`, { method: 'POST', headers, body })).status).toBe(400)
  })
})

test('an application that has to push gets nothing for a request by the browser (section 6)', async () => {
  const clientMetadata = { requirePushedAuthorizationRequests: true }
  const strict = await register(world, { name: 'strict', clientMetadata })
  const page = await browserClient(world).get(authorizePath(world, { client_id: strict.clientId }))
  expect(answerIn(page)).toMatchObject({ error: 'invalid_request', state: 'state-1' })
  const { body } = await push(REQUEST, strict)
  const path = pathOf(body.request_uri ?? '', { client_id: strict.clientId })
  expect((await browserClient(world).get(path)).path).toMatch(/^\/login\?/)
})

test('a tenant that demands it of all says so, and lets no application do without (sections 5 and 6)', async () => {
  const tenant = await world.tenant()
  const demand = (requirePushedAuthorizationRequests: boolean) =>
    tenant.api('PUT', '/authorization-policy', { requirePushedAuthorizationRequests })
  await demand(true)
  const told = await (await tenant.fetch('/.well-known/openid-configuration')).json()
  expect(told).toMatchObject({ require_pushed_authorization_requests: true })
  expect(answerIn(await browserClient(world).get(authorizePath(world)))).toMatchObject({ error: 'invalid_request' })
  const { body } = await push(REQUEST)
  expect((await browserClient(world).get(pathOf(body.request_uri ?? ''))).path).toMatch(/^\/login\?/)
  await demand(false)
  expect((await browserClient(world).get(authorizePath(world))).path).toMatch(/^\/login\?/)
})
