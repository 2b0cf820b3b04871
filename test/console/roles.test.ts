import { expect, test } from 'vitest'
import { updateConnection } from '../../src/connections/commands.ts'
import { errorBeside, formOf, hasForm } from './forms.ts'
import { builtInRole, firstColumn, make, makeUsers, read, signedInWith } from './people.ts'
import { consoleWorld, makeApplication, makeConnection } from './world.ts'

const LIST = '/console/roles'

async function begin() {
  const { world, browser } = await consoleWorld()
  const names = async (address: string) => firstColumn((await browser.get(address)).text)
  return { world, browser, names }
}

const idIn = (path: string) => path.split(/[/?]/)[3] ?? ''
const permitting = (...names: string[]) => ({ permissions: names.map((value) => ({ value })) })

test('the list tells built-in roles from own ones, is searched by name or filter, and sorts', async () => {
  const { world, browser, names } = await begin()
  await make(world, 'Roles', { displayName: 'Helpdesk', ...permitting('scim:write') })
  const { text } = await browser.get(`${LIST}?sort=displayName`)
  expect(firstColumn(text)).toEqual(['admin', 'everyone', 'Helpdesk'])
  expect(text).toMatch(/admin<\/a>[^]*?Built in[^]*?All[^]*?Helpdesk<\/a>[^]*?Own/)
  expect(await names(`${LIST}?q=HELP`)).toEqual(['Helpdesk'])
  expect(
    await names(`${LIST}?q=${encodeURIComponent('permissions.value eq "scim:write" and displayName ne "admin"')}`),
  ).toEqual(['Helpdesk'])
  const wrong = await browser.get(`${LIST}?q=${encodeURIComponent('permission eq "scim:write"')}`)
  expect(errorBeside(wrong.text, 'q')).toBe('There is no attribute permission.')
})

test('a role of the organization is made with permissions that are ticked, each explained', async () => {
  const { world, browser } = await begin()
  const form = await browser.get(`${LIST}/new`)
  expect(form.text).toMatch(
    /value="settings:write"[^]*?Change SCIM tokens, user attributes, the password policy and branding, and rotate signing keys</,
  )
  const empty = await browser.post(`${LIST}/new`, { displayName: '', permissions: ['scim:read', 'scim:write'] })
  expect(errorBeside(empty.text, 'displayName')).toBe('Give a name.')
  expect(formOf(empty.text, `${LIST}/new`).permissions).toEqual(['scim:read', 'scim:write'])
  const made = await browser.post(`${LIST}/new`, { displayName: 'Helpdesk', permissions: ['scim:read', 'scim:write'] })
  expect(made.text).toContain('The role was created.')
  expect(await read(world, 'Roles', idIn(made.path))).toMatchObject({
    displayName: 'Helpdesk',
    audience: { type: 'organization' },
    permissions: [{ value: 'scim:read' }, { value: 'scim:write' }],
  })
  const taken = await browser.post(`${LIST}/new`, { displayName: 'HELPDESK' })
  expect(errorBeside(taken.text, 'displayName')).toBe('This name is taken.')
  const unknown = await browser.post(`${LIST}/new`, { displayName: 'Other', permissions: 'everything' })
  expect(errorBeside(unknown.text, 'permissions')).toBe('There is no permission everything.')
})

test('a role of an application has the application’s words, one a line', async () => {
  const { world, browser } = await begin()
  expect((await browser.get(`${LIST}/new/application`)).text).toContain('No applications yet')
  const { row } = await makeApplication(world, 'Invoices')
  const address = `${LIST}/new/application`
  const form = { displayName: 'Approver', application: '', permissions: 'invoices:read\r\ninvoices:approve\r\n' }
  const wrong = await browser.post(address, form)
  expect(errorBeside(wrong.text, 'application')).toBe('Choose an application.')
  expect(formOf(wrong.text, address)).toMatchObject(form)
  const made = await browser.post(address, { ...form, application: row.id })
  expect(await read(world, 'Roles', idIn(made.path))).toMatchObject({
    audience: { type: 'application', value: row.id },
    permissions: [{ value: 'invoices:approve' }, { value: 'invoices:read' }],
  })
  const path = `${LIST}/${idIn(made.path)}/permissions`
  const shown = formOf((await browser.get(path)).text, path)
  expect(shown.permissions).toBe('invoices:approve\r\ninvoices:read')
  const blank = await browser.post(path, { ...shown, permissions: 'two words' })
  expect(errorBeside(blank.text, 'permissions')).toMatch(/There is no permission two words/)
})

test('a role is renamed; sent as it was shown, neither form changes anything', async () => {
  const { world, browser } = await begin()
  const role = await make(world, 'Roles', { displayName: 'Helpdesk', ...permitting('scim:read') })
  const address = `${LIST}/${role.id}`
  for (const path of [address, `${address}/permissions`]) {
    const shown = formOf((await browser.get(path)).text, path)
    expect((await browser.post(path, shown)).text).toContain('The role was updated.')
    expect(await read(world, 'Roles', role.id), path).toEqual(role)
  }
  const shown = formOf((await browser.get(address)).text, address)
  await browser.post(address, { ...shown, displayName: 'Front desk' })
  expect(await read(world, 'Roles', role.id)).toMatchObject({ displayName: 'Front desk', ...permitting('scim:read') })
  const stale = await browser.post(address, { ...shown, displayName: 'Back desk' })
  expect(stale.status).toBe(422)
  expect(stale.text).toContain('Somebody else changed this in the meantime.')
  const taken = await browser.post(address, { ...formOf(stale.text, address), displayName: 'admin' })
  expect(errorBeside(taken.text, 'displayName')).toBe('This name is taken.')
})

test('what a role permits is changed by its boxes, and to nothing by none', async () => {
  const { world, browser } = await begin()
  const role = await make(world, 'Roles', { displayName: 'Helpdesk', ...permitting('scim:read') })
  const path = `${LIST}/${role.id}/permissions`
  const shown = formOf((await browser.get(path)).text, path)
  expect(shown.permissions).toBe('scim:read')
  const after = await browser.post(path, { ...shown, permissions: ['scim:read', 'roles:write'] })
  expect(await read(world, 'Roles', role.id)).toMatchObject(permitting('roles:write', 'scim:read'))
  const { permissions: _, ...none } = formOf(after.text, path)
  await browser.post(path, none)
  expect(await read(world, 'Roles', role.id)).not.toHaveProperty('permissions')
})

test('who holds a role is shown page by page, users and groups apart; both are found, added and taken away', async () => {
  const { world, browser, names } = await begin()
  const users = await makeUsers(world, 30)
  const group = await make(world, 'Groups', { displayName: 'team' })
  const role = await make(world, 'Roles', {
    displayName: 'Helpdesk',
    users: users.slice(1).map((value) => ({ value })),
  })
  const address = `${LIST}/${role.id}`
  const first = await browser.get(`${address}/users`)
  expect(first.text).toContain('1–25 of 29 users')
  expect(await names(`${address}/users?page=2`)).toEqual(['user26', 'user27', 'user28', 'user29'])
  expect(await names(`${address}/users?q=er29`)).toEqual(['user29'])
  const found = await browser.get(`${address}/users?add=user`)
  expect([...found.text.matchAll(/class="what">([^<]*)</g)].map(([, name]) => name)).toEqual(['user00'])
  expect((await browser.post(`${address}/users?add=user`, { add: users[0]! })).text).toContain('The role was given.')
  const removed = await browser.post(`${address}/users?page=2`, { remove: users[29]! })
  expect(removed.text).toContain('The role was taken away.')
  expect(firstColumn(removed.text)).toEqual(['user25', 'user26', 'user27', 'user28'])
  expect((await browser.get(`${address}/groups`)).text).toContain('No groups yet')
  expect((await browser.get(`${address}/groups?add=team`)).text).toMatch(/class="what">team</)
  expect(firstColumn((await browser.post(`${address}/groups`, { add: group.id })).text)).toEqual(['team'])
  // A group is no user.
  expect((await browser.post(`${address}/users`, { add: group.id })).status).toBe(422)
})

test('of the built-in roles only who holds admin can be changed', async () => {
  const { world, browser } = await begin()
  const [kim = ''] = await makeUsers(world, 1)
  const admin = await builtInRole(world, 'admin')
  const everyone = await builtInRole(world, 'everyone')
  expect((await browser.get(`${LIST}/${admin}`)).text).toContain('who holds it can be changed, and nothing else')
  expect((await browser.get(`${LIST}/${everyone}`)).text).toContain('Every user holds this role.')
  expect((await browser.get(`${LIST}/${everyone}/users`)).text).toMatch(/Held by all <a[^>]*>2 users<\/a>/)
  for (const id of [admin, everyone]) {
    const before = await read(world, 'Roles', id)
    for (const tab of ['', '/permissions']) {
      expect(hasForm((await browser.get(`${LIST}/${id}${tab}`)).text), tab).toBe(false)
      const sent = await browser.post(`${LIST}/${id}${tab}`, {
        displayName: 'x',
        permissions: 'scim:read',
        version: '1',
      })
      expect(sent.text).toContain('error-summary')
    }
    expect((await browser.get(`${LIST}/${id}/delete`)).status).toBe(403)
    expect((await browser.post(`${LIST}/${id}/delete`)).status).toBe(403)
    expect(await read(world, 'Roles', id)).toEqual(before)
  }
  expect((await browser.post(`${LIST}/${everyone}/users`, { remove: kim })).status).toBe(422)
  expect(firstColumn((await browser.post(`${LIST}/${admin}/users`, { add: kim })).text)).toEqual(['admin', 'user00'])
})

test('the last administrator keeps the role', async () => {
  const { world, browser } = await begin()
  const admin = await builtInRole(world, 'admin')
  const me = (await (await (await world.tenant()).scim('GET', '/Me')).json()) as { id: string }
  await browser.get(`${LIST}/${admin}/users`)
  const page = await browser.post(`${LIST}/${admin}/users`, { remove: me.id })
  expect(page.status).toBe(403)
  expect(page.text).toMatch(/error-summary[^]*administrator/)
  expect(firstColumn(page.text)).toEqual(['admin'])
})

test('deleting asks first and says what goes; a role that a connection chooses by stays', async () => {
  const { world, browser } = await begin()
  const [kim] = await makeUsers(world, 1)
  const group = await make(world, 'Groups', { displayName: 'team' })
  const role = await make(world, 'Roles', {
    displayName: 'Helpdesk',
    ...permitting('scim:read'),
    users: [{ value: kim }],
    groups: [{ value: group.id }],
  })
  const connection = await makeConnection(world, 'SCIM-IDP')
  await updateConnection(await world.scope(), connection.id, { outbound: { roles: [role.id] } })
  const used = await browser.get(`${LIST}/${role.id}/delete`)
  expect(used.text).toContain('It chooses who is provisioned through SCIM-IDP.')
  expect(hasForm(used.text)).toBe(false)
  expect((await browser.post(`${LIST}/${role.id}/delete`)).status).toBe(422)
  await updateConnection(await world.scope(), connection.id, { outbound: { roles: [] } })
  const page = await browser.get(`${LIST}/${role.id}/delete`)
  expect(page.text).toContain('1 user and 1 group hold it no longer')
  expect(page.text).toContain('nobody may do by it any more: scim:read.')
  expect((await browser.post(`${LIST}/${role.id}/delete`)).text).toContain('The role was deleted.')
  expect((await browser.get(`${LIST}/${role.id}`)).status).toBe(404)
})

test('whoever only reads sees nothing to press, and is refused what she sends', async () => {
  const { world } = await begin()
  const [kim] = await makeUsers(world, 1)
  const role = await make(world, 'Roles', { displayName: 'Helpdesk', users: [{ value: kim }] })
  for (const permissions of [['scim:read'], ['scim:read', 'scim:write']]) {
    const { browser } = await signedInWith(world, permissions)
    expect((await browser.get(LIST)).text).not.toContain('New Role')
    for (const tab of ['', '/permissions', '/users', '/groups']) {
      const page = await browser.get(`${LIST}/${role.id}${tab}`)
      expect(page.status, tab).toBe(200)
      expect(hasForm(page.text), tab).toBe(false)
    }
    for (const path of ['/new', '/new/application', `/${role.id}/delete`]) {
      expect((await browser.get(LIST + path)).status, path).toBe(403)
    }
    const fields = { displayName: 'x', version: '1', permissions: 'scim:read', remove: kim! }
    for (const path of [
      '/new',
      '/new/application',
      ...['', '/permissions', '/users', '/groups', '/delete'].map((tab) => `/${role.id}${tab}`),
    ]) {
      expect((await browser.send(LIST + path, fields)).status, path).toBe(403)
    }
    expect(await read(world, 'Roles', role.id)).toEqual(role)
  }
})

test('nobody gives a permission that she has not: by a new role, by one of hers, or by one that is there', async () => {
  const { world } = await begin()
  const above = await make(world, 'Roles', { displayName: 'Keeper', ...permitting('settings:write') })
  const { browser, person, role } = await signedInWith(world, ['scim:read', 'roles:write'])
  const form = await browser.get(`${LIST}/new`)
  expect(form.text).toMatch(/value="settings:write"[^>]*\sdisabled/)
  expect(form.text).not.toMatch(/value="scim:read"[^>]*\sdisabled/)
  const made = await browser.post(`${LIST}/new`, { displayName: 'Mine', permissions: ['scim:read', 'settings:write'] })
  expect(made.status).toBe(403)
  expect(made.text).toContain('lacks the permission settings:write')
  const own = `${LIST}/${role.id}/permissions`
  const shown = formOf((await browser.get(own)).text, own)
  const raised = await browser.post(own, { ...shown, permissions: ['scim:read', 'roles:write', 'settings:write'] })
  expect(raised.status).toBe(403)
  const admin = await builtInRole(world, 'admin')
  for (const id of [above.id, admin]) {
    const before = await read(world, 'Roles', id)
    for (const tab of ['', '/permissions', '/users', '/groups']) {
      const page = await browser.get(`${LIST}/${id}${tab}`)
      expect(page.text).toContain('This role permits more than you may do')
      expect(hasForm(page.text), tab).toBe(false)
    }
    expect((await browser.get(`${LIST}/${id}/delete`)).status).toBe(403)
    const fields = { displayName: 'x', version: '1', permissions: 'scim:read', add: person.id }
    for (const tab of ['', '/permissions', '/users', '/groups', '/delete']) {
      expect((await browser.send(`${LIST}/${id}${tab}`, fields)).status, tab).toBe(403)
    }
    expect(await read(world, 'Roles', id)).toEqual(before)
  }
  expect(await read(world, 'Roles', role.id)).toMatchObject(permitting('roles:write', 'scim:read'))
})
