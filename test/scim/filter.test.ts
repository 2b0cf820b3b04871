import { expect, test } from 'vitest'
import { checkFilter } from '../../src/scim/check.ts'
import { type Filter, parseFilter } from '../../src/scim/filter.ts'
import { normalizeFilter, parseLenientFilter } from '../../src/scim/lenient-filter.ts'
import { matches } from '../../src/scim/matches.ts'
import { GROUP, USER } from '../../src/scim/resource-types.ts'
import type { Resource } from '../../src/scim/schema.ts'
import { refusalOf } from './refusal.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const JENSEN: Resource = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
  id: '2819c223-7f76-453a-919d-413861904646',
  externalId: 'BJensen',
  userName: 'bjensen@example.com',
  name: { familyName: "O'Malley", givenName: 'Barbara' },
  displayName: 'Straße',
  title: '',
  active: true,
  password: 'secret',
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  groups: [{ value: 'g1', $ref: 'https://example.com/Groups/g1', display: 'Tour Guides' }],
  [ENTERPRISE]: { employeeNumber: '701984', department: 'Tours', manager: { value: '26118915', displayName: 'Smith' } },
  meta: { resourceType: 'User', created: '2010-01-23T04:56:22Z', lastModified: '2011-05-13T04:42:34.123Z' },
}

/** A filter in brackets, so that a table shows how it was read. */
function shown(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.filters.map(shown).join(` ${filter.kind} `)})`
    case 'not':
      return `not ${shown(filter.filter)}`
    case 'present':
      return `${filter.path} pr`
    case 'valuePath':
      return `${filter.path}[${shown(filter.filter)}]`
    case 'comparison':
      return `${filter.path} ${filter.operator} ${JSON.stringify(filter.value)}`
  }
}

test.each([
  ['userName eq "bjensen"', 'userName eq "bjensen"'],
  ['USERNAME Eq "x" AND Title PR', '(USERNAME eq "x" and Title pr)'],
  ['a pr or b pr and c pr', '(a pr or (b pr and c pr))'],
  ['a pr and b pr or c pr', '((a pr and b pr) or c pr)'],
  ['(a pr or b pr) and c pr', '((a pr or b pr) and c pr)'],
  ['not (a pr) and b pr', '(not a pr and b pr)'],
  ['not(a pr or b pr)', 'not (a pr or b pr)'],
  ['not (not (a pr))', 'not not a pr'],
  ['((((a pr))))', 'a pr'],
  ['a pr or b pr or c pr', '(a pr or b pr or c pr)'],
  ['emails[type eq "work" and value co "@x"]', 'emails[(type eq "work" and value co "@x")]'],
  ['emails[not (type eq "work") or (value pr)]', 'emails[(not type eq "work" or value pr)]'],
  ['emails[type eq "work"].value eq "x"', 'emails[(type eq "work" and value eq "x")]'],
  ['emails[type eq "work"].value pr and a pr', '(emails[(type eq "work" and value pr)] and a pr)'],
  ['  a   eq   true  ', 'a eq true'],
  ['a eq False', 'a eq false'],
  ['a eq null', 'a eq null'],
  ['a gt -1.5e3', 'a gt -1500'],
  ['a eq "x\\"]\\u00e9\\\\)"', 'a eq "x\\"]é\\\\)"'],
  ['groups.$ref sw "https://"', 'groups.$ref sw "https://"'],
  [`${ENTERPRISE}:manager.value eq "1"`, `${ENTERPRISE}:manager.value eq "1"`],
  [`${ENTERPRISE}:addresses[type eq "a"]`, `${ENTERPRISE}:addresses[type eq "a"]`],
])('%s is read as %s (RFC 7644 §3.4.2.2)', (text, expected) => {
  expect(shown(parseFilter(text))).toBe(expected)
})

test.each([
  ['', 'At character 1: expected an attribute, but it ends.'],
  ['userName', 'At character 9: expected one of pr, eq'],
  ['userName eq', 'At character 12: expected a string in double quotes'],
  [
    'userName eq bjensen',
    'At character 13: expected a string in double quotes, a number, true, false or null, but there is bjensen.',
  ],
  ['userName is "x"', 'At character 10: expected one of pr, eq, ne'],
  ['userName eq "x', 'At character 13: "\\"" has no meaning here.'],
  ["userName eq 'x'", 'At character 13: "\'" has no meaning here.'],
  ['userName eq "x" and', 'At character 20: expected an attribute'],
  ['userName eq "x" title pr', 'At character 17: expected "and", "or" or the end'],
  ['(a pr', 'At character 6: expected "and", "or" or ), but it ends.'],
  ['a pr)', 'At character 5: expected "and", "or" or the end, but there is ).'],
  ['emails[type eq "work"', 'At character 22: expected "and", "or" or ]'],
  ['emails[type[a pr]]', 'At character 12: expected an operator'],
  ['emails[type eq "work"].value', 'At character 29: expected one of pr'],
  ['emails[]', 'At character 8: expected an attribute'],
  ['not a pr', 'At character 5: expected one of pr'],
  ['a eq 01', 'At character 6: "0" has no meaning here.'],
  ['a eq 1x', 'At character 6: "1" has no meaning here.'],
  ['a pr; drop', 'At character 5: ";" has no meaning here.'],
])('%j is invalidFilter with its place (RFC 7644 §3.12)', (text, expected) => {
  expect(refusalOf(() => parseFilter(text))).toContain(`invalidFilter: ${expected}`)
})

test('depth, words and length of a filter are bounded', () => {
  expect(refusalOf(() => parseFilter(`${'('.repeat(40)}a pr${')'.repeat(40)}`))).toMatch(/^invalidFilter: .*deep/)
  expect(refusalOf(() => parseFilter(`${'not('.repeat(40)}a pr${')'.repeat(40)}`))).toMatch(/^invalidFilter: .*deep/)
  expect(refusalOf(() => parseFilter(`a pr${' or a pr'.repeat(600)}`))).toMatch(/^invalidFilter: .*words/)
  expect(refusalOf(() => parseFilter(`a eq "${'x'.repeat(9000)}"`))).toMatch(/^invalidFilter: .*characters/)
  expect(parseFilter(`a pr${' or a pr'.repeat(150)}`)).toMatchObject({ kind: 'or', filters: { length: 151 } })
})

test.each([
  // The examples of RFC 7644, figure 2.
  ['userName Eq "BJENSEN@example.com"', true],
  ['name.familyName co "O\'Malley"', true],
  ['userName sw "J"', false],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "B"', true],
  ['title pr', false],
  ['meta.lastModified gt "2011-05-13T04:42:34Z"', true],
  ['meta.lastModified le "2011-05-13T04:42:34Z"', false],
  ['title pr or userType eq "Intern"', false],
  ['schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"', true],
  ['userName sw "b" and (emails co "example.com" or emails.value co "example.org")', true],
  ['userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")', false],
  ['emails[type eq "work" and value co "@example.com"]', true],
  ['emails[type eq "home" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]', false],
  // One value must have both.
  ['emails[type eq "home"].value eq "babs@jensen.org"', true],
  ['emails[type eq "work"].value eq "babs@jensen.org"', false],
  ['emails.type eq "work" and emails.value eq "babs@jensen.org"', true],
  // caseExact by attribute.
  ['externalId eq "bjensen"', false],
  ['externalId eq "BJensen"', true],
  ['EMAILS.VALUE eq "BABS@JENSEN.ORG"', true],
  ['emails ew ".ORG"', true],
  ['emails eq "babs@jensen.org"', true],
  ['groups.$ref ew "/g1"', true],
  ['groups.$ref ew "/G1"', false],
  // Instants, whatever zone and however many digits.
  ['meta.created eq "2010-01-23T06:56:22+02:00"', true],
  ['meta.created eq "2010-01-23T04:56:22.0000000Z"', true],
  ['meta.created ge "2010-01-23T04:56:22.0000001Z"', true],
  ['meta.created lt "2010-01-23T04:56:22"', false],
  // Nothing, and its contrary.
  ['nickName eq "x"', false],
  ['nickName ne "x"', true],
  ['nickName eq null', true],
  ['nickName ne null', false],
  ['title eq null', true],
  ['userName ne null', true],
  ['emails.type ne "work"', false],
  ['emails.type ne "other"', true],
  ['name pr', true],
  ['addresses pr', false],
  ['emails.primary pr', true],
  ['not (nickName pr)', true],
  ['active eq true', true],
  ['active ne true', false],
  ['active eq false', false],
  ['emails[primary eq true].value ew "example.com"', true],
  ['emails[not (primary eq true)].value ew "example.com"', false],
  // Extensions.
  [`${ENTERPRISE}:department eq "tours"`, true],
  [`${ENTERPRISE.toUpperCase()}:MANAGER.VALUE eq "26118915"`, true],
  [`${ENTERPRISE}:manager[displayName eq "Smith"]`, true],
  [`${ENTERPRISE}:manager pr`, true],
  [`${ENTERPRISE}:division pr`, false],
  ['department pr', false],
  // Text in order.
  ['userName gt "bjensen"', true],
  ['userName ge "BJENSEN@EXAMPLE.COM"', true],
  ['userName lt "a"', false],
  // Full case folding, of any normal form (section 2.1: PRECIS, and Unicode's own).
  ['displayName eq "STRASSE"', true],
  ['userName co ""', true],
])('%s is %s of Barbara Jensen (RFC 7644 §3.4.2.2)', (text, expected) => {
  expect(matches(USER, parseFilter(text), JENSEN)).toBe(expected)
})

test.each([
  ['shoeSize eq 44', 'There is no attribute shoeSize'],
  ['name.shoeSize pr', 'There is no attribute name.shoeSize'],
  ['emails[shoeSize pr]', 'There is no attribute shoeSize'],
  ['urn:x:y:userName pr', 'There is no attribute urn:x:y:userName'],
  ['password eq "x"', 'password cannot be filtered by'],
  ['password pr', 'password cannot be filtered by'],
  ['active gt true', 'a boolean has no order'],
  ['x509Certificates.value lt "x"', 'a binary has no order'],
  ['active sw "t"', 'a boolean is not text'],
  ['active eq "yes"', '"yes" is not a boolean'],
  ['active eq "true"', '"true" is not a boolean'],
  ['userName eq 7', '7 is not a string'],
  ['userName gt null', 'null can only be compared by eq and ne'],
  ['meta.created gt "yesterday"', '"yesterday" is not a dateTime'],
  ['name eq "Kim"', 'name is complex'],
])('%s makes no sense for a user, so it is invalidFilter (RFC 7644 §3.4.2.2)', (text, expected) => {
  expect(refusalOf(() => checkFilter([USER], parseFilter(text)))).toContain(expected)
})

test.each([
  'members.value eq "x"',
  'members[value eq "x"]',
  'members eq "x"',
  'schemas[value eq "x"]',
  'id eq "g" and members eq "u"',
])('%s makes sense for a group', (text) => {
  checkFilter([GROUP], parseFilter(text))
})

test.each([
  ['roles[primary eq "True"].value eq "x"', 'roles[primary eq True].value eq "x"'],
  ['active  EQ "False"', 'active  EQ False'],
  ['externalId eq 8aa1a0c0-12@x.y and active eq true', 'externalId eq "8aa1a0c0-12@x.y" and active eq true'],
  ['title pr and meta.created gt null or a eq -1.5', 'title pr and meta.created gt null or a eq -1.5'],
  ['title eq "a eq b" and (nickName eq b)', 'title eq "a eq b" and (nickName eq "b")'],
  ['active eq "false" and title eq "active eq \\"true\\""', 'active eq false and title eq "active eq \\"true\\""'],
])('Entra: %s is understood as %s', (text, expected) => {
  expect(normalizeFilter(text)).toBe(expected)
})

test('Entra: an attribute of an extension is found without its URN, unless the core schema has one of that name', () => {
  expect(parseLenientFilter([USER], 'id eq "u" and not (manager eq "m")')).toEqual(
    parseFilter(`id eq "u" and not (${ENTERPRISE}:manager eq "m")`),
  )
  expect(parseLenientFilter([USER], 'manager.displayName pr')).toEqual(
    parseFilter(`${ENTERPRISE}:manager.displayName pr`),
  )
  expect(parseLenientFilter([USER], 'shoeSize eq 44')).toEqual(parseFilter('shoeSize eq 44'))
})
