/** The language of filters: RFC 7644 section 3.4.2.2, with its errata 4670, 7319 and 7322. */
import { beforeAll, expect, test } from 'vitest'
import { requirement } from './requirements.ts'
import {
  CUSTOM,
  define,
  ENTERPRISE,
  get,
  group,
  type List,
  namesFound,
  post,
  query,
  refused,
  type Resource,
  type Service,
  service,
  USER,
} from './world.ts'

let scim: Service
let ann: Resource
beforeAll(async () => {
  scim = await service()
  await define(scim.tenant, { name: 'score', type: 'decimal' })
  await define(scim.tenant, { name: 'code', type: 'string', caseExact: true })
  await define(scim.tenant, { name: 'photo', type: 'binary' })
  const shared = { schemas: [USER, ENTERPRISE, CUSTOM] }
  ann = await post(scim.strict, '/Users', {
    ...shared,
    userName: 'ann',
    externalId: 'E-1',
    title: 'Boss',
    name: { givenName: 'Ann', familyName: 'O"Neil\\é' },
    emails: [
      { value: 'ann@x.com', type: 'work', primary: true },
      { value: 'a@home.org', type: 'home' },
    ],
    [ENTERPRISE]: { department: 'Sales', manager: { value: 'm1' } },
    [CUSTOM]: { score: -1.5, code: 'Ab', photo: 'aGk=' },
  })
  await post(scim.strict, '/Users', {
    ...shared,
    userName: 'bob',
    active: false,
    title: 'clerk',
    emails: [{ value: 'bob@y.org', type: 'work' }, { value: 'w@x.com' }],
    [ENTERPRISE]: { department: 'Tours' },
    [CUSTOM]: { score: 200 },
  })
  await post(scim.strict, '/Users', { ...shared, userName: 'eve', name: { familyName: 'Lee' } })
  await post(scim.strict, '/Groups', group({ displayName: 'sales', members: [{ value: ann.id }] }))
})

/** Who is found of ann, bob and eve. */
const found = async (filter: string, ask = scim.strict) =>
  (await namesFound(ask, '/Users', `(${filter}) and userName ne "admin"`)).join(' ')

requirement(
  'operators and value paths',
  'RFC 7644 §3.4.2.2: the operators are eq ne co sw ew pr gt ge lt le, and or not, groups, and value paths',
  () => {
    test.each([
      ['userName eq "ann"', 'ann'],
      ['userName ne "ann"', 'bob eve'],
      ['userName co "b"', 'bob'],
      ['title sw "BO"', 'ann'],
      ['title ew "rk"', 'bob'],
      ['title pr', 'ann bob'],
      ['userName gt "bob"', 'eve'],
      ['userName ge "bob"', 'bob eve'],
      ['userName lt "bob"', 'ann'],
      ['userName le "bob"', 'ann bob'],
      ['title pr and active eq true', 'ann'],
      ['userName eq "ann" or userName eq "eve"', 'ann eve'],
      ['not (title pr)', 'eve'],
      ['not (userName eq "ann") and title pr', 'bob'],
      ['emails[type eq "work" and value co "@x"]', 'ann'],
      ['emails[type eq "home"] or emails[value sw "w@"]', 'ann bob'],
      ['emails[not (type pr)]', 'bob'],
      ['name[familyName eq "lee"]', 'eve'],
    ])('%s finds %j', async (filter, expected) => {
      expect(await found(filter)).toBe(expected)
    })

    test('Entra ID’s value path with a part behind it is of one value', async () => {
      expect(await found('emails[type eq "work"].value eq "ann@x.com"', scim.lenient)).toBe('ann')
      expect(await found('emails[type eq "home"].value eq "ann@x.com"', scim.lenient)).toBe('')
    })
  },
)

requirement(
  'case, literals and escapes',
  'RFC 7644 §3.4.2.2: operators, keywords and names count in any case, values by caseExact; values are JSON: text with escapes, numbers, true, false and null',
  () => {
    test.each([
      ['USERNAME EQ "ANN" OR NOT (TITLE PR)', 'ann eve'],
      ['Emails[TYPE Eq "WORK" And Value Co "@X"]', 'ann'],
      [`${CUSTOM}:code eq "Ab"`, 'ann'],
      [`${CUSTOM}:code eq "ab"`, ''],
      ['externalId eq "e-1"', ''],
      ['name.familyName eq "o\\"neil\\\\\\u00e9"', 'ann'],
      ['name.familyName co "\\""', 'ann'],
      ['active eq false', 'bob'],
      ['active eq TRUE', 'ann eve'],
      ['title eq null', 'eve'],
      [`${CUSTOM}:score eq -1.5`, 'ann'],
      [`${CUSTOM}:score lt 0`, 'ann'],
      [`${CUSTOM}:score eq 2e2`, 'bob'],
      [`${CUSTOM}:score ge -1.5E0`, 'ann bob'],
      [`${CUSTOM}:photo eq "aGk="`, 'ann'],
    ])('%s finds %j', async (filter, expected) => {
      expect(await found(filter)).toBe(expected)
    })
  },
)

requirement(
  'precedence and grouping',
  'RFC 7644 §3.4.2.2: not binds before and, and before or; brackets group, within value paths as well, and not may stand with or without a blank',
  () => {
    test.each([
      ['userName eq "eve" or title pr and active eq false', 'bob eve'],
      ['title pr and active eq false or userName eq "eve"', 'bob eve'],
      ['(userName eq "eve" or title pr) and active eq false', 'bob'],
      ['not (title pr) or userName eq "ann" and active eq true', 'ann eve'],
      ['not(title pr)', 'eve'],
      ['not  ( not (title pr) )', 'ann bob'],
      ['((userName eq "ann"))', 'ann'],
      ['emails[(type eq "work" or type eq "home") and (value ew ".org")]', 'ann bob'],
      ['emails[not (type eq "home" or primary eq true) and value pr]', 'bob'],
    ])('%s finds %j', async (filter, expected) => {
      expect(await found(filter)).toBe(expected)
    })
  },
)

requirement(
  'filters that make no sense',
  'RFC 7644 §3.4.2.2: what has no order or cannot be compared, an unknown operator and an attribute that is not there are invalidFilter',
  () => {
    test.each([
      'active gt true',
      'active le false',
      `${CUSTOM}:photo gt "a"`,
      'emails[primary lt true]',
      'userName is "ann"',
      'userName eqq "ann"',
      'shoeSize eq 44',
      'name.shoeSize pr',
      'emails[shoeSize pr]',
      'urn:x:y:userName pr',
      'userName eq 7',
      'active eq "maybe"',
      'meta.created gt "soon"',
      'userName',
      'userName eq',
      'eq "ann"',
      'userName eq "ann',
      "userName eq 'ann'",
      '(userName pr',
      'userName pr)',
      'userName pr and',
      'userName pr title pr',
      'not userName pr',
      'emails[type eq "work"',
      'emails[]',
      '',
    ])('%s', async (filter) => {
      expect(await refused(scim.strict('GET', query('/Users', { filter })))).toEqual([400, 'invalidFilter'])
    })
  },
)

requirement(
  'multi-valued, ne, pr and null',
  'RFC 7644 §3.4.2.2: any of several values may match; ne is the contrary of eq, eq null that of pr, and pr of a complex value asks for any part',
  () => {
    test.each([
      ['emails.type eq "home"', 'ann'],
      ['emails.type ne "home"', 'bob eve'],
      ['emails.type eq "work" and emails.value eq "w@x.com"', 'bob'],
      ['title ne "boss"', 'bob eve'],
      ['not (title eq "boss")', 'bob eve'],
      ['title ne null', 'ann bob'],
      ['nickName eq null', 'ann bob eve'],
      ['emails eq null', 'eve'],
      ['name pr', 'ann eve'],
      ['name.givenName pr', 'ann'],
      ['emails pr', 'ann bob'],
      ['emails.primary pr', 'ann'],
      ['addresses pr', ''],
      [`${ENTERPRISE}:manager pr`, 'ann'],
    ])('%s finds %j', async (filter, expected) => {
      expect(await found(filter)).toBe(expected)
    })
  },
)

requirement(
  'attributes without their value',
  'RFC 7644 §3.4.2.2: several complex values are compared by their value; schemas, meta, groups and members are filtered by like all others',
  () => {
    test.each([
      ['emails co "@x.com"', 'ann bob'],
      ['emails eq "ANN@X.COM"', 'ann'],
      [`schemas eq "${USER}"`, 'ann bob eve'],
      [`schemas eq "${ENTERPRISE}"`, 'ann bob'],
      ['meta.resourceType eq "User"', 'ann bob eve'],
      ['meta.lastModified gt "2001-01-01T00:00:00Z"', 'ann bob eve'],
      ['meta.created lt "2001-01-01T00:00:00Z"', ''],
      ['groups.display eq "sales"', 'ann'],
      ['groups[type eq "direct"]', 'ann'],
    ])('%s finds %j', async (filter, expected) => {
      expect(await found(filter)).toBe(expected)
    })

    test('groups by their members, and users by their groups', async () => {
      const { Resources } = await get<List>(scim.strict, '/Groups')
      const id = String(Resources[0]?.id)
      const groups = (filter: string) => namesFound(scim.strict, '/Groups', filter)
      expect(await groups(`members.value eq "${ann.id}"`)).toEqual(['sales'])
      expect(await groups(`members[value eq "${ann.id}" and type eq "User"]`)).toEqual(['sales'])
      expect(await groups(`id eq "${id}" and members eq "${ann.id}"`)).toEqual(['sales'])
      expect(await groups(`id eq "${id}" and members eq "${id}"`)).toEqual([])
      expect(await found(`groups.value eq "${id}"`)).toBe('ann')
    })
  },
)

requirement(
  'URN in a filter',
  'RFC 7644 §3.10: the digits, dots and colons of a URN are part of the attribute’s name',
  () => {
    test.each([
      [`${ENTERPRISE}:department eq "sales"`, 'ann'],
      [`${ENTERPRISE.toUpperCase()}:DEPARTMENT sw "TO"`, 'bob'],
      [`${ENTERPRISE}:manager.value eq "m1"`, 'ann'],
      [`${ENTERPRISE}:manager[value eq "m1"]`, 'ann'],
      [`${USER}:userName eq "ann" and ${USER}:name.familyName pr`, 'ann'],
      [`${USER}:emails[type eq "home"]`, 'ann'],
    ])('%s finds %j', async (filter, expected) => {
      expect(await found(filter)).toBe(expected)
    })
  },
)
