/** The word that an address is verified goes with the address. */
import { expect, test } from 'vitest'
import { personOf } from '../../../../src/federation/upstream/answer/claims.ts'

const idToken = { iss: 'https://idp.example', sub: '1', aud: 'c', iat: 1, exp: 2 }
const tokens = { access_token: 'a', token_type: 'bearer' as const }
const claimsOf = (ofIdToken: Record<string, unknown>, userinfo: Record<string, unknown>) =>
  personOf({ ...idToken, ...ofIdToken }, userinfo, tokens).claims

test('an address of userinfo is not verified by what the id_token says of another one', () => {
  const claims = claimsOf({ email: 'old@example.com', email_verified: true }, { sub: '1', email: 'victim@example.com' })
  expect(claims).toMatchObject({ email: 'victim@example.com' })
  expect(claims).not.toHaveProperty('email_verified')
})

test('an address of the id_token is not verified by what userinfo says of none', () => {
  const claims = claimsOf({ email: 'victim@example.com' }, { sub: '1', email_verified: true })
  expect(claims).not.toHaveProperty('email_verified')
})

test.each([
  [{ email: 'kim@example.com', email_verified: true }, {}],
  [{}, { email: 'kim@example.com', email_verified: true }],
  [
    { email: 'old@example.com', email_verified: false },
    { email: 'kim@example.com', email_verified: true },
  ],
])('what one document says of its own address stays: %o %o', (ofIdToken, userinfo) => {
  expect(claimsOf(ofIdToken, userinfo)).toMatchObject({ email: 'kim@example.com', email_verified: true })
})
