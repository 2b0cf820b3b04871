/** The page on which an administrator says what users are at a target. */
import { expect, test } from 'vitest'
import { mapAttributes } from '../../src/connections/connectors/commands.ts'
import { mappingInput } from '../../src/connections/mapping.ts'
import { findConnector, getConnection } from '../../src/connections/queries.ts'
import { readTransforms, wordsOf } from '../../src/console/connections/mapping/transforms.ts'
import type { Transform } from '../../src/core/attribute-mapping.ts'
import { createGroup } from '../../src/directory/groups/creation/commands.ts'
import { removeGroup } from '../../src/directory/groups/commands.ts'
import { errorBeside, formOf } from './forms.ts'
import { consoleWorld, makeConnection, makeConnector, TARGET } from './world.ts'

async function begin() {
  const { world, browser } = await consoleWorld()
  const { id } = await makeConnection(world, 'SCIM-IDP')
  const connector = await makeConnector(world, id)
  const home = `/console/connections/${id}/connectors/${connector.id}`
  const path = `${home}/attributes`
  const mapping = async () => (await findConnector(await world.scope(), connector.id))?.settings.mapping
  return { world, browser, home, path, mapping, connection: id, connector: connector.id }
}

const ROW = { 'target-0': 'title', 'from-0': 'source', 'value-0': 'userType', 'transforms-0': '', 'on-0': 'always' }

test('a connector without a mapping says so, and leads to the page on which a rule is added, kept and removed', async () => {
  const { browser, home, path, mapping } = await begin()
  const connector = await browser.get(home)
  expect(connector.text).toContain('Users go out as they are here.')
  expect(connector.text).toContain(`href="${path}"`)
  const empty = await browser.get(path)
  expect(empty.text).toContain('No rules yet')
  const added = await browser.post(path, { ...formOf(empty.text, path), go: 'add' })
  expect(added.status).toBe(200)
  expect(formOf(added.text, path)).toMatchObject({ 'target-0': '', 'from-0': 'source' })
  expect(await mapping()).toBeUndefined()
  const form = { ...formOf(added.text, path), ...ROW, 'transforms-0': 'trim | split "@" 0', go: 'save' }
  expect((await browser.post(path, form)).path).toBe(`${home}?done=mapping-updated`)
  const transforms = [{ type: 'trim' }, { type: 'split', separator: '@', index: 0 }]
  expect(await mapping()).toEqual({ base: 'all', rules: [{ target: 'title', source: 'userType', transforms }] })
  const kept = await browser.get(path)
  expect(formOf(kept.text, path)).toMatchObject({ ...ROW, 'transforms-0': 'trim | split "@" 0' })
  const removed = await browser.post(path, { ...formOf(kept.text, path), go: 'remove-0' })
  expect(removed.text).toContain('No rules yet')
  await browser.post(path, { ...formOf(removed.text, path), go: 'save' })
  expect(await mapping()).toBeUndefined()
})

test('constants are JSON where they can be read as such, and text otherwise; both come back as they were', async () => {
  const { browser, path, mapping } = await begin()
  const rows = [
    ['active', 'false', false],
    ['title', 'Cook', 'Cook'],
    ['nickName', '"7"', '7'],
    ['emails', '[{"value":"a@b.example"}]', [{ value: 'a@b.example' }]],
  ] as const
  const form = Object.fromEntries(
    rows.flatMap(([target, value], i) =>
      Object.entries({ target, from: 'constant', value }).map(([k, v]) => [`${k}-${i}`, v]),
    ),
  )
  await browser.post(path, { base: 'none', ...form, go: 'save' })
  expect(await mapping()).toEqual({ base: 'none', rules: rows.map(([target, , constant]) => ({ target, constant })) })
  expect(formOf((await browser.get(path)).text, path)).toMatchObject({ base: 'none', ...form })
})

test('a page that is sent back as it stands changes nothing: templates, constants, what is left out, what is for the new', async () => {
  const { world, browser, path, mapping, connection, connector } = await begin()
  const rules = [
    { target: 'userName', transforms: [{ type: 'template', template: '{userName}@x.example' }, { type: 'lowerCase' }] },
    { target: 'title' },
    { target: 'nickName', source: 'userName', on: 'create' },
    { target: 'userType', constant: 'E', transforms: [{ type: 'lowerCase' }] },
  ]
  const input = mappingInput.parse({ base: 'none', rules })
  await mapAttributes(await world.scope(), connection, connector, input)
  const { text } = await browser.get(path)
  expect((await browser.post(path, { ...formOf(text, path), go: 'save' })).status).toBe(200)
  expect(await mapping()).toEqual({ base: 'none', rules })
})

test('what is wrong stands beside its field, everything typed stays, and nothing is changed', async () => {
  const { browser, path, mapping } = await begin()
  const form = {
    base: 'all',
    ...ROW,
    'target-1': 'noSuch',
    'from-1': 'source',
    'value-1': 'title',
    'target-2': 'title',
    'from-2': 'source',
    'value-2': 'noSuch',
  }
  const page = await browser.post(path, form)
  expect(page.status).toBe(422)
  expect(errorBeside(page.text, 'target-1')).toMatch(/noSuch/)
  expect(errorBeside(page.text, 'value-2')).toMatch(/noSuch/)
  expect(formOf(page.text, path)).toMatchObject(form)
  const words = await browser.post(path, { base: 'all', ...ROW, 'transforms-0': 'reverse' })
  expect(errorBeside(words.text, 'transforms-0')).toBe('This is none of the transforms below.')
  const nothing = await browser.post(path, { base: 'all', ...ROW, 'value-0': '' })
  expect(errorBeside(nothing.text, 'value-0')).toBe('Give an attribute.')
  expect(await mapping()).toBeUndefined()
})

test('a preview shows what would be sent of a user, by rules that are not saved', async () => {
  const { browser, path, mapping } = await begin()
  const form = { base: 'none', ...ROW, 'from-0': 'constant', 'value-0': 'Chief', user: 'admin', go: 'preview' }
  const page = await browser.post(path, form)
  expect(page.status).toBe(200)
  expect(page.text).toMatch(/id="preview"[^>]*>[^<]*&quot;title&quot;: &quot;Chief&quot;/)
  expect(await mapping()).toBeUndefined()
  const unknown = await browser.post(path, { ...form, user: 'nobody' })
  expect(errorBeside(unknown.text, 'user')).toBe('There is no user of this name.')
})

test('a change of the connector’s other settings leaves its mapping alone', async () => {
  const { browser, home, path, mapping } = await begin()
  await browser.post(path, { base: 'all', ...ROW, go: 'save' })
  await browser.post(home, {
    ...TARGET,
    name: 'Renamed',
    baseUrl: 'https://localhost:9444/scim2',
    leaving: 'deactivate',
  })
  expect(await mapping()).toMatchObject({ rules: [{ target: 'title' }] })
})

test.each<[string, Transform[]]>([
  ['lowerCase | upperCase | trim', [{ type: 'lowerCase' }, { type: 'upperCase' }, { type: 'trim' }]],
  ['split "|" -1', [{ type: 'split', separator: '|', index: -1 }]],
  ['template "{a} \\"b\\""', [{ type: 'template', template: '{a} "b"' }]],
  [
    'map "E" = "Employee", "a,b" = "=", else "Other"',
    [{ type: 'map', values: { E: 'Employee', 'a,b': '=' }, default: 'Other' }],
  ],
  ['join ", "', [{ type: 'join', separator: ', ' }]],
  ['default "none"', [{ type: 'default', value: 'none' }]],
])('%s is read, and written like that again', (line, transforms) => {
  expect(readTransforms(line)).toEqual(transforms)
  expect(wordsOf(transforms)).toBe(line)
})

test.each(['split', 'trim "x"', 'map E', 'map E =', 'template "a" "b"', 'trim |', 'default "', '"trim"', 'join "," 1'])(
  '%s is no transform',
  (line) => {
    expect(readTransforms(line)).toBeUndefined()
  },
)

test('outbound groups are added by name and removed, and one that was deleted is said to be', async () => {
  const { world, browser, connection } = await begin()
  const path = `/console/connections/${connection}/outbound`
  const scope = await world.scope()
  const input = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Staff' }
  const { id } = await createGroup(scope, input, { source: 'scim' })
  const wrong = await browser.post(`${path}/groups`, { group: 'Stuff', go: 'add' })
  expect(errorBeside(wrong.text, 'group')).toBe('There is no group Stuff.')
  await browser.post(`${path}/groups`, { group: 'staff', go: 'add' })
  expect((await getConnection(scope, connection)).outboundGroups).toEqual([id])
  expect((await browser.get(path)).text).toContain('aria-label="Remove Staff"')
  await removeGroup(scope, id, { source: 'scim' })
  const page = await browser.get(path)
  expect(page.text).toContain(`${id} (deleted)`)
  expect(page.text).toContain('It stays here so')
  expect(page.text).not.toContain('everybody is provisioned but administrators')
  await browser.post(`${path}/groups`, { group: '', remove: id })
  expect((await getConnection(scope, connection)).outboundGroups).toEqual([])
})
