/** New connections to providers whose addresses and habits are known. */
import { beforeAll, describe, expect, test } from 'vitest'
import { PRESET_NAMES } from '../../../src/connections/authenticator/settings.ts'
import { PRESETS } from '../../../src/connections/presets/presets.ts'
import { getConnection, openClientSecret } from '../../../src/connections/queries.ts'
import { fieldsOfPreset } from '../../../src/console/connections/presets/form.ts'
import { testWorld, type TestWorld } from '../../support/app.ts'
import { type BrowserClient, signedIn } from '../../support/browser-client.ts'
import { errorBeside, formOf } from '../forms.ts'
import { consoleWorld } from '../world.ts'

const SECRET = 'preset-secret-4T'
const NEW = '/console/connections/new'

let world: TestWorld
let browser: BrowserClient
beforeAll(async () => {
  ;({ world, browser } = await consoleWorld())
})

async function stored(path: string) {
  const scope = await world.scope()
  const row = await getConnection(scope, /connections\/([^/]+)\//.exec(path)?.[1] ?? '')
  return { row, secret: await openClientSecret(scope, row) }
}

test('the chooser leads to a custom connector, to a standard-based one, and to every known provider', async () => {
  const { text } = await browser.get(NEW)
  for (const kind of ['custom', 'standard-based', ...PRESET_NAMES]) expect(text).toContain(`href="${NEW}/${kind}"`)
  for (const { label } of Object.values(PRESETS)) expect(text).toContain(`<strong>${label}</strong>`)
})

describe.each(PRESET_NAMES)('%s', (preset) => {
  test('asks for what this provider needs and no more, and says where the callback URL goes', async () => {
    const { text } = await browser.get(`${NEW}/${preset}`)
    const names = Object.keys(formOf(text, `${NEW}/${preset}`))
    expect(names).toEqual(['name', ...fieldsOfPreset(preset).map(({ name }) => name)])
    const isByHand = preset !== 'postern'
    expect(text.includes('<code id="callback-url">https://localhost:9443/commonauth</code>')).toBe(isByHand)
  })

  test('says of each field that is missing that it is', async () => {
    const page = await browser.post(`${NEW}/${preset}`, { name: '' })
    expect(page.status).toBe(422)
    const missing = fieldsOfPreset(preset).filter(({ isRequired }) => isRequired)
    for (const { name } of [...missing, { name: 'name' }]) expect(errorBeside(page.text, name), name).toBeDefined()
  })
})

test.each([
  ['google', {}, { type: 'oidc', issuer: 'https://accounts.google.com' }],
  ['entra', { tenant: 'contoso.com' }, { issuer: 'https://login.microsoftonline.com/contoso.com/v2.0' }],
  ['okta', { domain: 'acme.okta.com' }, { issuer: 'https://acme.okta.com' }],
  ['github', { domain: '' }, { type: 'oauth2', tokenEndpoint: 'https://github.com/login/oauth/access_token' }],
  ['gitlab', { domain: 'git.example.com' }, { issuer: 'https://git.example.com' }],
] as const)('%s becomes a connection with its addresses, which its list names', async (preset, place, expected) => {
  const page = await browser.post(`${NEW}/${preset}`, {
    name: `To ${preset}`,
    clientId: 'us',
    clientSecret: SECRET,
    ...place,
  })
  expect(page.path).toContain('/settings?done=connection-created')
  const { row, secret } = await stored(page.path)
  expect(row).toMatchObject({ name: `To ${preset}`, authenticator: { preset, clientId: 'us', ...expected } })
  expect(secret).toBe(SECRET)
  expect(page.text).not.toContain(SECRET)
  expect((await browser.get('/console/connections')).text).toContain(`>${PRESETS[preset].label}</td>`)
})

test('directories of Entra ID are listed one a line, and needed where many may come', async () => {
  const form = { name: 'Many', clientId: 'us', clientSecret: SECRET, tenant: 'organizations', allowedTenants: '' }
  const refused = await browser.post(`${NEW}/entra`, form)
  expect(errorBeside(refused.text, 'allowedTenants')).toBe('Say which directories may sign in: their tenant IDs.')
  expect(refused.text).not.toContain(SECRET)
  const tenants = ['8b2c1f0e-0000-4000-8000-000000000001', '8b2c1f0e-0000-4000-8000-000000000002']
  const page = await browser.post(`${NEW}/entra`, { ...form, allowedTenants: tenants.join('\r\n') })
  expect((await stored(page.path)).row.authenticator?.allowedTenants).toEqual(tenants)
})

test('a key that is none is refused beside its field, and not shown again', async () => {
  const key = 'not-a-private-key-9Z'
  const page = await browser.post(`${NEW}/apple`, {
    name: 'Apple',
    clientId: 'com.example.web',
    teamId: 'A1B2C3D4E5',
    keyId: 'F6G7H8I9J0',
    privateKey: key,
  })
  expect(errorBeside(page.text, 'privateKey')).toContain('Give a private key in PKCS #8')
  expect(page.text).not.toContain(key)
})

test('a kind of connection that is none is not found', async () => {
  expect((await browser.get(`${NEW}/nothing`)).status).toBe(404)
})

describe('another postern tenant', () => {
  test('that does not take us is refused beside its field, with what it said, and nothing is stored', async () => {
    const form = { name: 'Acme', initialAccessToken: 'token-5V' }
    const gone = await browser.post(`${NEW}/postern`, { ...form, domain: 'http://127.0.0.1:9' })
    expect(gone.status).toBe(422)
    expect(errorBeside(gone.text, 'domain')).toContain('It does not answer')
    expect(gone.text).not.toContain('token-5V')
    const itself = await browser.post(`${NEW}/postern`, { ...form, domain: 'https://localhost:9443' })
    expect(errorBeside(itself.text, 'domain')).toBe('This tenant cannot be its own provider.')
    expect((await browser.get('/console/connections')).text).not.toContain('>Acme<')
  })

  test('becomes a provider in one step, and its connection can be tested', async () => {
    const other: TestWorld = await testWorld({ fetch: async (url, init) => other.app.request(url, init) })
    await (await other.tenant('acme')).api('PUT', '/client-registration', { policy: 'open' })
    const here = await signedIn(other)
    const form = { name: 'Acme', domain: 'https://localhost:9443/t/acme', initialAccessToken: '' }
    const page = await here.post(`${NEW}/postern`, form)
    expect(page.text).toContain('The connection was created.')
    expect(page.text).toContain('value="https://localhost:9443/t/acme"')
    expect(page.text).toContain('<code id="jwks">')
    const begun = await here.post(page.path.replace(/settings.*/, 'test'), {})
    expect(begun.text).toContain('Sign in at Acme')
    expect(begun.text).not.toContain('✗ Failed')
  })
})
