import { expect, test } from 'vitest'
import { errorBeside, formOf, hasForm } from './forms.ts'
import { firstColumn, make, makeUsers, read, signedInWith } from './people.ts'
import { consoleWorld } from './world.ts'

const LIST = '/console/groups'

async function begin() {
  const { world, browser } = await consoleWorld()
  const names = async (address: string) => firstColumn((await browser.get(address)).text)
  return { world, browser, names }
}

test('without groups the page says what one is for; where none is found, what was looked for', async () => {
  const { world, browser, names } = await begin()
  expect((await browser.get(LIST)).text).toContain('No groups yet')
  await make(world, 'Groups', { displayName: 'team a' })
  await make(world, 'Groups', { displayName: 'other' })
  expect((await browser.get(`${LIST}?q=zzz`)).text).toContain('No group was found')
  expect(await names(`${LIST}?q=TEAM`)).toEqual(['team a'])
  expect(await names(`${LIST}?q=${encodeURIComponent('displayName sw "team"')}`)).toEqual(['team a'])
  const { text } = await browser.get(`${LIST}?q=${encodeURIComponent('displayNam sw "team"')}`)
  expect(errorBeside(text, 'q')).toBe('There is no attribute displayNam.')
})

test('the list sorts by name, and counts members', async () => {
  const { world, browser, names } = await begin()
  const users = await makeUsers(world, 2)
  await make(world, 'Groups', { displayName: 'b', members: users.map((value) => ({ value })) })
  await make(world, 'Groups', { displayName: 'a' })
  expect(await names(`${LIST}?sort=displayName`)).toEqual(['a', 'b'])
  expect(await names(`${LIST}?sort=displayName&order=descending`)).toEqual(['b', 'a'])
  expect((await browser.get(LIST)).text).toMatch(/>b<\/a><\/td><td data-label="Members"[^>]*>2</)
})

test('a group is made with members by their user names; who is not there is named beside the field', async () => {
  const { world, browser } = await begin()
  const [kim] = await makeUsers(world, 1)
  const wrong = await browser.post(`${LIST}/new`, { displayName: 'team', members: 'user00\nnobody' })
  expect(wrong.status).toBe(422)
  expect(errorBeside(wrong.text, 'members')).toBe('There is no user “nobody”.')
  expect(formOf(wrong.text, `${LIST}/new`)).toMatchObject({ displayName: 'team', members: 'user00\r\nnobody' })
  const made = await browser.post(`${LIST}/new`, { displayName: 'team', members: 'USER00' })
  expect(made.text).toContain('The group was created.')
  expect(await read(world, 'Groups', made.path.split(/[/?]/)[3] ?? '')).toMatchObject({ members: [{ value: kim }] })
  expect(errorBeside((await browser.post(`${LIST}/new`, { displayName: ' ' })).text, 'displayName')).toBe(
    'Give a name.',
  )
  const taken = await browser.post(`${LIST}/new`, { displayName: 'Team' })
  expect(errorBeside(taken.text, 'displayName')).toBe('This name is taken.')
})

test('a form that is sent as it was shown changes nothing; a name and an external id are changed', async () => {
  const { world, browser } = await begin()
  const group = await make(world, 'Groups', { displayName: 'team', externalId: 'x' })
  const address = `${LIST}/${group.id}`
  const shown = formOf((await browser.get(address)).text, address)
  expect((await browser.post(address, shown)).text).toContain('The group was updated.')
  expect(await read(world, 'Groups', group.id)).toEqual(group)
  await browser.post(address, { ...shown, displayName: 'crew' })
  expect(await read(world, 'Groups', group.id)).toMatchObject({ displayName: 'crew', externalId: 'x' })
  const stale = await browser.post(address, { ...shown, externalId: 'y' })
  expect(stale.text).toContain('Somebody else changed this in the meantime.')
  expect(formOf(stale.text, address)).toMatchObject({ displayName: 'crew', externalId: 'y' })
  const empty = await browser.post(address, { ...formOf(stale.text, address), displayName: '' })
  expect(errorBeside(empty.text, 'displayName')).toBe('Give a name.')
})

test('members are shown page by page in the order of their names, with a search among them', async () => {
  const { world, browser, names } = await begin()
  const users = await makeUsers(world, 30)
  const inner = await make(world, 'Groups', { displayName: 'inner' })
  const group = await make(world, 'Groups', {
    displayName: 'team',
    members: [inner.id, ...users].map((value) => ({ value })),
  })
  const address = `${LIST}/${group.id}/members`
  const first = await browser.get(address)
  expect(firstColumn(first.text).slice(0, 2)).toEqual(['inner', 'user00'])
  expect(first.text).toContain('1–25 of 31 members')
  expect(first.text).toContain(`href="${LIST}/${inner.id}"`)
  expect(await names(`${address}?page=2`)).toEqual(['user24', 'user25', 'user26', 'user27', 'user28', 'user29'])
  expect(await names(`${address}?q=R1`)).toHaveLength(10)
  expect((await browser.get(`${address}?q=zzz`)).text).toContain('No member was found')
})

test('whoever is taken out is so at once, and the page at hand stays', async () => {
  const { world, browser } = await begin()
  const users = await makeUsers(world, 30)
  const group = await make(world, 'Groups', { displayName: 'team', members: users.map((value) => ({ value })) })
  const address = `${LIST}/${group.id}/members?page=2`
  await browser.get(address)
  const page = await browser.post(address, { remove: users[29]! })
  expect(page.path).toBe(`${address}&done=member-removed`)
  expect(firstColumn(page.text)).toEqual(['user25', 'user26', 'user27', 'user28'])
})

test('users and groups who are not in yet are found to be added', async () => {
  const { world, browser } = await begin()
  const users = await makeUsers(world, 12)
  const inner = await make(world, 'Groups', { displayName: 'users of old' })
  const group = await make(world, 'Groups', { displayName: 'users', members: [{ value: users[0] }] })
  const address = `${LIST}/${group.id}/members?add=user`
  const page = await browser.get(address)
  const candidates = [...page.text.matchAll(/class="what">([^<]*)</g)].map(([, name]) => name)
  // Ten users at the most, and neither user00, who is in, nor the group itself.
  expect(candidates).toEqual([
    ...Array.from({ length: 10 }, (_, i) => `user${String(i + 1).padStart(2, '0')}`),
    'users of old',
  ])
  expect(page.text).toContain('There may be more')
  await browser.post(address, { add: users[1]! })
  const added = await browser.post(address, { add: inner.id })
  expect(added.text).toContain('The member was added.')
  expect(firstColumn(added.text)).toEqual(['user00', 'user01', 'users of old'])
  expect((await browser.get(`${LIST}/${group.id}/members?add=zzz`)).text).toContain('Nobody who could be added')
})

test('who is not here cannot be added', async () => {
  const { world, browser } = await begin()
  const group = await make(world, 'Groups', { displayName: 'team' })
  const address = `${LIST}/${group.id}/members`
  await browser.get(address)
  const nobody = await browser.post(address, { add: 'nobody' })
  expect(nobody.status).toBe(422)
  expect(nobody.text).toContain('Members: there is no user or group nobody.')
})

test('members whom a client named and who are not here are listed, and can be forgotten', async () => {
  const { world, browser } = await begin()
  const tenant = await world.tenant()
  const group = await make(world, 'Groups', { displayName: 'team' })
  const address = `${LIST}/${group.id}/unknown-members`
  expect((await browser.get(address)).text).toContain('Nobody is missing')
  const { token } = (await (await tenant.api('POST', '/scim-tokens', { description: 'Okta' })).json()) as {
    token: string
  }
  const patch = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'add', path: 'members', value: [{ value: '00u1abcd' }] }],
  }
  await tenant.scim('PATCH', `/Groups/${group.id}`, patch, { Authorization: `Bearer ${token}` })
  const page = await browser.get(address)
  expect(firstColumn(page.text.replaceAll(/<\/?code>/g, ''))).toEqual(['00u1abcd'])
  expect(page.text).toContain('Okta')
  const { browser: reader } = await signedInWith(world, ['scim:read'])
  expect((await reader.get(address)).text).toContain('00u1abcd')
  expect((await reader.send(address)).status).toBe(403)
  const forgotten = await browser.post(address)
  expect(forgotten.text).toContain('The unknown members were forgotten.')
  expect(forgotten.text).toContain('Nobody is missing')
})

test('the roles that members hold by the group are shown, with the way to them', async () => {
  const { world, browser } = await begin()
  const inner = await make(world, 'Groups', { displayName: 'inner' })
  const outer = await make(world, 'Groups', { displayName: 'outer', members: [{ value: inner.id }] })
  await make(world, 'Roles', { displayName: 'own', groups: [{ value: inner.id }] })
  await make(world, 'Roles', { displayName: 'inherited', groups: [{ value: outer.id }] })
  const { text } = await browser.get(`${LIST}/${inner.id}/roles`)
  expect(firstColumn(text)).toEqual(['inherited', 'own'])
  expect(text).toMatch(/inherited<[^]*Through a group that this one is in[^]*own<[^]*By this group/)
  expect(firstColumn((await browser.get(`${LIST}/${outer.id}/roles`)).text)).toEqual(['inherited'])
})

test('deleting asks first and says what goes; the members stay', async () => {
  const { world, browser } = await begin()
  const users = await makeUsers(world, 2)
  const group = await make(world, 'Groups', { displayName: 'team', members: users.map((value) => ({ value })) })
  await make(world, 'Roles', { displayName: 'Guide', groups: [{ value: group.id }] })
  const page = await browser.get(`${LIST}/${group.id}/delete`)
  expect(page.text).toContain('2 memberships end; the members themselves stay.')
  expect(page.text).toContain('Its members no longer hold by it: Guide.')
  expect((await browser.post(`${LIST}/${group.id}/delete`)).text).toContain('The group was deleted.')
  expect((await browser.get(`${LIST}/${group.id}`)).status).toBe(404)
  expect((await browser.get(`/console/users/${users[0]}`)).status).toBe(200)
})

test('whoever only reads sees nothing to press, and is refused what she sends', async () => {
  const { world } = await begin()
  const [kim] = await makeUsers(world, 1)
  const group = await make(world, 'Groups', { displayName: 'team', members: [{ value: kim }] })
  const { browser } = await signedInWith(world, ['scim:read'])
  expect((await browser.get(LIST)).text).not.toContain('New Group')
  for (const tab of ['', '/members', '/roles', '/unknown-members']) {
    const page = await browser.get(`${LIST}/${group.id}${tab}`)
    expect(page.status, tab).toBe(200)
    expect(hasForm(page.text), tab).toBe(false)
  }
  for (const path of ['/new', `/${group.id}/delete`]) expect((await browser.get(LIST + path)).status, path).toBe(403)
  for (const path of [
    '/new',
    `/${group.id}`,
    ...['members', 'unknown-members', 'delete'].map((tab) => `/${group.id}/${tab}`),
  ]) {
    const fields = { displayName: 'x', version: '1', remove: kim! }
    expect((await browser.send(LIST + path, fields)).status, path).toBe(403)
  }
  expect(await read(world, 'Groups', group.id)).toEqual(group)
})

test('whoever may change groups changes none that gives what she has not, by a role or by a group above it', async () => {
  const { world } = await begin()
  const inner = await make(world, 'Groups', { displayName: 'inner' })
  const outer = await make(world, 'Groups', { displayName: 'outer', members: [{ value: inner.id }] })
  await make(world, 'Roles', {
    displayName: 'Keeper',
    permissions: [{ value: 'settings:write' }],
    groups: [{ value: outer.id }],
  })
  const { browser, person } = await signedInWith(world, ['scim:read', 'scim:write'])
  for (const { id } of [inner, outer]) {
    const before = await read(world, 'Groups', id)
    for (const tab of ['', '/members', '/unknown-members']) {
      const page = await browser.get(`${LIST}/${id}${tab}`)
      expect(page.text, tab).toContain('This group gives permissions that you do not have')
      expect(hasForm(page.text), tab).toBe(false)
    }
    expect((await browser.get(`${LIST}/${id}/delete`)).status).toBe(403)
    const fields = { displayName: 'x', version: '1', add: person.id }
    for (const tab of ['', '/members', '/unknown-members', '/delete']) {
      expect((await browser.send(`${LIST}/${id}${tab}`, fields)).status, tab).toBe(403)
    }
    expect(await read(world, 'Groups', id)).toEqual(before)
  }
  const page = await browser.send(`${LIST}/${outer.id}/members`, { add: person.id })
  expect(await page.text()).toContain('gives permissions that')
})
