import { expect, test } from 'vitest'
import { checkLogoutClaims } from '../../../src/federation/logout/token.ts'

const NOW = new Date('2026-12-01T12:00:00Z')
const SECONDS = NOW.getTime() / 1000
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const EXPECTED = { issuer: 'https://idp.example', clientId: 'us', now: NOW }
const PROPER = {
  iss: 'https://idp.example',
  aud: 'us',
  iat: SECONDS,
  exp: SECONDS + 120,
  jti: 'one',
  sub: 'kim',
  sid: 'there',
  events: { [EVENT]: {} },
}
const check = (change: Record<string, unknown>, header: Record<string, unknown> = { typ: 'logout+jwt' }) =>
  checkLogoutClaims(header, { ...PROPER, ...change }, EXPECTED)

test.each<[string, Record<string, unknown>, Record<string, unknown>?]>([
  ['all of it', {}],
  ['a sub alone', { sid: undefined }],
  ['a sid alone', { sub: undefined }],
  ['several audiences, we among them', { aud: ['other', 'us'] }],
  ['no exp, as in drafts', { exp: undefined }],
  ['an event with something in it', { events: { [EVENT]: { more: 1 }, 'urn:other': {} } }],
  ['no typ', {}, {}],
  ['the type that providers had before explicit typing', {}, { typ: 'JWT' }],
  ['the whole media type', {}, { typ: 'application/logout+jwt' }],
  ['a clock a little ahead', { iat: SECONDS + 50 }],
])('a logout token with %s is one (Back-Channel Logout 1.0 section 2.4)', (_what, change, header) => {
  expect(check(change, header)).toMatchObject({ ok: true })
})

test.each<[string, Record<string, unknown>, Record<string, unknown>?]>([
  ['another issuer', { iss: 'https://evil.example' }],
  ['no issuer', { iss: undefined }],
  ['another audience', { aud: 'other' }],
  ['no audience', { aud: undefined }],
  ['another authorized party', { azp: 'other' }],
  ['no events', { events: undefined }],
  ['another event', { events: { 'urn:other': {} } }],
  ['an event that is no object', { events: { [EVENT]: true } }],
  ['events that are a list', { events: [EVENT] }],
  ['a nonce', { nonce: 'n' }],
  ['neither sub nor sid', { sub: undefined, sid: undefined }],
  ['an empty sub', { sub: '', sid: undefined }],
  ['a sid that is no text', { sid: 7 }],
  ['no jti', { jti: undefined }],
  ['no iat', { iat: undefined }],
  ['an iat in the future', { iat: SECONDS + 120, exp: SECONDS + 400 }],
  ['an exp that is over', { iat: SECONDS - 300, exp: SECONDS - 120 }],
  ['an iat of two hours ago, whatever its exp', { iat: SECONDS - 7200, exp: SECONDS + 7200 }],
  ['an exp that is no number', { exp: 'never' }],
  ['the type of an access token', {}, { typ: 'at+jwt' }],
  ['a type that is no text', {}, { typ: 1 }],
])('one with %s is none (Back-Channel Logout 1.0 section 2.6)', (_what, change, header) => {
  expect(check(change, header)).toMatchObject({ ok: false })
})

test('it is remembered as long as it could be sent again', () => {
  const until = (change: Record<string, unknown>) => {
    const checked = check(change)
    return checked.ok ? (checked.claims.until.getTime() - NOW.getTime()) / 1000 : 0
  }
  expect(until({})).toBe(180)
  expect(until({ exp: undefined })).toBe(3660)
  expect(until({ exp: SECONDS + 1e9 })).toBe(3660)
})
