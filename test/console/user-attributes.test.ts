import { expect, test } from 'vitest'
import { CUSTOM_USER_URN } from '../../src/scim/schemas/custom.ts'
import { consoleWorld } from './world.ts'
import { errorBeside, formOf } from './forms.ts'
import { ENTERPRISE_USER_URN, make, read } from './people.ts'

const OWN_ATTRIBUTES = [
  { name: 'badge', type: 'string', description: 'Opens the doors.' },
  { name: 'level', type: 'integer' },
  { name: 'score', type: 'decimal' },
  { name: 'hired', type: 'dateTime' },
  { name: 'remote', type: 'boolean' },
  { name: 'homepage', type: 'reference' },
  { name: 'key', type: 'binary' },
  { name: 'payrollId', type: 'string', mutability: 'immutable' },
  { name: 'skills', type: 'string', multiValued: true, canonicalValues: ['SQL', 'Welding'] },
  {
    name: 'desk',
    type: 'complex',
    subAttributes: [
      { name: 'floor', type: 'integer', required: true },
      { name: 'room', type: 'string' },
    ],
  },
  {
    name: 'cars',
    type: 'complex',
    multiValued: true,
    subAttributes: [
      { name: 'plate', type: 'string', required: true },
      { name: 'electric', type: 'boolean' },
      { name: 'colours', type: 'string', multiValued: true },
    ],
  },
]

const RICH = {
  userName: 'bjensen',
  externalId: '701984',
  displayName: 'Babs "B" Jensen <b>',
  nickName: ' Babs ',
  active: true,
  profileUrl: 'https://login.example.com/bjensen',
  title: 'Line one\nLine two',
  name: { formatted: 'Ms. Barbara J Jensen, III', familyName: 'Jensen', givenName: 'Barbara', honorificPrefix: 'Ms.' },
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home', primary: false },
  ],
  phoneNumbers: [{ value: '555-555-5555', type: 'work' }],
  ims: [{ value: 'someaimhandle', type: 'aim' }],
  photos: [{ value: 'https://photos.example.com/F', type: 'photo' }],
  addresses: [{ formatted: '100 Universal City Plaza\nHollywood', locality: 'Hollywood', type: 'work', primary: true }],
  entitlements: [{ value: 'gold' }],
  x509Certificates: [{ value: 'MIIDQzCCAqygAwIB' }],
  [ENTERPRISE_USER_URN]: { employeeNumber: '701984', department: 'Tours' },
  [CUSTOM_USER_URN]: {
    badge: 'B-17',
    level: 4,
    score: 1.5,
    hired: '2020-01-31T12:00:00Z',
    remote: true,
    homepage: 'https://babs.example',
    key: 'AAEC',
    payrollId: 'P-1',
    skills: ['SQL', 'Poetry'],
    desk: { floor: 3, room: '3.17' },
    cars: [{ plate: 'ABC 123', electric: false, colours: ['red', 'white'] }],
  },
}

async function begin(body: object = RICH) {
  const { world, browser } = await consoleWorld()
  const tenant = await world.tenant()
  for (const attribute of OWN_ATTRIBUTES) {
    expect((await tenant.api('POST', '/user-attributes', attribute)).status).toBe(201)
  }
  const user = await make(world, 'Users', body)
  const address = `/console/users/${user.id}/attributes`
  const shown = async () => formOf((await browser.get(address)).text, address)
  /** The form as it is shown, with these fields changed, and the user after it. */
  const change = async (fields: Record<string, string>) => {
    const page = await browser.post(address, { ...(await shown()), ...fields })
    return { page, now: await read(world, 'Users', user.id) }
  }
  return { world, browser, user, address, shown, change }
}

test('the form that is sent as it was shown changes nothing: the version stays', async () => {
  const { user, change } = await begin()
  const { page, now } = await change({})
  expect(page.text).toContain('The user was updated.')
  expect(now.meta.version).toBe(user.meta.version)
  expect(now).toEqual(user)
})

const own = (name: string) => `${CUSTOM_USER_URN}:${name}`
const work = (name: string) => `${ENTERPRISE_USER_URN}:${name}`

/** What is typed, and what the user is then; the rest of her stays. */
const CHANGES: Record<string, [typed: Record<string, string>, then: Record<string, unknown>]> = {
  userName: [{ userName: 'babs' }, { userName: 'babs' }],
  externalId: [{ externalId: 'x-1' }, { externalId: 'x-1' }],
  'a part of the name': [{ 'name.middleName': 'Jane' }, { name: { ...RICH.name, middleName: 'Jane' } }],
  active: [{ active: 'false' }, { active: false }],
  'an e-mail address': [
    { 'emails[1].value': 'b@jensen.org' },
    { emails: [RICH.emails[0], { ...RICH.emails[1], value: 'b@jensen.org' }] },
  ],
  'one more e-mail address': [
    { 'emails[2].value': 'c@jensen.org', 'emails[2].type': 'other' },
    { emails: [...RICH.emails, { value: 'c@jensen.org', type: 'other' }] },
  ],
  'a removed e-mail address': [{ 'emails[1].$remove': 'on' }, { emails: [RICH.emails[0]] }],
  'an emptied e-mail address': [{ 'emails[1].value': '' }, { emails: [RICH.emails[0]] }],
  'another primary e-mail address': [
    { 'emails.primary': '1' },
    {
      emails: [
        { value: 'bjensen@example.com', type: 'work' },
        { value: 'babs@jensen.org', type: 'home', primary: true },
      ],
    },
  ],
  'the last phone number': [{ 'phoneNumbers[0].$remove': 'on' }, { phoneNumbers: undefined }],
  'a messenger': [{ 'ims[0].type': 'xmpp' }, { ims: [{ value: 'someaimhandle', type: 'xmpp' }] }],
  'a photo': [
    { 'photos[1].value': 'https://photos.example.com/T', 'photos[1].type': 'thumbnail' },
    { photos: [...RICH.photos, { value: 'https://photos.example.com/T', type: 'thumbnail' }] },
  ],
  'an address of several lines': [
    { 'addresses[0].formatted': 'One\r\nTwo\r\nThree', 'addresses[0].country': 'US' },
    { addresses: [{ ...RICH.addresses[0], formatted: 'One\nTwo\nThree', country: 'US' }] },
  ],
  'an entitlement': [
    { 'entitlements[0].display': 'Gold', 'entitlements[1].value': 'silver' },
    { entitlements: [{ value: 'gold', display: 'Gold' }, { value: 'silver' }] },
  ],
  'a certificate': [{ 'x509Certificates[0].value': 'AAECAw==' }, { x509Certificates: [{ value: 'AAECAw==' }] }],
  'the enterprise extension': [
    { [work('costCenter')]: '4130', [work('department')]: '' },
    { [ENTERPRISE_USER_URN]: { employeeNumber: '701984', costCenter: '4130' } },
  ],
  'an own string': [{ [own('badge')]: 'B-18' }, { [own('badge')]: 'B-18' }],
  'an own integer': [{ [own('level')]: '5' }, { [own('level')]: 5 }],
  'an own decimal': [{ [own('score')]: '2.25' }, { [own('score')]: 2.25 }],
  'an own dateTime': [{ [own('hired')]: '2021-01-31T12:00:00Z' }, { [own('hired')]: '2021-01-31T12:00:00Z' }],
  'an own boolean': [{ [own('remote')]: 'false' }, { [own('remote')]: false }],
  'an own reference': [{ [own('homepage')]: 'https://b.example' }, { [own('homepage')]: 'https://b.example' }],
  'an own binary': [{ [own('key')]: 'AAED' }, { [own('key')]: 'AAED' }],
  'own values': [{ [own('skills[0]')]: '', [own('skills[2]')]: 'Welding' }, { [own('skills')]: ['Poetry', 'Welding'] }],
  'an own complex value': [{ [own('desk.floor')]: '4' }, { [own('desk')]: { floor: 4, room: '3.17' } }],
  'own complex values': [
    { [own('cars[0].colours[1]')]: 'blue', [own('cars[1].plate')]: 'XYZ', [own('cars[1].electric')]: 'true' },
    {
      [own('cars')]: [
        { plate: 'ABC 123', electric: false, colours: ['red', 'blue'] },
        { plate: 'XYZ', electric: true },
      ],
    },
  ],
}

for (const [what, [typed, then]] of Object.entries(CHANGES)) {
  test(`the form changes ${what}, and nothing else`, async () => {
    const { user, change } = await begin()
    const { page, now } = await change(typed)
    expect(page.text).toContain('The user was updated.')
    const expected: Record<string, unknown> = { ...user, meta: now.meta, schemas: now.schemas }
    for (const [path, value] of Object.entries(then)) {
      const [, name] = path.startsWith(`${CUSTOM_USER_URN}:`) ? path.split(`${CUSTOM_USER_URN}:`) : []
      if (name === undefined) expected[path] = value
      else expected[CUSTOM_USER_URN] = { ...(user[CUSTOM_USER_URN] as object), [name]: value }
    }
    expect(now).toEqual(expected)
    expect(now.meta.version).not.toBe(user.meta.version)
  })
}

test('a manager is set by her id; her name, which is read-only, has no field', async () => {
  const { world, browser, address, change } = await begin()
  const boss = await make(world, 'Users', { userName: 'boss', displayName: 'Dolores Vargas' })
  const { now } = await change({ [work('manager.value')]: boss.id })
  expect(now[ENTERPRISE_USER_URN]).toMatchObject({ manager: { value: boss.id } })
  expect(formOf((await browser.get(address)).text, address)).not.toHaveProperty([work('manager.displayName')])
})

test('an extension that was not there comes with its first attribute, and goes with its last', async () => {
  const { change } = await begin({ userName: 'kim' })
  const { now: with_ } = await change({ [work('department')]: 'Tours', [own('level')]: '1' })
  expect(with_).toMatchObject({ [ENTERPRISE_USER_URN]: { department: 'Tours' }, [CUSTOM_USER_URN]: { level: 1 } })
  expect(with_.schemas).toContain(ENTERPRISE_USER_URN)
  const { now: without } = await change({ [work('department')]: '', [own('level')]: '' })
  expect(without).not.toHaveProperty([ENTERPRISE_USER_URN])
  expect(without).not.toHaveProperty([CUSTOM_USER_URN])
})

test('whatever is wrong stands beside its field, what was typed stays, and nothing is saved', async () => {
  const { user, change, browser, address } = await begin()
  const { page, now } = await change({
    userName: '',
    nickName: 'Barbie',
    'phoneNumbers[1].type': 'fax',
    [own('level')]: 'four',
    [own('hired')]: 'yesterday',
    [own('key')]: '!!!',
    [own('desk.floor')]: '',
    [own('cars[1].electric')]: 'true',
  })
  expect(page.status).toBe(422)
  const beside = (name: string) => errorBeside(page.text, name)
  expect(beside('userName')).toBe('Give a value.')
  expect(beside('phoneNumbers[1].value')).toBe('Give a value.')
  expect(beside(own('level'))).toMatch(/integer/)
  expect(beside(own('hired'))).toMatch(/date/)
  expect(beside(own('key'))).toMatch(/base64/)
  expect(beside(own('desk.floor'))).toBe('Give a value.')
  expect(beside(own('cars[1].plate'))).toBe('Give a value.')
  expect(page.text).toContain('Phone numbers 2, Number: Give a value.')
  expect(formOf(page.text, address)).toMatchObject({
    nickName: 'Barbie',
    'phoneNumbers[1].type': 'fax',
    [own('level')]: 'four',
    [own('cars[1].electric')]: 'true',
  })
  expect(now).toEqual(user)
  expect((await browser.get(address)).text).not.toContain('Barbie')
})

test('whoever changes an extension leaves it with what it has to have; the row to be filled in is open', async () => {
  const { world, change } = await begin({ userName: 'kim' })
  const tenant = await world.tenant()
  for (const attribute of [
    { name: 'site', type: 'string', required: true },
    { name: 'desks', type: 'string', multiValued: true, required: true },
  ]) {
    await tenant.api('POST', '/user-attributes', attribute)
  }
  expect((await change({ nickName: 'Kim' })).now).toMatchObject({ nickName: 'Kim' })
  const { page } = await change({ [own('level')]: '1' })
  expect(errorBeside(page.text, own('site'))).toBe('Give a value.')
  expect(page.text).toContain('Desks 1: Give a value.')
  expect(page.text).toMatch(/<details class="more"\s+open>\s*<summary>Add a value of Desks</)
  const { now } = await change({ [own('level')]: '1', [own('site')]: 'North', [own('desks[0]')]: 'A' })
  expect(now).toMatchObject({ [CUSTOM_USER_URN]: { level: 1, site: 'North', desks: ['A'] } })
  expect(errorBeside((await change({ [own('site')]: '' })).page.text, own('site'))).toBe('Give a value.')
})

test('a name that somebody else has is refused beside its field', async () => {
  const { world, change } = await begin()
  await make(world, 'Users', { userName: 'kim' })
  const { page } = await change({ userName: 'KIM' })
  expect(page.status).toBe(422)
  expect(errorBeside(page.text, 'userName')).toBe('This name is taken.')
  expect(page.text).toContain('User name: This name is taken.')
})

test('what is set for good is shown as text', async () => {
  const { change, shown } = await begin()
  expect(await shown()).not.toHaveProperty([own('payrollId')])
  const { page, now } = await change({ [own('payrollId')]: 'P-2', nickName: 'Barbie' })
  expect(page.text).toMatch(/Payroll ID<\/span>\s*<div>P-1/)
  expect(now.nickName).toBe('Barbie')
  expect(now[CUSTOM_USER_URN]).toMatchObject({ payrollId: 'P-1' })
})

test('what somebody else changed meanwhile is told of; what was not touched here stays theirs', async () => {
  const { world, browser, user, address, shown } = await begin()
  const form = await shown()
  const patch = { op: 'replace', path: 'displayName', value: 'Theirs' }
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  await (await world.tenant()).scim('PATCH', `/Users/${user.id}`, { schemas, Operations: [patch] })
  const page = await browser.post(address, { ...form, nickName: 'Mine' })
  expect(page.status).toBe(422)
  expect(page.text).toContain('Somebody else changed this in the meantime.')
  const again = formOf(page.text, address)
  expect(again).toMatchObject({ displayName: 'Theirs', nickName: 'Mine' })
  await browser.post(address, again)
  expect(await read(world, 'Users', user.id)).toMatchObject({ displayName: 'Theirs', nickName: 'Mine' })
})

test('nobody deactivates herself here either', async () => {
  const { world, browser } = await begin()
  const me = (await (await (await world.tenant()).scim('GET', '/Me')).json()) as { id: string }
  const address = `/console/users/${me.id}/attributes`
  const form = formOf((await browser.get(address)).text, address)
  expect(form).not.toHaveProperty('active')
  await browser.post(address, { ...form, active: 'false' })
  expect((await read(world, 'Users', me.id)).active).toBe(true)
})
