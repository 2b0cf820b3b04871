import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { CLOCK_TOLERANCE_SECONDS, findIdTokenFault } from '../../../../src/federation/upstream/answer/id-token.ts'

const now = new Date('2026-01-31T12:00:00Z')
const seconds = now.getTime() / 1000
const claims = { iss: 'https://idp.example', sub: '1', aud: 'c', iat: seconds, exp: seconds + 300 }

function fault(change: Record<string, unknown>, alg = 'RS256') {
  const header = Buffer.from(JSON.stringify({ alg })).toString('base64url')
  const context = { idToken: `${header}.e30.AA`, accessToken: 'token', clientId: 'c', now }
  return findIdTokenFault({ ...claims, ...change }, context)
}

function halfOf(hash: string): string {
  const digest = createHash(hash).update('token').digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}

describe('an id_token whose signature holds', () => {
  test('has no fault if its other claims are right', async () => {
    expect(await fault({})).toBeUndefined()
    expect(await fault({ azp: 'c', at_hash: halfOf('sha256') })).toBeUndefined()
  })

  test('is for another client if azp says so (OIDC Core section 3.1.3.7, 5)', async () => {
    expect(await fault({ azp: 'other' })).toMatch(/azp/)
  })

  test('may be from a clock that is a little ahead, and not more (OIDC Core section 3.1.3.7, 10)', async () => {
    expect(await fault({ iat: seconds + CLOCK_TOLERANCE_SECONDS })).toBeUndefined()
    expect(await fault({ iat: seconds + CLOCK_TOLERANCE_SECONDS + 1 })).toMatch(/iat/)
  })

  test('came with another access token if at_hash is another (OIDC Core section 3.1.3.8)', async () => {
    expect(await fault({ at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' })).toMatch(/at_hash/)
  })

  test('has at_hash made by the hash of its algorithm (OIDC Core section 3.1.3.6)', async () => {
    expect(await fault({ at_hash: halfOf('sha512') }, 'EdDSA')).toBeUndefined()
    expect(await fault({ at_hash: halfOf('sha256') }, 'EdDSA')).toMatch(/at_hash/)
  })

  test('names nobody if sub is empty or longer than 255 characters (OIDC Core section 2)', async () => {
    expect(await fault({ sub: '' })).toMatch(/sub/)
    expect(await fault({ sub: 'x'.repeat(256) })).toMatch(/sub/)
    expect(await fault({ sub: 'x'.repeat(255) })).toBeUndefined()
  })
})
