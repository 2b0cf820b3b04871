/** What is kept of a person who is asked something. */
import { beforeAll, expect, test } from 'vitest'
import { findArrival } from '../../../src/federation/arrival/queries.ts'
import { storeArrival } from '../../../src/federation/arrival/commands.ts'
import { arrivals } from '../../../src/db/schema.ts'
import type { Scope } from '../../../src/platform.ts'
import { testWorld } from '../../support/app.ts'

const PERSON = { issuer: 'https://idp.example', subject: 'x', claims: { sub: 'x' } }
const AUTHENTICATOR = { type: 'oidc' as const, clientId: 'c', issuer: PERSON.issuer }

let scope: Scope
beforeAll(async () => {
  scope = await (await testWorld()).scope()
})

test.each([
  [{}, {}],
  [{ keepTokens: true }, { accessToken: 'at', refreshToken: 'rt', expiresIn: 300, scope: 'openid' }],
  [{ passSignOut: true }, { idToken: 'idt' }],
])('of the provider’s tokens a connection with %j keeps %j while she is asked', async (settings, kept) => {
  const tokens = { accessToken: 'at', refreshToken: 'rt', idToken: 'idt', expiresIn: 300, scope: 'openid' }
  const connection = { id: 'c', authenticator: { ...AUTHENTICATOR, ...settings } }
  const id = await storeArrival(scope, 'browser', { connection, person: { ...PERSON, tokens }, returnTo: '/account' })
  expect((await findArrival(scope, id, 'browser'))?.person).toEqual({ ...PERSON, tokens: kept })
})

test('nothing of it can be read where it is kept', async () => {
  const connection = { id: 'c', authenticator: { ...AUTHENTICATOR, keepTokens: true } }
  const person = { ...PERSON, subject: 'who-she-is', tokens: { accessToken: 'a-secret' } }
  const id = await storeArrival(scope, 'browser', { connection, person, returnTo: '/account' })
  const rows = JSON.stringify(await scope.db.select().from(arrivals))
  for (const secret of [id, person.subject, 'a-secret']) expect(rows).not.toContain(secret)
})

test('the provider’s token has lived while she was asked: how long it is good for is counted from its answer', async () => {
  const tokens = { accessToken: 'x', expiresIn: 300 }
  const connection = { id: 'c', authenticator: { ...AUTHENTICATOR, keepTokens: true } }
  const person = { ...PERSON, tokens, sid: 's' }
  const id = await storeArrival(scope, 'browser', { connection, person, returnTo: '/account' })
  const later = { ...scope, now: new Date(scope.now.getTime() + 60_000) }
  expect((await findArrival(later, id, 'browser'))?.person).toEqual({
    ...person,
    tokens: { ...tokens, expiresIn: 240 },
  })
})
