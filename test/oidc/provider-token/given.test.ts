/** Tokens of a provider by token exchange (RFC 8693), refreshed where that is needed. */
import { beforeEach, describe, expect, test } from 'vitest'
import { basicHeader } from '../../support/app.ts'
import { tokensOf } from '../grants/world.ts'
import {
  PROVIDER_TOKEN,
  world,
  idp,
  useProviderTokens,
  signInAtProvider,
  exchange,
  refusal,
  rows,
  subjectAt,
  refreshes,
} from './world.ts'

useProviderTokens()

describe('an application that may', () => {
  beforeEach(() => signInAtProvider())

  test('gets the access token by the id or the name of the connection, and no refresh token (RFC 8693 section 2.2.1)', async () => {
    const answer = await exchange()
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const given = await tokensOf(answer)
    expect(given).toEqual({
      access_token: expect.any(String),
      issued_token_type: PROVIDER_TOKEN,
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: 'openid profile email',
    })
    expect(given.expires_in).toBeLessThanOrEqual(300)
    expect(await subjectAt(given.access_token)).toBe('kim-there')
    expect((await tokensOf(exchange({ connection: 'idp' }))).access_token).toBe(given.access_token)
  })

  test('gets a fresh one when it is over or nearly so, and the refresh token that came with it counts (RFC 6749 section 6)', async () => {
    const first = await tokensOf(exchange())
    world.advance(200_000)
    expect((await tokensOf(exchange())).access_token).toBe(first.access_token)
    world.advance(45_000)
    const second = await tokensOf(exchange())
    expect(second.access_token).not.toBe(first.access_token)
    expect(second.expires_in).toBe(300)
    world.advance(600_000)
    const third = await tokensOf(exchange())
    expect([await subjectAt(second.access_token), await subjectAt(third.access_token)]).toEqual([
      'kim-there',
      'kim-there',
    ])
  })

  test('keeps a refresh token that the provider does not replace', async () => {
    idp.keepsRefreshTokens = true
    await signInAtProvider()
    for (const _ of [1, 2]) {
      world.advance(600_000)
      expect((await exchange()).status).toBe(200)
    }
  })

  test('burns no refresh token by asking twice at once: one refreshes, the other is told to ask again', async () => {
    world.advance(600_000)
    const before = refreshes()
    const answers = await Promise.all([exchange(), exchange(), exchange()])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 503, 503])
    const later = answers.find(({ status }) => status === 503) as Response
    expect(later.headers.get('Retry-After')).toMatch(/^\d+$/)
    expect(((await later.json()) as { error: string }).error).toBe('temporarily_unavailable')
    expect(refreshes() - before).toBe(1)
    expect((await exchange()).status).toBe(200)
    expect(refreshes() - before).toBe(1)
  })

  test('is given what is there while somebody else refreshes it, as long as that is good', async () => {
    world.advance(250_000)
    const answers = await Promise.all([exchange(), exchange()])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })

  test('gets a token again after a process died in the middle of a refresh', async () => {
    world.advance(600_000)
    const taken = world.platform.now().getTime()
    await world.platform.db.$client.execute(
      `update provider_tokens set has_refresh_token = 0, last_modified = ${taken}`,
    )
    expect((await exchange()).status).toBe(503)
    world.advance(30_001)
    expect((await exchange()).status).toBe(200)
  })

  test('is told that she has to sign in there again when the provider refuses, and nothing stays: invalid_grant', async () => {
    // Used up elsewhere.
    const { clientId, clientSecret } = idp.authenticator
    const headers = { Authorization: basicHeader(clientId, clientSecret) }
    for (const refresh_token of idp.secrets.slice(-4)) {
      const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token })
      await fetch(`${idp.origin}/token`, { method: 'POST', headers, body })
    }
    world.advance(600_000)
    const refused = await exchange()
    expect(await refusal(refused)).toEqual([400, 'invalid_grant'])
    expect(await rows()).toEqual([])
    expect(await refusal(exchange())).toEqual([400, 'invalid_grant'])
    await signInAtProvider()
    expect((await exchange()).status).toBe(200)
  })

  test('is told to ask again when the provider does not answer, and gets one when it does', async () => {
    world.advance(600_000)
    idp.misbehaviour = { broken: ['/token'] }
    expect(await refusal(exchange())).toEqual([503, 'temporarily_unavailable'])
    idp.misbehaviour = {}
    expect((await exchange()).status).toBe(200)
  })

  test('is told so where there is no refresh token and the access token is over', async () => {
    await world.platform.db.$client.execute('delete from provider_tokens')
    idp.refreshes = false
    await signInAtProvider()
    expect((await exchange()).status).toBe(200)
    world.advance(301_000)
    expect(await refusal(exchange())).toEqual([400, 'invalid_grant'])
  })

  test('is not told when a token ends of which the provider does not say it', async () => {
    idp.misbehaviour = { tokens: { expires_in: undefined } }
    await signInAtProvider()
    expect(await tokensOf(exchange())).not.toHaveProperty('expires_in')
  })

  test('may name scopes that were granted, and no others', async () => {
    expect((await exchange({ scope: 'email' })).status).toBe(200)
    expect(await refusal(exchange({ scope: 'email calendar' }))).toEqual([400, 'invalid_scope'])
  })
})
