import { describe, expect, test } from 'vitest'
import { getApplication, listApplications, listProvisioners } from '../../src/applications/queries.ts'
import { hashToken } from '../../src/core/crypto.ts'
import type { TestWorld } from '../support/app.ts'
import { signedInWith } from './people.ts'
import {
  consoleWorld,
  errorAt,
  makeApplication,
  makeConnection,
  makeConnector,
  makeProvider,
  valueIn,
} from './world.ts'

const NEW = '/console/applications/new/traditional-web-application'
const FORM = { name: 'playground2', protocol: 'oidc', redirectUris: 'http://localhost:8080/playground2/oauth2client' }

/** The client secret, if the page shows one. */
function secretIn(text: string): string | undefined {
  return /<code id="client-secret">([^<]+)</.exec(text)?.[1]
}

test('where there is no application, the list says what to do next', async () => {
  const { browser } = await consoleWorld()
  expect((await browser.get('/console/applications')).text).toContain('No applications yet')
})

test('a new application shows its client id always, and its secret once', async () => {
  const { world, browser } = await consoleWorld()
  expect((await browser.get('/console/applications/new')).text).toContain('Traditional Web Application')
  const page = await browser.post(NEW, FORM)
  const id = /applications\/([^/]+)\/protocol/.exec(page.path)?.[1] ?? ''
  const row = await getApplication(await world.scope(), id)
  expect(page.text).toContain(row.clientId)
  expect(page.text).toContain('shown once')
  const secret = secretIn(page.text) ?? ''
  expect(hashToken(secret)).toBe(row.clientSecretHash)
  const again = await browser.get(`/console/applications/${id}/protocol`)
  expect(again.text).toContain(row.clientId)
  expect(again.text).not.toContain(secret)
})

test('an application that cannot keep a secret gets none', async () => {
  const { browser } = await consoleWorld()
  const page = await browser.post('/console/applications/new/single-page-application', FORM)
  expect(page.status).toBe(200)
  expect(secretIn(page.text)).toBeUndefined()
  expect(page.text).toContain('proves itself with PKCE')
})

test('there is no template but those of the list', async () => {
  const { browser } = await consoleWorld()
  expect((await browser.get('/console/applications/new/toString')).status).toBe(404)
})

test('redirect URLs stand one a line; a wrong one is named beside the field, and all lines stay', async () => {
  const { world, browser } = await consoleWorld()
  const redirectUris = 'https://app.example/a\r\n\r\nhttp://app.example/b'
  const page = await browser.post(NEW, { ...FORM, redirectUris })
  expect(page.status).toBe(422)
  expect(errorAt(page.text, 'redirectUris')).toMatch(/^http:\/\/app\.example\/b: Give an https/)
  expect(page.text).toContain('http://app.example/b</textarea>')
  expect(valueIn(page.text, 'name')).toBe('playground2')
  expect((await listApplications(await world.scope(), { offset: 0, limit: 1 })).total).toBe(0)
  expect(errorAt((await browser.post(NEW, { ...FORM, redirectUris: ' \n' })).text, 'redirectUris')).toMatch(/^Give at/)
  const fine = await browser.post(NEW, { ...FORM, redirectUris: 'https://app.example/a\r\nhttps://app.example/b' })
  const id = /applications\/([^/]+)\/protocol/.exec(fine.path)?.[1] ?? ''
  const row = await getApplication(await world.scope(), id)
  expect(row.redirectUris).toEqual(['https://app.example/a', 'https://app.example/b'])
})

test('a taken name is refused beside the field', async () => {
  const { world, browser } = await consoleWorld()
  await makeApplication(world, 'playground2')
  expect(errorAt((await browser.post(NEW, FORM)).text, 'name')).toBe('This name is taken.')
})

test('the secret that is kept for one application’s page is not shown on another’s', async () => {
  const { world, browser } = await consoleWorld()
  const { row: first } = await makeApplication(world, 'first')
  const { row: second } = await makeApplication(world, 'second')
  await browser.send(`/console/applications/${first.id}/secret`)
  expect(secretIn((await browser.get(`/console/applications/${second.id}/protocol`)).text)).toBeUndefined()
  expect(secretIn((await browser.get(`/console/applications/${first.id}/protocol`)).text)).toBeDefined()
})

test('a connection is added to the login flow behind what was there, and taken out again', async () => {
  const { world, browser } = await consoleWorld()
  const { row } = await makeApplication(world, 'playground2')
  const provider = await makeProvider(world, 'IDP-IS2')
  const path = `/console/applications/${row.id}/login-flow`
  const before = await browser.get(path)
  expect(before.text).toMatch(/value="password"\s+checked/)
  expect(before.text).toContain('Add Sign In Option')
  const after = await browser.post(path, { options: [provider.id, 'password'] })
  expect(after.text).toContain('The login flow was updated.')
  const scope = await world.scope()
  const flow = async () => (await getApplication(scope, row.id)).loginFlow.steps
  expect(await flow()).toEqual([{ options: ['password', { connection: provider.id }] }])
  await browser.post(path, { options: provider.id })
  expect(await flow()).toEqual([{ options: [{ connection: provider.id }] }])
})

test('a login flow can ask for the name first, and not any more', async () => {
  const { world, browser } = await consoleWorld()
  const { row } = await makeApplication(world, 'playground2')
  const path = `/console/applications/${row.id}/login-flow`
  const scope = await world.scope()
  const flow = async () => (await getApplication(scope, row.id)).loginFlow
  expect((await browser.get(path)).text).not.toMatch(/name="identifierFirst"[^>]*checked/)
  await browser.post(path, { options: 'password', identifierFirst: 'on' })
  expect(await flow()).toMatchObject({ identifierFirst: true })
  expect((await browser.get(path)).text).toMatch(/name="identifierFirst"[^>]*checked/)
  await browser.post(path, { options: 'password' })
  expect(await flow()).not.toHaveProperty('identifierFirst')
})

test('a login flow without any way to sign in is refused', async () => {
  const { world, browser } = await consoleWorld()
  const { row } = await makeApplication(world, 'playground2')
  const page = await browser.post(`/console/applications/${row.id}/login-flow`)
  expect(errorAt(page.text, 'options')).toBe('Offer at least one way to sign in.')
  expect((await getApplication(await world.scope(), row.id)).loginFlow).toEqual(row.loginFlow)
})

test('a login flow takes no connection that cannot sign people in', async () => {
  const { world, browser } = await consoleWorld()
  const { row } = await makeApplication(world, 'playground2')
  const connection = await makeConnection(world, 'SCIM-IDP')
  const path = `/console/applications/${row.id}/login-flow`
  expect((await browser.get(path)).text).toContain('No connection can sign people in yet.')
  const page = await browser.post(path, { options: ['password', connection.id] })
  expect(page.status).toBe(422)
  expect((await getApplication(await world.scope(), row.id)).loginFlow).toEqual(row.loginFlow)
})

test('an application has provisioners of its own', async () => {
  const { world, browser } = await consoleWorld()
  const { row } = await makeApplication(world, 'playground2')
  const connection = await makeConnection(world, 'SCIM-IDP')
  const connector = await makeConnector(world, connection.id)
  const path = `/console/applications/${row.id}/provisioning`
  expect((await browser.get(path)).text).toContain('No provisioners yet')
  const page = await browser.post(`${path}/new`, { connection: connection.id, connector: connector.id })
  expect(page.text).toContain('The provisioner was added.')
  const scope = await world.scope()
  expect(await listProvisioners(scope, row.id)).toMatchObject([{ connection: 'SCIM-IDP', jit: false, blocking: false }])
  expect(await listProvisioners(scope, '')).toEqual([])
})

test('an application is renamed, and deleted after a question', async () => {
  const { world, browser } = await consoleWorld()
  const { row } = await makeApplication(world, 'playground2')
  const path = `/console/applications/${row.id}`
  await browser.post(path, { name: 'Playground', description: 'The tutorial’s client' })
  const question = await browser.get(`${path}/delete`)
  expect(question.text).toContain('Delete Playground?')
  expect((await browser.get(path)).status).toBe(200)
  await browser.post(`${path}/delete`)
  expect((await browser.get(path)).status).toBe(404)
})

describe('the API permissions of an application', () => {
  const permissionsOf = async (world: TestWorld, id: string) =>
    (await getApplication(await world.scope(), id)).permissions

  test('are none until somebody ticks them, and are taken away as they are given', async () => {
    const { world, browser } = await consoleWorld()
    const { row } = await makeApplication(world, 'playground2')
    const path = `/console/applications/${row.id}/api-access`
    expect((await browser.get(path)).text).not.toMatch(/name="permissions"[^>]*checked/)
    const page = await browser.post(path, { permissions: ['scim:read', 'scim:me'] })
    expect(page.text).toContain('The API access was updated.')
    expect(page.text).toMatch(/value="scim:read"[^>]*checked/)
    expect(await permissionsOf(world, row.id)).toEqual(['scim:read', 'scim:me'])
    await browser.post(path, { permissions: 'scim:me' })
    expect(await permissionsOf(world, row.id)).toEqual(['scim:me'])
    await browser.post(path)
    expect(await permissionsOf(world, row.id)).toEqual([])
  })

  test('are those that there are, each once', async () => {
    const { world, browser } = await consoleWorld()
    const { row } = await makeApplication(world, 'playground2')
    const page = await browser.post(`/console/applications/${row.id}/api-access`, { permissions: 'invoices:read' })
    expect([page.status, await permissionsOf(world, row.id)]).toEqual([422, []])
  })

  test('are given by nobody who has not got them', async () => {
    const { world } = await consoleWorld()
    const { row } = await makeApplication(world, 'playground2')
    const path = `/console/applications/${row.id}/api-access`
    const { browser } = await signedInWith(world, ['applications:read', 'applications:write', 'scim:read'])
    expect((await browser.get(path)).text).toMatch(/value="scim:write"[^>]*disabled/)
    const page = await browser.post(path, { permissions: ['scim:read', 'scim:write'] })
    expect(page.status).toBe(403)
    expect(page.text).toContain('lacks the permission scim:write, and cannot give it')
    expect(await permissionsOf(world, row.id)).toEqual([])
  })

  test('make an application that nobody changes who has not got them: its redirect URLs could bring her a token', async () => {
    const { world, browser } = await consoleWorld()
    const { row } = await makeApplication(world, 'playground2')
    const path = `/console/applications/${row.id}`
    await browser.post(`${path}/api-access`, { permissions: ['scim:read', 'roles:write'] })
    const before = await getApplication(await world.scope(), row.id)
    const { browser: other } = await signedInWith(world, ['applications:read', 'applications:write', 'scim:read'])
    for (const tab of ['', '/protocol', '/api-access', '/login-flow', '/provisioning']) {
      const { status, text } = await other.get(`${path}${tab}`)
      expect([tab, status]).toEqual([tab, 200])
      expect(text, tab).toContain('You can read this, and not change it.')
      expect(text.match(/<form[^>]*action="([^"]*)"/g), tab).toEqual([expect.stringContaining('/logout')])
    }
    for (const page of ['/secret', '/delete', '/provisioning/new']) {
      expect([page, (await other.get(`${path}${page}`)).status]).toEqual([page, 403])
    }
    for (const form of ['', '/protocol', '/api-access', '/secret', '/login-flow', '/delete', '/provisioning/new']) {
      const answer = await other.post(`${path}${form}`, { name: 'mine', redirectUris: 'https://mine.example/cb' })
      expect([form, answer.status]).toEqual([form, 403])
    }
    expect(await getApplication(await world.scope(), row.id)).toEqual(before)
  })
})
