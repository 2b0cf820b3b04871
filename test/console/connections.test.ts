import { expect, test } from 'vitest'
import { updateApplication } from '../../src/applications/commands.ts'
import { getConnection, openClientSecret } from '../../src/connections/queries.ts'
import {
  consoleWorld,
  errorAt,
  makeApplication,
  makeConnection,
  makeConnector,
  makeProvider,
  PROVIDER,
  SECRETS,
  valueIn,
} from './world.ts'

const PROVIDER_STEP = '/console/connections/new/standard-based'

test('where there is no connection, the list says what to do next', async () => {
  const { browser } = await consoleWorld()
  const page = await browser.get('/console/connections')
  expect(page.text).toContain('No connections yet')
  expect(page.text).toContain('href="/console/connections/new"')
})

test('a search that finds nothing says so, and leads back to all', async () => {
  const { world, browser } = await consoleWorld()
  await makeConnection(world, 'SCIM-IDP')
  expect((await browser.get('/console/connections?q=scim')).text).toContain('>SCIM-IDP</a>')
  const page = await browser.get('/console/connections?q=%3Cb%3E')
  expect(page.text).toContain('No name contains “&lt;b&gt;”.')
  expect(page.text).toContain('href="/console/connections">Show all connections')
})

test('a custom connector needs no more than a name', async () => {
  const { browser } = await consoleWorld()
  await browser.get('/console/connections/new/custom')
  const page = await browser.post('/console/connections/new/custom', { name: 'SCIM-IDP', description: '' })
  expect(page.path).toMatch(/^\/console\/connections\/[0-9a-f-]{36}\?done=connection-created$/)
  expect(page.text).toContain('<h1>SCIM-IDP</h1>')
})

test('a refused form keeps what was typed, and says beside the field what is wrong', async () => {
  const { world, browser } = await consoleWorld()
  await makeConnection(world, 'Taken')
  const page = await browser.post('/console/connections/new/custom', { name: ' taken ', description: 'My <notes>' })
  expect(page.status).toBe(422)
  expect(valueIn(page.text, 'name')).toBe(' taken ')
  expect(page.text).toContain('My &lt;notes&gt;</textarea>')
  expect(errorAt(page.text, 'name')).toBe('This name is taken.')
  expect(page.text).toContain('<a href="#field-name">This name is taken.</a>')
})

test('the first step of a standard-based connection refuses a taken name at once', async () => {
  const { world, browser } = await consoleWorld()
  await makeConnection(world, 'IDP-IS2')
  const page = await browser.post(PROVIDER_STEP, { name: 'IDP-IS2' })
  expect(errorAt(page.text, 'name')).toBe('This name is taken.')
})

test('a standard-based connection is made in two steps, of which a reload loses nothing', async () => {
  const { world, browser } = await consoleWorld()
  const second = await browser.post(PROVIDER_STEP, { name: 'IDP-IS2' })
  expect(second.path).toBe(`${PROVIDER_STEP}/authenticator`)
  expect((await browser.get(second.path)).text).toContain('<strong>IDP-IS2</strong>')
  expect(valueIn((await browser.get(PROVIDER_STEP)).text, 'name')).toBe('IDP-IS2')
  const page = await browser.post(second.path, PROVIDER)
  expect(page.text).toContain('https://localhost:9443/commonauth')
  const id = /connections\/([^/]+)\/settings/.exec(page.path)?.[1] ?? ''
  const scope = await world.scope()
  const row = await getConnection(scope, id)
  expect(row.authenticator).toEqual({
    type: 'oidc',
    clientId: PROVIDER.clientId,
    authorizationEndpoint: PROVIDER.authorizationEndpoint,
    tokenEndpoint: PROVIDER.tokenEndpoint,
  })
  expect(await openClientSecret(scope, row)).toBe(SECRETS.upstream)
})

test('the second step of a standard-based connection leads to the first if that was not done', async () => {
  const { browser } = await consoleWorld()
  expect((await browser.get(`${PROVIDER_STEP}/authenticator`)).path).toBe(PROVIDER_STEP)
  expect((await browser.post(`${PROVIDER_STEP}/authenticator`, PROVIDER)).path).toBe(PROVIDER_STEP)
})

test('a refused authenticator keeps what was typed, but not the secret', async () => {
  const { browser } = await consoleWorld()
  await browser.post(PROVIDER_STEP, { name: 'IDP-IS2' })
  const wrong = { ...PROVIDER, tokenEndpoint: 'localhost:9444', issuer: 'nothing', jwksUri: 'nothing' }
  const page = await browser.post(`${PROVIDER_STEP}/authenticator`, wrong)
  expect(page.status).toBe(422)
  expect(valueIn(page.text, 'clientId')).toBe(PROVIDER.clientId)
  expect(valueIn(page.text, 'tokenEndpoint')).toBe('localhost:9444')
  expect(errorAt(page.text, 'tokenEndpoint')).toMatch(/^Give an address/)
  expect(errorAt(page.text, 'issuer')).toMatch(/^Give an address/)
  expect(page.text).toContain('<details class="more"  open>')
  expect(page.text).not.toContain(SECRETS.upstream)
})

test('a new authenticator without its secret is refused beside the field of the secret', async () => {
  const { world, browser } = await consoleWorld()
  const { id } = await makeConnection(world, 'SCIM-IDP')
  const page = await browser.post(`/console/connections/${id}/settings`, { ...PROVIDER, clientSecret: '' })
  expect(errorAt(page.text, 'clientSecret')).toBe('Give a value.')
})

test('an empty secret keeps the one that is set, and an emptied field is gone', async () => {
  const { world, browser } = await consoleWorld()
  const { id } = await makeProvider(world, 'IDP-IS2')
  const path = `/console/connections/${id}/settings`
  const scope = await world.scope()
  await browser.post(path, { ...PROVIDER, issuer: 'https://idp.example', scopes: 'openid  email' })
  expect((await getConnection(scope, id)).authenticator).toMatchObject({
    issuer: 'https://idp.example',
    scopes: ['openid', 'email'],
  })
  await browser.post(path, { ...PROVIDER, clientSecret: '', issuer: '', scopes: '' })
  const row = await getConnection(scope, id)
  expect(row.authenticator).not.toHaveProperty('issuer')
  expect(row.authenticator).not.toHaveProperty('scopes')
  expect(await openClientSecret(scope, row)).toBe(SECRETS.upstream)
})

test('just-in-time provisioning is switched on as the tutorial does it, and off again by an empty box', async () => {
  const { world, browser } = await consoleWorld()
  const { id } = await makeProvider(world, 'IDP-IS2')
  const path = `/console/connections/${id}/jit`
  const form = { userStore: 'PRIMARY', scheme: 'silent', attributeSync: 'preserveLocal' }
  await browser.post(path, { ...form, enabled: 'on' })
  const scope = await world.scope()
  const jit = { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'preserveLocal' }
  expect((await getConnection(scope, id)).jit).toEqual(jit)
  await browser.post(path, form)
  expect((await getConnection(scope, id)).jit).toEqual({ ...jit, enabled: false })
})

test('the just-in-time tab says so where nobody can sign in through the connection', async () => {
  const { world, browser } = await consoleWorld()
  const { id } = await makeConnection(world, 'SCIM-IDP')
  expect((await browser.get(`/console/connections/${id}/jit`)).text).toContain('Nobody can sign in through')
})

test('the attributes tab shows which claim becomes which attribute', async () => {
  const { world, browser } = await consoleWorld()
  const { id } = await makeProvider(world, 'IDP-IS2')
  const { text } = await browser.get(`/console/connections/${id}/attributes`)
  expect(text).toMatch(/<code>given_name<\/code>[^]*?<code>name\.givenName<\/code>/)
})

test('a connection is deleted after a question that names what goes with it', async () => {
  const { world, browser } = await consoleWorld()
  const connection = await makeProvider(world, 'IDP-IS2')
  await makeConnector(world, connection.id)
  const { row: application } = await makeApplication(world, 'playground2')
  const loginFlow = { steps: [{ options: ['password' as const, { connection: connection.id }] }] }
  await updateApplication(await world.scope(), application.id, { loginFlow })
  const path = `/console/connections/${connection.id}`
  const question = await browser.get(`${path}/delete`)
  expect(question.text).toContain('Delete IDP-IS2?')
  expect(question.text).toContain('SCIM2')
  expect(question.text).toContain('playground2')
  expect((await browser.get(path)).status).toBe(200)
  const list = await browser.post(`${path}/delete`)
  expect(list.text).toContain('The connection was deleted.')
  const gone = await browser.get(path)
  expect(gone.status).toBe(404)
  expect(gone.text).toContain('<a href="/console">Back to the console</a>')
})
