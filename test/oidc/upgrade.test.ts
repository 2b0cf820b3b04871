/** What was given before the provider's migration (0007) is good after it: sessions, codes, refresh tokens and secrets. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate as runMigrations } from 'drizzle-orm/libsql/migrator'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashToken } from '../../src/core/crypto.ts'
import { openDatabase } from '../../src/runtime/open-database.ts'
import { basicHeader, testWorld, type TestWorld } from '../support/app.ts'
import { firstMigrations } from '../support/old-migrations.ts'
import { CHALLENGE, REDIRECT_URI, VERIFIER } from './world.ts'

const HOUR_MS = 3_600_000
const BASIC = basicHeader('client-of-before', 'secret-of-before')
const COOKIE = 's'.repeat(43)

let folder: string
let world: TestWorld
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'upgrade-'))
  const db = openDatabase(`file:${folder}/postern.db`)
  await runMigrations(db, { migrationsFolder: firstMigrations(folder, 7) })
  const insert = (table: string, row: Record<string, string | number>) => {
    const all = { ...(table === 'tenants' ? {} : { tenant_id: 't' }), ...row }
    const marks = Object.keys(all).map(() => '?')
    const sql = `insert into ${table} (${Object.keys(all).join(', ')}) values (${marks.join(', ')})`
    return db.$client.execute({ sql, args: Object.values(all) })
  }
  const now = Date.now()
  const soon = now + HOUR_MS
  await insert('tenants', { id: 't', slug: '', name: 'postern', created: 1 })
  const user = { user_name: 'kim', user_name_key: 'kim', active: 1, source: 'scim', document: '{"userName":"kim"}' }
  await insert('users', { id: 'kim', ...user, created: 1, last_modified: 1, version: 1 })
  await insert('registration_settings', { policy: 'open' })
  await insert('applications', {
    id: 'a',
    name: 'before',
    name_key: 'before',
    template: 'traditional-web-application',
    client_id: 'client-of-before',
    client_secret_hash: hashToken('secret-of-before'),
    redirect_uris: JSON.stringify([REDIRECT_URI]),
    grant_types: '["authorization_code","refresh_token"]',
    token_endpoint_auth_method: 'client_secret_basic',
    login_flow: '{"steps":[{"options":["password"]}]}',
    created: 1,
    last_modified: 1,
  })
  await insert('sessions', {
    id_hash: hashToken(COOKIE),
    user_id: 'kim',
    method: 'pwd',
    authenticated_at: now,
    expires_at: soon,
    sid: 'sid-of-before',
    last_used_at: now,
    idle_seconds: 3600,
  })
  const granted = { application_id: 'a', user_id: 'kim', scope: 'openid offline_access', authenticated_at: now }
  const code = { redirect_uri: REDIRECT_URI, token_id: 'token-1', code_challenge: CHALLENGE, sid: 'sid-of-before' }
  const times = { expires_at: soon, forget_at: soon }
  await insert('authorization_codes', { code_hash: hashToken('code-of-before'), ...granted, ...code, ...times })
  await insert('grants', { id: 'grant-1', ...granted, created: now, expires_at: soon })
  const refresh = { token_hash: hashToken('refresh-of-before'), grant_id: 'grant-1', created: now, expires_at: soon }
  await insert('refresh_tokens', refresh)
  db.$client.close()
  world = await testWorld({ url: `file:${folder}/postern.db` })
})
afterAll(() => {
  world.platform.db.$client.close()
  rmSync(folder, { recursive: true })
})

async function token(form: Record<string, string>): Promise<Record<string, string>> {
  const body = new URLSearchParams({ redirect_uri: REDIRECT_URI, ...form })
  const url = `${world.platform.config.baseUrl}/oauth2/token`
  const answer = await world.app.request(url, { method: 'POST', headers: { Authorization: BASIC }, body })
  return (await answer.json()) as Record<string, string>
}

const visit = (path: string) => {
  const headers = { Cookie: `__Host-postern-session-localhost-9443=${COOKIE}` }
  return Promise.resolve(world.app.request(world.platform.config.baseUrl + path, { headers }))
}

test('a refresh token of before goes on, and says nothing of how she signed in (RFC 6749 section 6)', async () => {
  const tokens = await token({ grant_type: 'refresh_token', refresh_token: 'refresh-of-before' })
  expect(tokens).toMatchObject({ scope: 'openid offline_access', token_type: 'Bearer' })
  const claims = decodeJwt(tokens.id_token ?? '')
  expect(claims).toMatchObject({ sub: 'kim', aud: 'client-of-before' })
  expect([claims.amr, claims.acr]).toEqual([undefined, undefined])
  expect(await token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' })).toHaveProperty(
    'access_token',
  )
})

test('a code of before is redeemed (RFC 6749 section 4.1.3)', async () => {
  const tokens = await token({ grant_type: 'authorization_code', code: 'code-of-before', code_verifier: VERIFIER })
  expect(decodeJwt(tokens.id_token ?? '')).toMatchObject({ sub: 'kim', sid: 'sid-of-before' })
})

test('a session of before is one, and counts as one factor (OpenID Connect Core section 2)', async () => {
  expect((await visit('/account')).status).toBe(200)
  const query = { client_id: 'client-of-before', redirect_uri: REDIRECT_URI, response_type: 'code', scope: 'openid' }
  const proof = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }
  const answer = await visit(`/oauth2/authorize?${new URLSearchParams({ ...query, ...proof })}`)
  const code = new URL(answer.headers.get('Location') ?? '').searchParams.get('code') ?? ''
  const { id_token } = await token({ grant_type: 'authorization_code', code, code_verifier: VERIFIER })
  expect(decodeJwt(id_token ?? '')).toMatchObject({ sub: 'kim', amr: ['pwd'], acr: 'urn:postern:acr:1fa' })
})

test('clients that register themselves have to use PKCE unless the tenant says otherwise (RFC 9700 section 2.1.1)', async () => {
  const url = `${world.platform.config.baseUrl}/oauth2/register`
  const body = JSON.stringify({ redirect_uris: ['https://new.example/cb'] })
  const answer = await world.app.request(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  })
  expect(answer.status).toBe(201)
  const { client_id } = (await answer.json()) as { client_id: string }
  const query = { client_id, redirect_uri: 'https://new.example/cb', response_type: 'code', scope: 'openid' }
  const refused = await visit(`/oauth2/authorize?${new URLSearchParams(query)}`)
  expect(new URL(refused.headers.get('Location') ?? '').searchParams.get('error')).toBe('invalid_request')
})
