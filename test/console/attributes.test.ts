import { expect, test } from 'vitest'
import { listCustomAttributes } from '../../src/directory/attributes/queries.ts'
import type { TestWorld } from '../support/app.ts'
import { signedInWith } from './people.ts'
import { consoleWorld, errorAt, valueIn } from './world.ts'

const LIST = '/console/attributes'
const NEW = `${LIST}/new`
const CUSTOM = 'urn:scim:schemas:extension:custom:User'
const FORM = { name: 'shoeSize', type: 'integer', mutability: 'readWrite', returned: 'default' }
const DESK = {
  ...FORM,
  name: 'desk',
  type: 'complex',
  'subAttributes.0.name': 'floor',
  'subAttributes.0.type': 'integer',
  'subAttributes.0.required': 'on',
  'subAttributes.1.name': '',
  'subAttributes.1.type': 'string',
  'subAttributes.2.name': 'room',
  'subAttributes.2.type': 'string',
}

const attributesOf = async (world: TestWorld) => listCustomAttributes(await world.scope())

/** A user with these of the tenant's own attributes. */
async function makeUser(world: TestWorld, userName: string, own: object) {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User', CUSTOM]
  const answer = await (await world.tenant()).scim('POST', '/Users', { schemas, userName, [CUSTOM]: own })
  expect(answer.status).toBe(201)
  return (await answer.json()).id as string
}

test('where there is no attribute, the list says what one is for, and where SCIM clients find it', async () => {
  const { browser } = await consoleWorld()
  const { text } = await browser.get(LIST)
  expect(text).toContain('No attributes of your own yet')
  expect(text).toContain(CUSTOM)
})

test('a new attribute is listed, and users can have it at once', async () => {
  const { world, browser } = await consoleWorld()
  const page = await browser.post(NEW, { ...FORM, description: 'European size' })
  expect(page.text).toContain('The attribute was created.')
  expect(page.text).toContain(`${CUSTOM}:shoeSize`)
  const { text } = await browser.get(LIST)
  expect(text).toContain('European size')
  expect(text).toContain('Whole number (integer)')
  await makeUser(world, 'kim', { shoeSize: 38 })
})

test('what is ticked, chosen and suggested is what the attribute is like', async () => {
  const { world, browser } = await consoleWorld()
  await browser.post(NEW, {
    name: 'skills',
    type: 'string',
    multiValued: 'on',
    required: 'on',
    caseExact: 'on',
    mutability: 'immutable',
    returned: 'request',
    canonicalValues: 'SQL\r\n\r\n Welding \r\nSQL',
  })
  expect(await attributesOf(world)).toEqual([
    {
      name: 'skills',
      type: 'string',
      description: '',
      multiValued: true,
      required: true,
      caseExact: true,
      mutability: 'immutable',
      returned: 'request',
      canonicalValues: ['SQL', 'Welding'],
    },
  ])
})

test('a complex attribute has the parts that were named; rows without a name are left out', async () => {
  const { world, browser } = await consoleWorld()
  expect((await browser.post(NEW, DESK)).text).toContain('room')
  const [desk] = await attributesOf(world)
  expect(desk?.subAttributes).toMatchObject([
    { name: 'floor', type: 'integer', required: true },
    { name: 'room', type: 'string', required: false },
  ])
})

test('what stands in the rows for parts is nothing to an attribute of another type', async () => {
  const { world, browser } = await consoleWorld()
  await browser.post(NEW, { ...DESK, type: 'string' })
  expect((await attributesOf(world))[0]?.subAttributes).toBeUndefined()
})

test('without script, room for more parts comes with the form, and what was typed stays', async () => {
  const { world, browser } = await consoleWorld()
  const rowsIn = (text: string) => text.match(/name="subAttributes\.\d+\.name"/g)?.length
  expect(rowsIn((await browser.get(NEW)).text)).toBe(3)
  const page = await browser.post(NEW, { ...DESK, more: 'rows' })
  expect([page.status, rowsIn(page.text)]).toEqual([200, 6])
  expect(valueIn(page.text, 'name')).toBe('desk')
  expect(valueIn(page.text, 'subAttributes.2.name')).toBe('room')
  expect(await attributesOf(world)).toEqual([])
  const full = Object.fromEntries([...Array(20).keys()].map((i) => [`subAttributes.${i}.name`, `part${i}`]))
  const last = await browser.post(NEW, { ...DESK, ...full, more: 'rows' })
  expect(rowsIn(last.text)).toBe(20)
  expect(last.text).not.toContain('Room for more')
})

test.each([
  ['without a name', { name: '' }, 'name', /^Use up to 63 letters/],
  ['with a blank in its name', { name: 'shoe size' }, 'name', /^Use up to 63 letters/],
  ['that users have already', { name: 'USERNAME' }, 'name', /^Users have an attribute of this name already/],
  ['whose name is taken, in another case', { name: 'Taken' }, 'name', /^There is an attribute of this name/],
  ['that is complex and has no parts', { type: 'complex' }, 'subAttributes', /^A complex attribute has sub-attributes/],
  ['with a part whose name is wrong', { ...DESK, 'subAttributes.2.name': '2nd' }, 'subAttributes-2-name', /^Use up to/],
  ['with two parts of one name', { ...DESK, 'subAttributes.2.name': 'Floor' }, 'subAttributes', /the same name/],
  [
    'with a part that has no name',
    { ...DESK, 'subAttributes.1.description': 'side' },
    'subAttributes-1-name',
    /^Use up to/,
  ],
  ['with a suggestion that is too long', { canonicalValues: 'x'.repeat(201) }, 'canonicalValues', /^Give at most 200/],
])('an attribute %s is refused beside the field, and what was typed stays', async (_what, wrong, name, message) => {
  const { world, browser } = await consoleWorld()
  await browser.post(NEW, { ...FORM, name: 'taken' })
  const page = await browser.post(NEW, { ...FORM, description: 'as it was typed', ...wrong })
  expect([page.status, errorAt(page.text, name)]).toEqual([422, expect.stringMatching(message)])
  expect(valueIn(page.text, 'description')).toBe('as it was typed')
  expect((await attributesOf(world)).map((one) => one.name)).toEqual(['taken'])
})

test('what can change changes, and the rest stays whatever is sent', async () => {
  const { world, browser } = await consoleWorld()
  await browser.post(NEW, { ...FORM, required: 'on', canonicalValues: '38\n39' })
  const path = `${LIST}/custom/shoeSize`
  const page = await browser.post(path, {
    name: 'other',
    type: 'string',
    multiValued: 'on',
    description: 'European size',
    mutability: 'immutable',
    returned: 'request',
    canonicalValues: '',
  })
  expect(page.text).toContain('The attribute was updated.')
  expect(await attributesOf(world)).toEqual([
    {
      name: 'shoeSize',
      type: 'integer',
      description: 'European size',
      multiValued: false,
      required: false,
      caseExact: false,
      mutability: 'immutable',
      returned: 'request',
    },
  ])
})

test('an attribute that users have values of is not deleted: the page says how many, and leads to them', async () => {
  const { world, browser } = await consoleWorld()
  await browser.post(NEW, FORM)
  await makeUser(world, 'kim', { shoeSize: 38 })
  await makeUser(world, 'ann', { shoeSize: 39 })
  const path = `${LIST}/custom/shoeSize`
  const page = await browser.get(`${path}/delete`)
  expect(page.text).toContain('2 users have a value of it')
  expect(page.text).not.toContain(`action="${path}/delete"`)
  const [, link = ''] = /href="([^"]*\/users\?[^"]*)"/.exec(page.text) ?? []
  const users = (await browser.get(link)).text
  for (const name of ['kim', 'ann', '2 users']) expect(users).toContain(name)
  const refusal = await browser.post(`${path}/delete`)
  expect([refusal.status, (await attributesOf(world)).length]).toEqual([422, 1])
  expect(refusal.text).toContain('2 users have a value of shoeSize')
})

test('an attribute that nobody has a value of is deleted after a question', async () => {
  const { world, browser } = await consoleWorld()
  await browser.post(NEW, FORM)
  const path = `${LIST}/custom/shoeSize`
  expect((await browser.get(`${path}/delete`)).text).toContain('Delete shoeSize?')
  expect(await attributesOf(world)).toHaveLength(1)
  expect((await browser.post(`${path}/delete`)).text).toContain('The attribute was deleted.')
  expect(await attributesOf(world)).toEqual([])
  expect((await browser.get(path)).status).toBe(404)
})

test.each(['new', 'delete', 'custom'])('an attribute may be called %s', async (name) => {
  const { browser } = await consoleWorld()
  await browser.post(NEW, { ...FORM, name })
  const path = `${LIST}/custom/${name}`
  expect((await browser.get(path)).text).toContain(`<h1>${name}</h1>`)
  expect((await browser.get(`${path}/delete`)).text).toContain(`Delete ${name}?`)
  expect((await browser.post(`${path}/delete`)).text).toContain('The attribute was deleted.')
})

test('who may only read sees what an attribute is like, and cannot send it', async () => {
  const { world, browser } = await consoleWorld()
  await browser.post(NEW, { ...FORM, description: 'European size' })
  const { browser: reader } = await signedInWith(world, ['settings:read'])
  const page = await reader.get(`${LIST}/custom/shoeSize`)
  expect(page.text).toContain('You can read this, and not change it.')
  expect(page.text).toMatch(/<fieldset class="read-only"[^>]* disabled>[^]*European size/)
  expect(page.text).not.toContain('Update')
  expect((await reader.send(`${LIST}/custom/shoeSize`, { description: 'no' })).status).toBe(403)
  expect((await reader.send(NEW, { ...FORM, name: 'other' })).status).toBe(403)
  expect(await attributesOf(world)).toMatchObject([{ description: 'European size' }])
})
