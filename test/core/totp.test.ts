import { describe, expect, test } from 'vitest'
import { newRecoveryCodes, normalRecoveryCode } from '../../src/core/recovery-code.ts'
import { keyUri, matchingStep, newSeed, seedInWords, timeStep, totpCode } from '../../src/core/totp.ts'

const SEED = new TextEncoder().encode('12345678901234567890')
const at = (seconds: number) => new Date(seconds * 1000)

describe('codes', () => {
  test.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('at %i seconds the code is %s (RFC 6238 appendix B)', async (seconds, code) => {
    expect(await totpCode(SEED, timeStep(at(seconds)))).toBe(code)
  })

  test('the code of the step before and of the step after is taken, and of no other (RFC 6238 section 5.2)', async () => {
    const now = at(1_000_000)
    const step = timeStep(now)
    const found = [-2, -1, 0, 1, 2].map(async (off) => matchingStep(SEED, await totpCode(SEED, step + off), now))
    expect(await Promise.all(found)).toEqual([undefined, step - 1, step, step + 1, undefined])
  })

  test('blanks in a code do not matter, and what is no code is none', async () => {
    const now = at(59)
    expect(await matchingStep(SEED, '287 082 ', now)).toBe(1)
    for (const wrong of ['', '28708', '2870822', '94287082', '٢٨٧٠٨٢']) {
      expect(await matchingStep(SEED, wrong, now)).toBeUndefined()
    }
  })

  test('a key has 160 bits (RFC 4226 section 4), and is another each time', () => {
    expect(newSeed()).toHaveLength(20)
    expect(newSeed()).not.toEqual(newSeed())
  })

  test('a key is shown in base32, and in a key URI whose issuer and account are escaped', () => {
    expect(seedInWords(SEED)).toBe('GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ')
    expect(keyUri(SEED, 'Acme & Co', 'kim@x')).toBe(
      'otpauth://totp/Acme%20%26%20Co:kim%40x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme%20%26%20Co',
    )
  })
})

describe('recovery codes', () => {
  test('ten different ones of ten letters, none of which is taken for another', () => {
    const codes = newRecoveryCodes()
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/)
  })

  test('however one is typed, it is the same', () => {
    expect(normalRecoveryCode(' 3F9KQ x0z1m ')).toBe(normalRecoveryCode('3f9kq-xOzIm'))
  })
})
