/** What a server may give back otherwise than it was sent, and what is drift. */
import { describe, expect, test } from 'vitest'
import { asIfSent, differencesBetween } from '../../../src/outbound/reconcile/compare.ts'
import { attribute, type ResourceType, withExtension } from '../../../src/scim/schema.ts'
import { USER } from '../../../src/scim/resource-types.ts'

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const OWN = 'urn:example:own:2.0:User'
const TYPE: ResourceType = withExtension(USER, {
  id: OWN,
  name: 'own',
  description: '',
  attributes: [attribute('since', 'dateTime', ''), attribute('code', 'string', '', { caseExact: true })],
})

function pathsBetween(wanted: Record<string, unknown>, found: Record<string, unknown>, sent = wanted): string[] {
  const body = { schemas: [CORE], ...wanted }
  return differencesBetween(TYPE, body, { schemas: [CORE], ...sent }, { id: 'r1', ...found }).map(({ path }) => path)
}

describe('no drift', () => {
  test.each([
    ['what we never sent', { userName: 'kim' }, { userName: 'kim', nickName: 'K', meta: { version: '1' }, groups: [] }],
    ['the case of what is not case-exact (RFC 7643 section 7)', { userName: 'Kim' }, { userName: 'kim' }],
    ['a name in another case (RFC 7643 section 2.1)', { userName: 'kim' }, { USERNAME: 'kim' }],
    [
      'the order of values',
      { emails: [{ value: 'a@x' }, { value: 'b@x' }] },
      { emails: [{ value: 'b@x' }, { value: 'a@x' }] },
    ],
    ['the order of simple values', { tags: ['a', 'b'] }, { tags: ['b', 'a'] }],
    [
      'what a server adds to a value (RFC 7643 section 2.4)',
      { emails: [{ value: 'a@x' }] },
      { emails: [{ value: 'A@x', type: 'work', display: 'a@x', primary: false, $ref: 'https://x' }] },
    ],
    [
      'what a server says of a manager (RFC 7643 section 4.3)',
      { [ENTERPRISE]: { manager: { value: 'm1' } } },
      { [ENTERPRISE]: { manager: { value: 'm1', displayName: 'Ann', $ref: '../Users/m1' } } },
    ],
    [
      'a formatted name that a server makes',
      { name: { familyName: 'Lee' } },
      { name: { familyName: 'Lee', formatted: 'Lee' } },
    ],
    ['what is empty, absent (RFC 7643 section 2.5)', { title: '', emails: [], nickName: null }, {}],
    ['what is absent, empty', {}, { title: '', emails: [], name: {} }, { title: 'x', emails: [{ value: 'a@x' }] }],
    ['somebody active of whom nothing is said', { active: true }, {}],
    ['false that is left out', { emails: [{ value: 'a@x', primary: false }] }, { emails: [{ value: 'a@x' }] }],
    ['a boolean as text', { active: false }, { active: 'False' }],
    ['one value without its brackets', { emails: [{ value: 'a@x' }] }, { emails: { value: 'a@x' } }],
    [
      'an extension under its URN in another case',
      { [ENTERPRISE]: { department: 'IT' } },
      { [ENTERPRISE.toLowerCase()]: { Department: 'IT' } },
    ],
    [
      'one moment in two zones',
      { [OWN]: { since: '2030-01-01T00:00:00Z' } },
      { [OWN]: { since: '2030-01-01T01:00:00.000+01:00' } },
    ],
    ['an externalId that is not kept', { externalId: 'u1' }, {}],
    ['a password, which is never given back', { password: 'x' }, {}],
    ['what was sent and is neither wanted nor there', {}, {}, { title: 'Cook' }],
  ])('%s', (_what, wanted, found, sent: Record<string, unknown> = wanted) => {
    expect(pathsBetween(wanted, found, sent)).toEqual([])
  })
})

describe('drift', () => {
  test.each([
    ['another value', { userName: 'kim' }, { userName: 'ann' }, ['userName']],
    ['a value that is gone', { title: 'Cook' }, {}, ['title']],
    ['somebody who was switched off', { active: true }, { active: false }, ['active']],
    ['somebody who was to be off, of whom nothing is said', { active: false }, {}, ['active']],
    ['one value more', { emails: [{ value: 'a@x' }] }, { emails: [{ value: 'a@x' }, { value: 'b@x' }] }, ['emails']],
    [
      'one value less',
      { emails: [{ value: 'a@x' }, { value: 'a@x' }] },
      { emails: [{ value: 'a@x' }, { value: 'b@x' }] },
      ['emails'],
    ],
    [
      'another type than was sent',
      { emails: [{ value: 'a@x', type: 'work' }] },
      { emails: [{ value: 'a@x', type: 'home' }] },
      ['emails'],
    ],
    [
      'the primary one is another',
      { emails: [{ value: 'a@x', primary: true }] },
      { emails: [{ value: 'a@x' }] },
      ['emails'],
    ],
    [
      'a part that we did not send',
      { name: { familyName: 'L' } },
      { name: { familyName: 'L', givenName: 'K' } },
      ['name'],
    ],
    [
      'an attribute of an extension, by its own path',
      { [ENTERPRISE]: { department: 'IT', division: 'x' } },
      { [ENTERPRISE]: { department: 'HR', division: 'x' } },
      [`${ENTERPRISE}:department`],
    ],
    ['the case of what is case-exact', { [OWN]: { code: 'aB' } }, { [OWN]: { code: 'ab' } }, [`${OWN}:code`]],
    ['the case of what no schema tells', { unknown: 'aB' }, { unknown: 'ab' }, ['unknown']],
    ['an externalId of somebody else', { externalId: 'u1' }, { externalId: 'u2' }, ['externalId']],
  ])('%s', (_what, wanted, found, paths) => {
    expect(pathsBetween(wanted, found)).toEqual(paths)
  })

  test('what was sent, is not wanted any more and is still there', () => {
    expect(pathsBetween({}, { title: 'Cook' }, { title: 'Cook' })).toEqual(['title'])
  })
})

test('the ledger says what was found where it differs, and otherwise what was sent', () => {
  const sent = { schemas: [CORE], userName: 'kim', title: 'Cook', [ENTERPRISE]: { department: 'IT', division: 'x' } }
  const found = { id: 'r1', userName: 'kim', title: 'Chef', [ENTERPRISE]: { division: 'x' }, nickName: 'K' }
  const differences = differencesBetween(TYPE, sent, sent, found)
  expect(asIfSent(sent, differences)).toEqual({
    schemas: [CORE],
    userName: 'kim',
    title: 'Chef',
    [ENTERPRISE]: { division: 'x' },
  })
})
