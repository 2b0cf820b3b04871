import type { IDToken, TokenEndpointResponse } from 'oauth4webapi'
import { describe, expect, test } from 'vitest'
import { personOf } from '../../../../src/federation/upstream/answer/claims.ts'
import { withVerifiedAddress } from '../../../../src/federation/upstream/entra.ts'

const PROPER = { iss: 'https://idp.example', sub: '1', aud: 'c', iat: 1_800_000_000, exp: 1_800_000_300 }
const TOKENS = { access_token: 'at', token_type: 'bearer' as const }
const person = (claims: Partial<IDToken>, userinfo: object = {}, tokens: Partial<TokenEndpointResponse> = {}) =>
  personOf({ ...PROPER, ...claims } as IDToken, userinfo as Record<string, unknown>, { ...TOKENS, ...tokens })

describe('who came', () => {
  test('is who the id_token names, whatever userinfo says', () => {
    const { issuer, subject, claims } = person({}, { iss: 'https://evil.example', sub: '2', name: 'Kim' })
    expect({ issuer, subject }).toEqual({ issuer: PROPER.iss, subject: '1' })
    expect(claims).toMatchObject({ iss: PROPER.iss, sub: '1', name: 'Kim' })
  })

  test('brings the session there, and nothing of how she signed in to it: what was done there counts for nothing here', () => {
    const told = person({ sid: 's', acr: 'urn:mfa', amr: ['pwd', 'otp'], auth_time: 1_800_000_000 })
    expect(Object.keys(told).toSorted()).toEqual(['claims', 'issuer', 'sid', 'subject', 'tokens'])
    expect(told.sid).toBe('s')
    const wrong = person({ sid: 7 } as Partial<IDToken>)
    expect(Object.keys(wrong).toSorted()).toEqual(['claims', 'issuer', 'subject', 'tokens'])
  })

  test('brings the tokens, as far as there are any', () => {
    expect(person({}).tokens).toEqual({ accessToken: 'at' })
    const more = { refresh_token: 'rt', id_token: 'it', expires_in: 300, scope: 'openid' }
    expect(person({}, {}, more).tokens).toEqual({
      accessToken: 'at',
      refreshToken: 'rt',
      idToken: 'it',
      expiresIn: 300,
      scope: 'openid',
    })
  })
})

describe('whether her address was verified', () => {
  const verified = (claims: Partial<IDToken>, userinfo: object = {}) => person(claims, userinfo).claims.email_verified
  const [mine, yours] = ['mine@example.com', 'yours@example.com']
  test.each<[string, Partial<IDToken>, object, unknown]>([
    ['the id_token says of its own', { email: mine, email_verified: true }, {}, true],
    ['it says of the one that userinfo repeats', { email: mine, email_verified: true }, { email: mine }, true],
    ['it says of another than userinfo has', { email: mine, email_verified: true }, { email: yours }, undefined],
    ['it says of none, and userinfo has one', { email_verified: true }, { email: yours }, undefined],
    ['userinfo takes back', { email: mine, email_verified: true }, { email: mine, email_verified: false }, false],
    ['is said in words', { email: mine, email_verified: 'true' }, {}, true],
    ['is said in other words', { email: mine, email_verified: 'yes' }, {}, 'yes'],
    ['is not said', { email: mine }, {}, undefined],
  ])('%s', (_fact, claims, userinfo, expected) => {
    expect(verified(claims, userinfo)).toBe(expected)
  })

  test.each([
    ['entra', true, true],
    ['entra', '1', true],
    ['entra', 0, undefined],
    ['entra', undefined, undefined],
    ['google', true, undefined],
  ] as const)('at %s with xms_edov %j: %j', (preset, claim, expected) => {
    const claims = { ...PROPER, email: mine, ...(claim === undefined ? {} : { xms_edov: claim }) }
    expect(withVerifiedAddress<Record<string, unknown>>(claims, { preset }).email_verified).toBe(expected)
  })
})
