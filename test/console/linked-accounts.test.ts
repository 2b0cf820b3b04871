/** Accounts at providers on a user's page, and what connections have put her into. */
import { beforeAll, expect, test } from 'vitest'
import { grantedMemberships } from '../../src/db/schema.ts'
import { listLinks } from '../../src/federation/links/queries.ts'
import type { TestWorld } from '../support/app.ts'
import type { BrowserClient } from '../support/browser-client.ts'
import { errorBeside } from './forms.ts'
import { builtInRole, make, signedInWith } from './people.ts'
import { consoleWorld, makeConnection, makeProvider } from './world.ts'

const ISSUER = 'https://idp.example'

let world: TestWorld
let browser: BrowserClient
let connection: string
beforeAll(async () => {
  ;({ world, browser } = await consoleWorld())
  connection = (await makeProvider(world, 'IDP-IS2')).id
  await makeConnection(world, 'SCIM-IDP')
})

async function person(userName: string) {
  const { id } = await make(world, 'Users', { userName })
  const scope = await world.scope()
  return { id, path: `/console/users/${id}`, links: () => listLinks(scope, id) }
}

const account = (subject: string) => ({ connection, subject, issuer: ISSUER, display: `${subject}@idp.example` })

test('an account is linked by the administrator, shown, and unlinked after a question', async () => {
  const kim = await person('kim')
  expect((await browser.get(kim.path)).text).toContain('No linked accounts')
  const form = await browser.get(`${kim.path}/linked/new`)
  expect(form.text).toContain('IDP-IS2</option>')
  expect(form.text).not.toContain('SCIM-IDP</option>')
  const page = await browser.post(`${kim.path}/linked/new`, account('kim-there'))
  expect(page.text).toContain('The account was linked.')
  expect(page.text).toContain('kim-there@idp.example')
  expect(page.text).toMatch(/data-label="Last sign-in"[^>]*>Never</)
  const question = await browser.get(`${kim.path}/linked/${connection}/unlink`)
  expect(question.text).toContain('Unlink kim-there@idp.example at IDP-IS2?')
  expect(question.text).toContain('No password is set')
  expect(await kim.links()).toHaveLength(1)
  await browser.post(`${kim.path}/linked/${connection}/unlink`, {})
  expect(await kim.links()).toEqual([])
})

test('an account that is somebody else’s is refused beside the field, and what was typed stays', async () => {
  const [first, second] = [await person('first'), await person('second')]
  await browser.post(`${first.path}/linked/new`, account('taken'))
  const page = await browser.post(`${second.path}/linked/new`, account('taken'))
  expect(page.status).toBe(422)
  expect(errorBeside(page.text, 'subject')).toBe('This account is linked with another user.')
  expect(page.text).toContain('value="taken@idp.example"')
  expect(await second.links()).toEqual([])
})

test('a second account at the same provider is refused beside the connection', async () => {
  const { path, links } = await person('twice')
  await browser.post(`${path}/linked/new`, account('one'))
  const page = await browser.post(`${path}/linked/new`, account('two'))
  expect(errorBeside(page.text, 'connection')).toContain('unlink that first')
  expect((await links()).map(({ subject }) => subject)).toEqual(['one'])
})

test('what is missing or wrong stands beside its field', async () => {
  const { path, links } = await person('faults')
  const page = await browser.post(`${path}/linked/new`, {
    connection: '',
    subject: ' ',
    issuer: 'nowhere',
    display: '',
  })
  expect(errorBeside(page.text, 'connection')).toBe('Choose a connection.')
  expect(errorBeside(page.text, 'subject')).toBe('Give what the provider calls her.')
  expect(errorBeside(page.text, 'issuer')).toContain('Give an address')
  const unreachable = await browser.post(`${path}/linked/new`, { connection, subject: 'x', issuer: '', display: '' })
  expect(errorBeside(unreachable.text, 'issuer')).toContain('Give it: it could not be found.')
  expect(await links()).toEqual([])
})

test('who may change users, but not this one, links nothing to her and unlinks nothing', async () => {
  const { path, links, id } = await person('above')
  const admin = await builtInRole(world, 'admin')
  const patch = { Operations: [{ op: 'add', path: 'users', value: [{ value: id }] }] }
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  await (await world.tenant()).scim('PATCH', `/Roles/${admin}`, { schemas, ...patch })
  await browser.post(`${path}/linked/new`, account('above'))
  const { browser: helper } = await signedInWith(world, ['scim:read', 'scim:write'])
  expect((await helper.get(path)).text).not.toContain('/linked/')
  expect((await helper.get(`${path}/linked/new`)).status).toBe(403)
  expect((await helper.send(`${path}/linked/new`, account('mine'))).status).toBe(403)
  expect((await helper.send(`${path}/linked/${connection}/unlink`)).status).toBe(403)
  expect(await links()).toHaveLength(1)
})

test('groups and roles that a connection gave are marked with its name', async () => {
  const { id, path } = await person('granted')
  const group = (await make(world, 'Groups', { displayName: 'Team', members: [{ value: id }] })).id
  await make(world, 'Groups', { displayName: 'Own', members: [{ value: id }] })
  const role = (await make(world, 'Roles', { displayName: 'Guide', users: [{ value: id }] })).id
  expect((await browser.get(`${path}/groups`)).text).not.toContain('From IDP-IS2')
  const { db, tenantId, now } = await world.scope()
  const granted = { tenantId, userId: id, connectionId: connection, created: now }
  await db.insert(grantedMemberships).values([
    { ...granted, kind: 'group', targetId: group },
    { ...granted, kind: 'role', targetId: role },
  ])
  expect((await browser.get(`${path}/groups`)).text.match(/From IDP-IS2/g)).toHaveLength(1)
  expect((await browser.get(`${path}/roles`)).text.match(/From IDP-IS2/g)).toHaveLength(1)
})
