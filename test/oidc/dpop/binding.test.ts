/** What is bound before there is an access token: authorization codes, and refresh tokens of public clients. */
import { beforeAll, describe, expect, test } from 'vitest'
import { basicHeader } from '../../support/app.ts'
import { browserClient } from '../../support/browser-client.ts'
import {
  answerIn,
  authorizePath,
  CHALLENGE,
  type Client,
  codeFor,
  type OidcWorld,
  oidcWorld,
  REDIRECT_URI,
  register,
  VERIFIER,
} from '../world.ts'
import { claimsIn, clientKey, type ClientKey, proofFor } from './world.ts'

const PKCE = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }
let world: OidcWorld
let spa: Client
let key: ClientKey
let other: ClientKey
beforeAll(async () => {
  world = await oidcWorld()
  key = await clientKey()
  other = await clientKey()
  const settings = { template: 'single-page-application', grantTypes: ['authorization_code', 'refresh_token'] }
  spa = await register(world, { name: 'spa', ...settings })
})

type Answer = Record<'access_token' | 'refresh_token' | 'token_type' | 'error' | 'request_uri', string>

/** As the confidential application, or as a public client. */
async function post(
  endpoint: string,
  form: Record<string, string>,
  by?: ClientKey,
  client: Client = world.application,
) {
  const url = `${world.issuer}/oauth2/${endpoint}`
  const isPublic = client.clientSecret === ''
  const headers = new Headers(isPublic ? {} : { Authorization: basicHeader(client.clientId, client.clientSecret) })
  if (by) headers.set('DPoP', await proofFor(world, by, ['POST', url]))
  const body = new URLSearchParams({ ...form, ...(isPublic ? { client_id: client.clientId } : {}) })
  const answer = await world.app.request(url, { method: 'POST', headers, body })
  return { status: answer.status, body: (await answer.json()) as Answer }
}

const redeem = (code: string, by?: ClientKey, client?: Client) => {
  const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER }
  return post('token', form, by, client)
}
const refresh = (refresh_token: string, by?: ClientKey, client?: Client) =>
  post('token', { grant_type: 'refresh_token', refresh_token }, by, client)

describe('dpop_jkt (RFC 9449 section 10)', () => {
  test('binds the code to the key', async () => {
    const { status, body } = await redeem(await codeFor(world, { ...PKCE, dpop_jkt: key.jkt }), key)
    expect(status).toBe(200)
    expect(claimsIn(body.access_token).cnf).toEqual({ jkt: key.jkt })
  })

  test.each([
    ['another key', () => other],
    ['no proof', () => undefined],
  ])('refuses the code with %s, and the code is used up', async (_what, by) => {
    const code = await codeFor(world, { ...PKCE, dpop_jkt: key.jkt })
    expect(await redeem(code, by())).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await redeem(code, key)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  test.each(['short', '!'.repeat(43), 'x'.repeat(44)])('must be a thumbprint: %s is refused', async (dpop_jkt) => {
    const page = await browserClient(world).get(authorizePath(world, { ...PKCE, dpop_jkt }))
    expect(answerIn(page)).toMatchObject({ error: 'invalid_request', state: 'state-1' })
  })

  test('binds a pushed request, too (section 10.1)', async () => {
    expect((await redeem(await pushedCode({ dpop_jkt: key.jkt }), other)).body.error).toBe('invalid_grant')
    expect((await redeem(await pushedCode({ dpop_jkt: key.jkt }), key)).status).toBe(200)
  })
})

const REQUEST = { response_type: 'code', scope: 'openid', redirect_uri: REDIRECT_URI, ...PKCE }

async function pushedCode(more: Record<string, string>, by?: ClientKey): Promise<string> {
  const { status, body } = await post('par', { ...REQUEST, ...more }, by)
  expect(status).toBe(201)
  const { request_uri } = body
  return codeFor(world, { request_uri, redirect_uri: undefined, response_type: undefined, scope: undefined })
}

describe('a proof beside a pushed request (RFC 9449 section 10.1)', () => {
  test('binds the code to its key', async () => {
    expect((await redeem(await pushedCode({}, key), other)).body.error).toBe('invalid_grant')
    expect((await redeem(await pushedCode({}, key))).body.error).toBe('invalid_grant')
    expect((await redeem(await pushedCode({}, key), key)).status).toBe(200)
  })

  test('may say the same as dpop_jkt, and nothing else', async () => {
    expect((await post('par', { ...REQUEST, dpop_jkt: key.jkt }, key)).status).toBe(201)
    const refused = await post('par', { ...REQUEST, dpop_jkt: key.jkt }, other)
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_dpop_proof'])
  })

  test('has to be for that endpoint, and is taken once of two at once', async () => {
    const url = `${world.issuer}/oauth2/par`
    const { clientId, clientSecret } = world.application
    const push = async (DPoP: string) => {
      const headers = { Authorization: basicHeader(clientId, clientSecret), DPoP }
      return (await world.app.request(url, { method: 'POST', headers, body: new URLSearchParams(REQUEST) })).status
    }
    expect(await push(await proofFor(world, key, ['POST', `${world.issuer}/oauth2/token`]))).toBe(400)
    const proof = await proofFor(world, key, ['POST', url])
    expect((await Promise.all([push(proof), push(proof)])).toSorted()).toEqual([201, 400])
  })
})

describe('a refresh token of a public client (RFC 9449 section 5)', () => {
  const first = async (by?: ClientKey) => {
    const parameters = { ...PKCE, client_id: spa.clientId, scope: 'openid offline_access' }
    return (await redeem(await codeFor(world, parameters), by, spa)).body.refresh_token
  }

  test('is bound to the key that it was given with, and so are those that follow', async () => {
    const token = await first(key)
    const second = await refresh(token, key, spa)
    expect([second.status, second.body.token_type]).toEqual([200, 'DPoP'])
    expect((await refresh(second.body.refresh_token, other, spa)).body.error).toBe('invalid_grant')
    expect((await refresh(second.body.refresh_token, undefined, spa)).body.error).toBe('invalid_grant')
    // A thief's tries end nothing.
    expect((await refresh(second.body.refresh_token, key, spa)).status).toBe(200)
  })

  test('that was given without a proof is bound to nothing', async () => {
    const { status, body } = await refresh(await first(), other, spa)
    expect([status, body.token_type]).toEqual([200, 'DPoP'])
  })
})

test('a refresh token of a confidential client is bound to the client, and the access token to the key that comes', async () => {
  const settings = { grantTypes: ['authorization_code', 'refresh_token'] }
  const client = await register(world, { name: 'confidential', ...settings })
  const code = await codeFor(world, { ...PKCE, client_id: client.clientId, scope: 'openid offline_access' })
  const { refresh_token } = (await redeem(code, key, client)).body
  const { status, body } = await refresh(refresh_token, other, client)
  expect(status).toBe(200)
  expect(claimsIn(body.access_token).cnf).toEqual({ jkt: other.jkt })
})
