import { expect, test } from 'vitest'
import { signedIn } from '../support/browser-client.ts'
import { consoleWorld } from './world.ts'
import { errorBeside, formOf, hasForm } from './forms.ts'
import { firstColumn, make, makeUsers, read, signedInWith } from './people.ts'

const LIST = '/console/users'
const searched = (q: string, more = '') => `${LIST}?q=${encodeURIComponent(q)}${more}`

async function begin() {
  const { world, browser } = await consoleWorld()
  const names = async (address: string) => firstColumn((await browser.get(address)).text)
  return { world, browser, names }
}

test('plain text is a part of a user name, a name or an e-mail address', async () => {
  const { world, names } = await begin()
  await make(world, 'Users', { userName: 'kim' })
  await make(world, 'Users', { userName: 'b', displayName: 'Kimberly' })
  await make(world, 'Users', { userName: 'c', emails: [{ value: 'c@skim.example' }] })
  await make(world, 'Users', { userName: 'd' })
  expect(await names(searched('KIM'))).toEqual(['kim', 'b', 'c'])
})

test('whoever has no display name is found, and sorted, by first and last name', async () => {
  const { world, names } = await begin()
  await make(world, 'Users', { userName: 'u1', name: { givenName: 'Zoë', familyName: 'Müller' } })
  await make(world, 'Users', { userName: 'u2', displayName: 'Mia B' })
  await make(world, 'Users', { userName: 'u3', name: { familyName: 'Abel' } })
  expect(await names(searched('MÜLLER'))).toEqual(['u1'])
  expect(await names(searched('zoë mül'))).toEqual(['u1'])
  expect(await names(searched('userName sw "u"', '&sort=displayName'))).toEqual(['u3', 'u2', 'u1'])
})

test('a SCIM filter is read as one', async () => {
  const { world, names } = await begin()
  await make(world, 'Users', { userName: 'kim' })
  await make(world, 'Users', { userName: 'kai', active: false })
  await make(world, 'Users', { userName: 'ann' })
  expect(await names(searched('userName sw "k" and active eq true'))).toEqual(['kim'])
})

test('a fault in a filter stands beside the box with its place; what was typed stays, and nobody is found', async () => {
  const { browser } = await begin()
  const cut = await browser.get(searched('userName sw "k" and'))
  expect(cut.status).toBe(200)
  expect(errorBeside(cut.text, 'q')).toBe('At character 20: expected an attribute, but it ends.')
  expect(cut.text).toContain('value="userName sw &quot;k&quot; and"')
  expect(cut.text).toMatch(/name="q"[^>]*aria-invalid="true"/)
  expect(cut.text).toContain('This filter cannot be read')
  expect(firstColumn(cut.text)).toEqual([])
  const wrong = await browser.get(searched('emails.valu ew "@example.com"'))
  expect(errorBeside(wrong.text, 'q')).toBe('There is no attribute emails.valu.')
})

test('a name that has an operator among its words is a name', async () => {
  const { world, names, browser } = await begin()
  await make(world, 'Users', { userName: 'marie', displayName: 'Marie Le Guen' })
  expect(await names(searched('Marie Le Guen'))).toEqual(['marie'])
  expect(errorBeside((await browser.get(searched('marie le roy'))).text, 'q')).toBeUndefined()
})

test('where nobody is found the page says what was looked for, and leads to everybody', async () => {
  const { browser } = await begin()
  const text = await browser.get(searched('<zzz>'))
  expect(text.text).toContain('No user was found')
  expect(text.text).toContain('contains “&lt;zzz&gt;”')
  expect(text.text).toContain(`href="${LIST}">Show all users`)
  expect((await browser.get(searched('active eq false'))).text).toContain('No user matches this filter.')
})

test('the list goes page by page, and search and order go along', async () => {
  const { world, browser, names } = await begin()
  await makeUsers(world, 30)
  const first = await browser.get(searched('user', '&sort=userName&order=descending'))
  expect(firstColumn(first.text)).toHaveLength(25)
  expect(first.text).toContain('1–25 of 30 users')
  const [, next = ''] = /href="([^"]*)">Next/.exec(first.text) ?? []
  const last = next.replaceAll('&amp;', '&')
  expect(await names(last)).toEqual(['user04', 'user03', 'user02', 'user01', 'user00'])
  expect((await browser.get(last)).text).not.toContain('>Next<')
  expect((await browser.get(`${LIST}?page=9`)).text).toContain('Nothing on this page')
})

test('a heading sorts by its column, and turns the order when it is pressed again', async () => {
  const { world, browser, names } = await begin()
  await make(world, 'Users', { userName: 'b', displayName: 'First' })
  world.advance(1000)
  await make(world, 'Users', { userName: 'a', displayName: 'Second' })
  expect(await names(searched('userName ne "admin"', '&sort=userName'))).toEqual(['a', 'b'])
  expect(await names(searched('userName ne "admin"', '&sort=displayName'))).toEqual(['b', 'a'])
  for (const sort of ['created', 'lastModified']) {
    expect(await names(searched('userName ne "admin"', `&sort=${sort}&order=descending`)), sort).toEqual(['a', 'b'])
  }
  const { text } = await browser.get(`${LIST}?sort=userName`)
  expect(text).toMatch(/aria-sort="ascending"><a href="\/console\/users\?sort=userName&amp;order=descending">User name/)
})

test('a new user is made of the form; what is wrong stands beside its field, and what was typed stays', async () => {
  const { world, browser } = await begin()
  const form = { userName: 'kim', givenName: 'Kim', familyName: 'Berry', email: 'kim@example.com', password: 'weak' }
  const weak = await browser.post(`${LIST}/new`, { ...form, email: 'nonsense' })
  expect(weak.status).toBe(422)
  expect(errorBeside(weak.text, 'email')).toBe('Give an e-mail address.')
  expect(formOf(weak.text, `${LIST}/new`)).toMatchObject({ givenName: 'Kim', email: 'nonsense', password: '' })
  expect(errorBeside((await browser.post(`${LIST}/new`, form)).text, 'password')).toMatch(/at least 8 characters/i)
  const made = await browser.post(`${LIST}/new`, { ...form, password: 'MyPa33w@rd' })
  expect(made.text).toContain('The user was created.')
  const id = made.path.split(/[/?]/)[3] ?? ''
  expect(await read(world, 'Users', id)).toMatchObject({
    userName: 'kim',
    name: { givenName: 'Kim', familyName: 'Berry' },
    emails: [{ value: 'kim@example.com', primary: true }],
  })
  const again = await browser.post(`${LIST}/new`, { ...form, userName: 'KIM', password: 'MyPa33w@rd' })
  expect(errorBeside(again.text, 'userName')).toBe('This name is taken.')
})

test('the profile that is sent as it was shown changes nothing; what is changed is changed alone', async () => {
  const { world, browser } = await begin()
  const kim = await make(world, 'Users', {
    userName: 'kim',
    name: { formatted: 'Kim B. Berry', givenName: 'Kim', familyName: 'Berry' },
    emails: [
      { value: 'a@example.com', type: 'home' },
      { value: 'b@example.com', type: 'work', primary: true },
    ],
  })
  const address = `${LIST}/${kim.id}`
  const shown = formOf((await browser.get(address)).text, address)
  expect((await browser.post(address, shown)).text).toContain('The user was updated.')
  expect((await read(world, 'Users', kim.id)).meta.version).toBe(kim.meta.version)
  await browser.post(address, { ...shown, email: 'new@example.com' })
  expect(await read(world, 'Users', kim.id)).toMatchObject({
    name: { formatted: 'Kim B. Berry' },
    emails: [
      { value: 'a@example.com', type: 'home' },
      { value: 'new@example.com', type: 'work', primary: true },
    ],
  })
})

test('a deactivated user is so at once, and nobody deactivates or deletes herself', async () => {
  const { world, browser } = await begin()
  const kim = await make(world, 'Users', { userName: 'kim' })
  const address = `${LIST}/${kim.id}`
  const { active, ...without } = formOf((await browser.get(address)).text, address)
  expect(active).toBe('on')
  await browser.post(address, without)
  expect(await read(world, 'Users', kim.id)).toMatchObject({ active: false })
  const tenant = await world.tenant()
  const me = (await (await tenant.scim('GET', '/Me')).json()) as { id: string }
  const own = await browser.get(`${LIST}/${me.id}`)
  expect(own.text).toContain('You cannot deactivate yourself.')
  expect(own.text).not.toContain('Delete user')
  const { active: _, ...off } = formOf(own.text, `${LIST}/${me.id}`)
  expect((await browser.post(`${LIST}/${me.id}`, off)).text).toContain('You cannot deactivate yourself.')
  expect((await browser.post(`${LIST}/${me.id}/delete`)).text).toContain('You cannot delete yourself.')
})

test('deleting asks first and says what goes; then the user is gone', async () => {
  const { world, browser } = await begin()
  const kim = await make(world, 'Users', { userName: 'kim' })
  await make(world, 'Groups', { displayName: 'team', members: [{ value: kim.id }] })
  const page = await browser.get(`${LIST}/${kim.id}/delete`)
  expect(page.text).toContain('Delete kim?')
  expect(page.text).toContain('Memberships end: team.')
  expect((await browser.post(`${LIST}/${kim.id}/delete`)).text).toContain('The user was deleted.')
  expect((await browser.get(`${LIST}/${kim.id}`)).status).toBe(404)
})

test('a new password signs the user out', async () => {
  const { world, browser } = await begin()
  const { browser: hers, person } = await signedInWith(world, ['scim:read'])
  const address = `${LIST}/${person.id}/password`
  await browser.get(address)
  expect(errorBeside((await browser.post(address, { password: 'weak' })).text, 'password')).toMatch(/at least 8/i)
  expect((await hers.get(LIST)).status).toBe(200)
  await browser.post(address, { password: 'An0ther-pass' })
  expect((await hers.get(LIST)).path).toMatch(/^\/login/)
})

test('who sets a new password of her own goes on here, and is signed out in every other browser', async () => {
  const { world, browser } = await begin()
  const other = await signedIn(world)
  const me = (await (await (await world.tenant()).scim('GET', '/Me')).json()) as { id: string }
  const address = `${LIST}/${me.id}/password`
  await browser.get(address)
  expect((await browser.post(address, { password: 'An0ther-pass' })).text).toContain('The password was set.')
  expect((await browser.get(LIST)).path).toBe(LIST)
  expect((await other.get(LIST)).path).toMatch(/^\/login/)
})

test('groups with the way into them, roles and sessions have tabs of their own', async () => {
  const { world, browser } = await begin()
  const { person } = await signedInWith(world, ['scim:read'])
  const inner = await make(world, 'Groups', { displayName: 'inner', members: [{ value: person.id }] })
  await make(world, 'Groups', { displayName: 'outer', members: [{ value: inner.id }] })
  const groups = await browser.get(`${LIST}/${person.id}/groups`)
  expect(groups.text).toMatch(/inner<\/a>[^]*Directly[^]*outer<\/a>[^]*Through a group that is in it/)
  expect((await browser.get(`${LIST}/${person.id}/roles`)).text).toContain('Role of scim:read</a>')
  const sessions = await browser.get(`${LIST}/${person.id}/sessions`)
  expect(sessions.text).toContain('Password')
  expect((await browser.post(`${LIST}/${person.id}/sessions`)).text).toContain('Not signed in')
})

test('an administrator signs a user out of one browser, and not of the other', async () => {
  const { world, browser } = await begin()
  const { browser: hers, person } = await signedInWith(world, ['scim:read'])
  const other = await signedIn(world, { userName: String(person.userName), password: 'MyPa33w@rd' })
  const page = await browser.get(`${LIST}/${person.id}/sessions`)
  const sids = [...page.text.matchAll(/name="end" value="([^"]+)"/g)].map(([, sid = '']) => sid)
  expect(sids).toHaveLength(2)
  const done = await browser.post(`${LIST}/${person.id}/sessions`, { end: sids[0] ?? '' })
  expect(done.text).toContain('The session was ended.')
  expect(done.text).not.toContain(sids[0])
  const isIn = async (one: typeof hers) => (await one.get(LIST)).path === LIST
  expect([await isIn(hers), await isIn(other)].filter(Boolean)).toHaveLength(1)
})

test('whoever only reads sees nothing to press, and is refused what she sends', async () => {
  const { world } = await begin()
  const kim = await make(world, 'Users', { userName: 'kim', displayName: 'Kim Berry', title: 'Guide' })
  const { browser } = await signedInWith(world, ['scim:read'])
  const list = await browser.get(LIST)
  expect(list.text).not.toContain('Add User')
  for (const tab of ['', '/attributes', '/groups', '/roles', '/sessions']) {
    const page = await browser.get(`${LIST}/${kim.id}${tab}`)
    expect(page.status, tab).toBe(200)
    expect(hasForm(page.text), tab).toBe(false)
    expect(page.text, tab).not.toMatch(/Reset password|Delete user/)
  }
  expect((await browser.get(`${LIST}/${kim.id}/attributes`)).text).toMatch(/<dt>Title<\/dt>\s*<dd>Guide</)
  for (const path of ['/new', `/${kim.id}/password`, `/${kim.id}/delete`]) {
    const page = await browser.get(LIST + path)
    expect(page.status, path).toBe(403)
    expect(page.text).toContain('You need the permission scim:write for this.')
  }
  for (const path of ['/new', '', '/attributes', '/password', '/delete', '/sessions']) {
    const address = path === '/new' ? `${LIST}/new` : `${LIST}/${kim.id}${path}`
    expect((await browser.send(address, { userName: 'x', password: 'MyPa33w@rd', version: '1' })).status).toBe(403)
  }
  expect((await read(world, 'Users', kim.id)).meta.version).toBe(kim.meta.version)
})

test('whoever may change users changes nobody who may do more than she', async () => {
  const { world } = await begin()
  const { person } = await signedInWith(world, ['settings:write'])
  const { browser, person: self } = await signedInWith(world, ['scim:read', 'scim:write'])
  for (const tab of ['', '/attributes', '/sessions']) {
    const page = await browser.get(`${LIST}/${person.id}${tab}`)
    expect(page.text, tab).toContain('This user may do more here than you')
    expect(hasForm(page.text), tab).toBe(false)
  }
  expect((await browser.get(`${LIST}/${person.id}/password`)).status).toBe(403)
  expect((await browser.get(`${LIST}/${person.id}/delete`)).status).toBe(403)
  const form = { userName: 'x', active: 'on', version: '1', password: 'An0ther-pass' }
  for (const path of ['', '/attributes', '/password', '/delete', '/sessions']) {
    expect((await browser.send(`${LIST}/${person.id}${path}`, form)).status, path).toBe(403)
  }
  expect((await read(world, 'Users', person.id)).meta.version).toBe(person.meta.version)
  expect(hasForm((await browser.get(`${LIST}/${self.id}`)).text)).toBe(true)
})
