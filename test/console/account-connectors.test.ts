/** The wizard and the pages of connectors of Google Workspace and Salesforce. */
import { describe, expect, test } from 'vitest'
import { listConnectors, openConnectorSecrets } from '../../src/connections/queries.ts'
import { SERVICE_ACCOUNT } from '../support/fake-google.ts'
import { CONNECTED_APP, PROFILE_ID } from '../support/fake-salesforce.ts'
import { consoleWorld, errorAt, makeConnection, makeConnector, valueIn } from './world.ts'

const GOOGLE = {
  type: 'google',
  domainName: 'acme.example',
  emailAttribute: '',
  givenNameAttribute: '',
  familyNameAttribute: '',
  ...SERVICE_ACCOUNT,
  privateKey: JSON.stringify({
    type: 'service_account',
    private_key: SERVICE_ACCOUNT.privateKey,
    client_id: '1'.repeat(600),
  }),
  applicationName: 'Postern',
  pattern: '{UN,TD}',
  separator: '.',
  deprovisioning: 'suspend',
  passwordProvisioning: 'on',
  defaultPassword: 'default-of-google',
}
const SALESFORCE = {
  type: 'salesforce',
  apiVersion: 'v64.0',
  domainName: 'https://acme.my.salesforce.com',
  grant: 'password',
  ...CONNECTED_APP,
  tokenEndpoint: 'https://login.salesforce.com/services/oauth2/token',
  provisioningDomain: 'acme.example',
  externalIdField: 'FederationIdentifier',
  profileId: PROFILE_ID,
  timeZone: 'Europe/Paris',
}

async function begin() {
  const { world, browser } = await consoleWorld()
  const { id } = await makeConnection(world, 'SaaS')
  const path = `/console/connections/${id}`
  const connectors = async () => {
    const scope = await world.scope()
    const rows = await listConnectors(scope, id)
    return Promise.all(rows.map(async (row) => ({ ...row, secrets: await openConnectorSecrets(scope, row) })))
  }
  return { world, browser, id, path, wizard: `${path}/connectors/new`, connectors }
}

describe('the wizard', () => {
  test('asks first which type it is to be', async () => {
    const { browser, wizard } = await begin()
    const { text } = await browser.get(wizard)
    for (const type of ['scim2', 'google', 'salesforce'])
      expect(text).toMatch(new RegExp(`name="type" value="${type}"`))
    expect(errorAt((await browser.post(wizard, { type: 'ldap' })).text, 'type')).toBe('Choose a connector type.')
  })

  test('makes a Google connector of the JSON key file, and shows no secret', async () => {
    const { browser, path, wizard, connectors } = await begin()
    const details = await browser.post(wizard, { type: 'google' })
    expect(details.text).toContain('Google Domain')
    const summary = await browser.post(details.path, GOOGLE)
    expect(summary.path).toBe(`${wizard}/summary`)
    expect(summary.text).toContain('Suspend the account, and keep its data')
    const again = await browser.get(`${wizard}/details`)
    expect(valueIn(again.text, 'pattern')).toBe('{UN,TD}')
    for (const { text } of [summary, again]) {
      expect(text).not.toContain(SERVICE_ACCOUNT.privateKey.slice(40, 80))
      expect(text).not.toContain(GOOGLE.defaultPassword)
    }
    const page = await browser.post(summary.path)
    expect(page.path).toBe(`${path}/outbound?done=connector-created`)
    expect(page.text).toContain('acme.example (https://admin.googleapis.com)')
    const { privateKey: _key, defaultPassword: _default, passwordProvisioning: _on, ...settings } = GOOGLE
    const set = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''))
    expect(await connectors()).toMatchObject([
      {
        name: 'Google',
        type: 'google',
        enabled: false,
        settings: set,
        secrets: { privateKey: SERVICE_ACCOUNT.privateKey, defaultPassword: GOOGLE.defaultPassword },
      },
    ])
  })

  test('makes a Salesforce connector, and a second one is called Salesforce-2', async () => {
    const { browser, wizard, connectors } = await begin()
    for (let i = 0; i < 2; i++) {
      const details = await browser.post(wizard, { type: 'salesforce' })
      expect(valueIn(details.text, 'tokenEndpoint')).toBe(SALESFORCE.tokenEndpoint)
      const summary = await browser.post(details.path, SALESFORCE)
      for (const secret of [CONNECTED_APP.clientSecret, CONNECTED_APP.password])
        expect(summary.text).not.toContain(secret)
      await browser.post(summary.path)
    }
    const made = await connectors()
    expect(made.map(({ name }) => name)).toEqual(['Salesforce', 'Salesforce-2'])
    expect(made[0]).toMatchObject({
      settings: { type: 'salesforce', profileId: PROFILE_ID, timeZone: 'Europe/Paris' },
      secrets: { clientSecret: CONNECTED_APP.clientSecret, password: CONNECTED_APP.password },
    })
  })

  test('that is told another type forgets the answers of the one before', async () => {
    const { browser, wizard } = await begin()
    await browser.post(wizard, { type: 'google' })
    await browser.post(`${wizard}/details`, GOOGLE)
    await browser.post(wizard, { type: 'salesforce' })
    const details = await browser.get(`${wizard}/details`)
    expect(details.text).toContain('OAuth2 Token Endpoint')
    expect(valueIn(details.text, 'domainName')).toBe('')
    expect((await browser.get(`${wizard}/summary`)).path).toBe(`${wizard}/details`)
    expect((await browser.get(wizard)).text).toMatch(/value="salesforce"\s+checked/)
  })

  test('names what is wrong beside its field, keeps what was typed, and shows no secret', async () => {
    const { browser, wizard } = await begin()
    await browser.post(wizard, { type: 'google' })
    const wrong = { ...GOOGLE, domainName: 'acme', pattern: '{UX}', privateKey: 'a-key-that-is-none' }
    const page = await browser.post(`${wizard}/details`, wrong)
    expect(page.status).toBe(422)
    expect(errorAt(page.text, 'domainName')).toMatch(/^Give a domain/)
    expect(errorAt(page.text, 'pattern')).toMatch(/^Give UN and any of/)
    expect(errorAt(page.text, 'privateKey')).toMatch(/^Give the private_key/)
    expect(valueIn(page.text, 'adminEmail')).toBe(GOOGLE.adminEmail)
    expect(page.text).not.toContain('a-key-that-is-none')
    const missing = await browser.post(`${wizard}/details`, { ...GOOGLE, privateKey: '' })
    expect(errorAt(missing.text, 'privateKey')).toBe('Give a value.')
  })

  test.each(['username', 'password', 'clientSecret'])('demands the %s of a Salesforce connector', async (field) => {
    const { browser, wizard } = await begin()
    await browser.post(wizard, { type: 'salesforce' })
    const page = await browser.post(`${wizard}/details`, { ...SALESFORCE, [field]: '' })
    expect(errorAt(page.text, field)).toBe('Give a value.')
  })
})

describe('the page of a connector', () => {
  test('shows what is set and no secret, keeps secrets that are left empty, and says of which type it is', async () => {
    const { browser, path, wizard, connectors } = await begin()
    await browser.post(wizard, { type: 'google' })
    await browser.post(`${wizard}/details`, GOOGLE)
    await browser.post(`${wizard}/summary`)
    const [made] = await connectors()
    const here = `${path}/connectors/${made?.id}`
    const page = await browser.get(here)
    expect(page.text).toContain('Google connector')
    expect(valueIn(page.text, 'domainName')).toBe('acme.example')
    expect(page.text.match(/One is set\./g)).toHaveLength(2)
    expect(page.text).not.toContain(SERVICE_ACCOUNT.privateKey.slice(40, 80))
    const change = { ...GOOGLE, name: 'Workspace', privateKey: '', defaultPassword: '', deprovisioning: 'delete' }
    await browser.post(here, change)
    const [changed] = await connectors()
    expect(changed).toMatchObject({ name: 'Workspace', secrets: made?.secrets })
    expect(changed?.settings).not.toHaveProperty('deprovisioning')
  })

  test('refuses the form of another type', async () => {
    const { world, browser, id, path, connectors } = await begin()
    const { id: connector } = await makeConnector(world, id)
    const page = await browser.post(`${path}/connectors/${connector}`, { ...GOOGLE, name: 'SCIM2' })
    expect(page.status).toBe(422)
    expect(await connectors()).toMatchObject([{ type: 'scim2' }])
  })
})
