import { describe, expect, test } from 'vitest'
import { userOf } from '../../../src/federation/upstream/answer/users.ts'
import type { ProviderPreset } from '../../../src/db/schema.ts'

const claims = (preset: ProviderPreset | undefined, said: object, emails?: unknown) =>
  userOf(preset, said as Record<string, unknown>, emails)?.claims

describe('whether an address was verified', () => {
  test.each<[string, ProviderPreset | undefined, object, unknown, unknown]>([
    ['GitHub, by its list', 'github', { id: 1 }, [{ email: 'a@b.example', primary: true, verified: true }], true],
    ['GitHub, by its list', 'github', { id: 1 }, [{ email: 'a@b.example', primary: true, verified: false }], false],
    [
      'GitHub, whatever the user says',
      'github',
      { id: 1, email: 'a@b.example', email_verified: true },
      undefined,
      undefined,
    ],
    ['Facebook says nothing', 'facebook', { id: '1', email: 'a@b.example' }, undefined, undefined],
    [
      'Facebook is not believed',
      'facebook',
      { id: '1', email: 'a@b.example', email_verified: true },
      undefined,
      undefined,
    ],
    ['Discord', 'discord', { id: '1', email: 'a@b.example', verified: true }, undefined, true],
    ['Discord', 'discord', { id: '1', email: 'a@b.example', verified: 'yes' }, undefined, false],
    ['X, of what it confirmed', 'x', { data: { id: '1', confirmed_email: 'a@b.example' } }, undefined, true],
    [
      'X, of nothing else',
      'x',
      { data: { id: '1', email: 'a@b.example', email_verified: true } },
      undefined,
      undefined,
    ],
    ['any other', undefined, { sub: '1', email: 'a@b.example', email_verified: true }, undefined, true],
    [
      'any other, in words',
      undefined,
      { sub: '1', email: 'a@b.example', email_verified: 'true' },
      undefined,
      undefined,
    ],
  ])('%s (%s)', (_fact, preset, said, emails, verified) => {
    expect(claims(preset, said, emails)?.email_verified).toBe(verified)
  })
})

describe('who somebody is', () => {
  test('is said by the provider’s own id, and by nothing that a person may choose', () => {
    expect(userOf('github', { id: 7, sub: 'admin', login: 'kim' }, undefined)?.subject).toBe('7')
    expect(claims('github', { id: 7, sub: 'admin', iss: 'x', login: 'kim' })).not.toMatchObject({ sub: 'admin' })
    expect(claims('github', { id: 7, iss: 'x' })).not.toHaveProperty('iss')
  })

  test.each([null, true, {}, [], '', 1.5, 2 ** 60, 'x'.repeat(256)])('is nobody for an id that is %j', (id) => {
    expect(userOf('discord', { id }, undefined)).toBeUndefined()
  })

  test('has what else was said for a mapping, under the provider’s names', () => {
    expect(claims('github', { id: 7, company: 'Acme' })).toMatchObject({ sub: '7', company: 'Acme' })
  })
})
