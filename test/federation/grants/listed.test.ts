import { describe, expect, test } from 'vitest'
import { grantNotes, listedIn } from '../../../src/federation/grants/listed.ts'
import { planGrants, type Standing, wantedBy } from '../../../src/federation/grants/plan.ts'
import { DEFAULT_JIT } from '../../../src/connections/jit/settings.ts'

const listed = (...mentions: string[][]) => ({ kind: 'listed', mentions })

describe('the claim that lists groups', () => {
  test.each<[string, unknown, unknown]>([
    ['texts', ['a', 'b c'], listed(['a'], ['b c'])],
    ['numbers, which GitHub and others have as ids', [12, 7], listed(['12'], ['7'])],
    ['objects as SCIM has them', [{ value: '1', display: 'A', $ref: 'x' }], listed(['1', 'A'])],
    ['objects with a name', [{ name: 'a' }, { id: 3, name: 'b' }], listed(['a'], ['3', 'b'])],
    ['nothing', [], listed()],
    ['one text', 'a', listed(['a'])],
    ['a text with commas or semicolons, as a whole as well', 'a, b;c', listed(['a'], ['b'], ['c'], ['a, b;c'])],
    ['an empty text', '', listed()],
    ['some that are unusable', ['a', null, '', 'b\u0000', ['c'], true], listed(['a'])],
    ['something else', { a: 1 }, { kind: 'unusable', why: 'shape' }],
    ['only something else', [[], {}], { kind: 'unusable', why: 'shape' }],
    ['true', true, { kind: 'unusable', why: 'shape' }],
    ['null', null, { kind: 'absent' }],
    ['too many', Array.from({ length: 2001 }, (_, i) => String(i)), { kind: 'unusable', why: 'too-many' }],
    ['too many in one text', 'a,'.repeat(2001), { kind: 'unusable', why: 'too-many' }],
    ['what is longer than any list', 'a'.repeat(1_000_000), { kind: 'unusable', why: 'too-many' }],
  ])('may have %s', (_what, groups, expected) => {
    expect(listedIn({ groups }, 'groups')).toEqual(expected)
  })

  test('may be anywhere, or not there', () => {
    expect(listedIn({ realm_access: { roles: ['a'] } }, 'realm_access.roles')).toEqual(listed(['a']))
    expect(listedIn({ roles: [{ x: 'a' }] }, 'roles[*].x')).toEqual(listed(['a']))
    expect(listedIn({}, 'groups')).toEqual({ kind: 'absent' })
    expect(listedIn({}, '..')).toEqual({ kind: 'absent' })
  })

  test('is not there if the provider says that they are elsewhere, and that is noted (OIDC Core section 5.6.2)', () => {
    const overage = { kind: 'unusable', why: 'overage' }
    const claims = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://graph.example' } } }
    expect(listedIn(claims, 'groups')).toEqual(overage)
    expect(listedIn({ hasgroups: true }, 'groups')).toEqual(overage)
    expect(listedIn(claims, 'roles')).toEqual({ kind: 'absent' })
    const jit = { ...DEFAULT_JIT, groups: { claim: 'groups', sync: 'merge' as const } }
    expect(grantNotes(jit, claims)).toEqual({ ignoredClaims: [{ claim: 'groups', why: 'overage' }] })
    expect(grantNotes(jit, { groups: [] })).toEqual({})
  })
})

test('what is in the map counts by the map, and the rest by name if that is wanted', () => {
  const grant = { claim: 'groups', sync: 'merge' as const, map: { a: ['1', '2'], 'B-id': ['2'] } }
  const mentions = [['a'], ['B-id', 'B'], ['c'], ['toString']]
  expect(wantedBy(grant, mentions)).toEqual({ ids: ['1', '2'], names: [] })
  expect(wantedBy({ ...grant, byName: true }, mentions)).toEqual({ ids: ['1', '2'], names: ['c', 'toString'] })
})

describe('a plan', () => {
  const G = { id: 'g', name: 'G', builtIn: false }
  const standing = (change: Partial<Standing>): Standing => ({
    ...G,
    isMember: true,
    isOurs: false,
    isAnothers: false,
    ...change,
  })
  type Row = [fact: string, standing: Partial<Standing> | undefined, said: boolean, merge: string, replace: string]
  const TABLE: Row[] = [
    ['nobody had granted', undefined, true, 'add vouch', 'add vouch'],
    ['an administrator had given', {}, true, '', ''],
    ['we had granted', { isOurs: true }, true, '', ''],
    ['another connection had granted', { isAnothers: true }, true, 'vouch', 'vouch'],
    ['we had granted, and somebody took away here', { isMember: false, isOurs: true }, true, 'add', 'add'],
    ['an administrator had given', {}, false, '', 'remove'],
    ['we had granted', { isOurs: true }, false, 'remove forget', 'remove forget'],
    ['we and another had granted', { isOurs: true, isAnothers: true }, false, 'forget', 'remove forget'],
    ['another connection had granted', { isAnothers: true }, false, '', 'remove'],
    ['we had granted, and somebody took away here', { isMember: false, isOurs: true }, false, 'forget', 'forget'],
  ]
  test.each(TABLE)('of what %s (%j), said now: %s', (_fact, row, said, merge, replace) => {
    const done = (sync: 'merge' | 'replace') => {
      const plan = planGrants(sync, said ? [G] : [], row ? [standing(row)] : [])
      return (['add', 'remove', 'vouch', 'forget'] as const).filter((one) => plan[one].length > 0).join(' ')
    }
    expect([done('merge'), done('replace')]).toEqual([merge, replace])
  })
})
