/** Names by WSO2's provisioning patterns, and the attributes that are read for an account. */
import { describe, expect, test } from 'vitest'
import { parsePattern } from '../../src/connections/connectors/pattern.ts'
import { attributeAt } from '../../src/outbound/attribute-at.ts'
import { inDomain, nameByPattern } from '../../src/outbound/pattern.ts'
import { freedUsername } from '../../src/outbound/salesforce/body.ts'

const HERE = { userName: 'Kim', slug: '', connection: 'Salesforce' }

describe('a name by a pattern', () => {
  test.each([
    [undefined, undefined, HERE, 'kim'],
    ['{UN}', '-', HERE, 'kim'],
    // WSO2's own example, by its documentation.
    [
      '{UD,UN,TD,IDP}',
      '-',
      { ...HERE, userName: 'user@provisioning.com' },
      'primary-user@provisioning.com-carbon.super-salesforce',
    ],
    ['{UD, UN, TD, IDP}', '-', HERE, 'primary-kim-carbon.super-salesforce'],
    ['{UN,TD}', undefined, { ...HERE, slug: 'acme' }, 'kim_acme'],
    ['{IDP,UN}', '.', HERE, 'salesforce.kim'],
    ['{TD,UN}', '.', HERE, 'carbonsuper.kim'],
    ['{UN,IDP}', '-', { ...HERE, connection: 'My sales-force' }, 'kim-mysalesforce'],
    ['{UD,UN}', '_', { ...HERE, userName: 'EMEA_2/Kim_B' }, 'emea2_kim_b'],
    ['{UN}', '_', { ...HERE, userName: 'EMEA/kim' }, 'kim'],
    ['{UN,TD}', '', { ...HERE, slug: 'acme' }, 'kimacme'],
  ])('%s with %s of %o is %s', (pattern, separator, facts, name) => {
    const settings = {
      ...(pattern === undefined ? {} : { pattern }),
      ...(separator === undefined ? {} : { separator }),
    }
    expect(nameByPattern(facts, settings)).toBe(name)
  })

  test.each(['', 'UN', '{}', '{UX}', '{UN,}', '{UN},{TD}', '{un}'])('%s is no pattern', (text) => {
    expect(parsePattern(text)).toBeUndefined()
  })

  test.each([
    ['kim', 'kim@acme.example'],
    ['Kim@ACME.example', 'kim@acme.example'],
    ['kim@mail.example', 'kim.mail.example@acme.example'],
    // Its end alone is not its domain.
    ['kim@not-acme.example', 'kim.not-acme.example@acme.example'],
  ])('%s stands in the domain as %s', (name, address) => {
    expect(inDomain(name, 'acme.example')).toBe(address)
  })
})

describe('the Username of who has left', () => {
  test('is another one that is no longer than Salesforce takes, and the same when it is asked for again', () => {
    const id = '0190a000-0000-7000-8000-0123456789ab'
    expect(freedUsername('kim@acme.example', id)).toBe('kim@acme.example.0123456789ab')
    const long = freedUsername(`${'k'.repeat(67)}@acme.example`, id)
    expect(long).toMatch(/^k+@acme\.example\.0123456789ab$/)
    expect(long).toHaveLength(80)
    expect(freedUsername(long, id)).toBe(long)
  })
})

describe('the attribute at a path', () => {
  const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
  const USER = {
    schemas: [],
    title: 'Cook',
    name: { givenName: 'Kim' },
    nickName: ' ',
    emails: [
      { value: 'home@x.example', type: 'home' },
      { value: 'work@x.example', primary: true },
    ],
    phoneNumbers: [{ value: '1' }, { value: '2' }],
    [ENTERPRISE]: { costCenter: '4711', manager: { displayName: 'Ann' } },
  }
  test.each([
    ['title', 'Cook'],
    ['TITLE', 'Cook'],
    ['name.givenName', 'Kim'],
    ['name.familyName', undefined],
    ['nickName', undefined],
    ['emails', 'work@x.example'],
    ['emails.value', 'work@x.example'],
    ['emails.type', undefined],
    ['phoneNumbers', '1'],
    [`${ENTERPRISE}:costCenter`, '4711'],
    [`${ENTERPRISE}:manager.displayName`, 'Ann'],
    ['nothing', undefined],
  ])('%s is %s', (path, value) => {
    expect(attributeAt(USER, path)).toBe(value)
  })
})
