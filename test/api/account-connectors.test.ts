/** Connectors of Google Workspace and Salesforce over the management API. */
import { beforeAll, describe, expect, test } from 'vitest'
import { listConnectors, openConnectorSecrets } from '../../src/connections/queries.ts'
import { contentsOf } from '../support/contents.ts'
import { SERVICE_ACCOUNT } from '../support/fake-google.ts'
import { CONNECTED_APP, PROFILE_ID } from '../support/fake-salesforce.ts'
import { answered, type Api, CONNECTOR, fieldsOf, managementApi, problem } from './world.ts'

let api: Api
beforeAll(async () => void (api = await managementApi()))

const GOOGLE = {
  type: 'google',
  name: 'Google',
  domainName: 'acme.example',
  ...SERVICE_ACCOUNT,
  pattern: '{UN,TD}',
  separator: '.',
  defaultPassword: 'default-of-google',
}
const SALESFORCE = {
  type: 'salesforce',
  name: 'Salesforce',
  apiVersion: '64.0',
  domainName: 'https://acme.my.salesforce.com/',
  ...CONNECTED_APP,
  profileId: PROFILE_ID,
  provisioningDomain: 'Acme.example',
}

const create = (...connectors: object[]) =>
  api.tenant.api('POST', '/connections', { name: crypto.randomUUID(), outbound: { connectors } })
const change = (id: string, ...connectors: object[]) =>
  api.tenant.api('PATCH', `/connections/${id}`, { outbound: { connectors } })

type Connectors = { readonly outbound: { readonly connectors: readonly Record<string, unknown>[] } }
async function read(id: string) {
  const { outbound } = (await answered(api.tenant.api('GET', `/connections/${id}`))) as unknown as Connectors
  return outbound.connectors
}
async function secretsOf(id: string) {
  const scope = await api.world.scope()
  return Promise.all((await listConnectors(scope, id)).map((row) => openConnectorSecrets(scope, row)))
}

describe('a connector', () => {
  test('of each type comes back with all but its secrets, and they stand readable nowhere', async () => {
    const { id } = await answered(create(GOOGLE, SALESFORCE), 201)
    const { privateKey: _key, defaultPassword: _default, ...google } = GOOGLE
    const { clientSecret: _secret, password: _password, ...salesforce } = SALESFORCE
    const shared = { id: expect.any(String), enabled: false, passwordProvisioning: true }
    expect(await read(id)).toEqual([
      { ...shared, ...google },
      {
        ...shared,
        ...salesforce,
        apiVersion: 'v64.0',
        domainName: 'https://acme.my.salesforce.com',
        provisioningDomain: 'acme.example',
        grant: 'password',
        tokenEndpoint: 'https://login.salesforce.com/services/oauth2/token',
      },
    ])
    const stored = [...(await contentsOf(api.world.platform.db)).values()].join()
    const secrets = [CONNECTED_APP.clientSecret, CONNECTED_APP.password, GOOGLE.defaultPassword, 'PRIVATE KEY']
    for (const secret of secrets) expect(stored).not.toContain(secret)
    expect(await secretsOf(id)).toEqual([
      { privateKey: SERVICE_ACCOUNT.privateKey, defaultPassword: GOOGLE.defaultPassword },
      { clientSecret: CONNECTED_APP.clientSecret, password: CONNECTED_APP.password },
    ])
  })

  test('keeps secrets that a change leaves out, as long as it stays at its hosts', async () => {
    const { id } = await answered(create(GOOGLE, SALESFORCE), 201)
    const before = await secretsOf(id)
    const { privateKey: _key, defaultPassword: _default, ...google } = GOOGLE
    const { clientSecret: _secret, password: _password, ...salesforce } = SALESFORCE
    await answered(change(id, { ...google, adminEmail: 'ann@acme.example' }, salesforce))
    expect(await secretsOf(id)).toEqual(before)
    const moved = { ...google, tokenEndpoint: 'https://evil.example/token' }
    expect(fieldsOf(await problem(change(id, moved, salesforce)))).toEqual(['outbound.connectors.0.privateKey'])
    const elsewhere = { ...salesforce, domainName: 'https://evil.example' }
    expect(fieldsOf(await problem(change(id, google, elsewhere)))).toEqual(['outbound.connectors.1.clientSecret'])
  })

  test('keeps its type: what it sent is known by the ids of one system', async () => {
    const { id } = await answered(create(CONNECTOR), 201)
    const refused = await problem(change(id, { ...GOOGLE, name: CONNECTOR.name }))
    expect(refused).toMatchObject({ status: 400, errors: [{ field: 'outbound.connectors.0.type' }] })
  })

  test('of Salesforce with client credentials has no user name and no password', async () => {
    const { id } = await answered(create({ ...SALESFORCE, grant: 'clientCredentials' }), 201)
    expect((await read(id))[0]).not.toHaveProperty('username')
    expect(await secretsOf(id)).toEqual([{ clientSecret: CONNECTED_APP.clientSecret }])
  })
})

describe('the private key', () => {
  const asFile = JSON.stringify({ type: 'service_account', private_key: SERVICE_ACCOUNT.privateKey }, undefined, 2)
  test.each([
    ['in PEM', SERVICE_ACCOUNT.privateKey],
    ['with \\n for its line breaks', SERVICE_ACCOUNT.privateKey.replaceAll('\n', '\\n')],
    ['in the JSON file that Google gives', asFile],
  ])('is read %s', async (_, privateKey) => {
    const { id } = await answered(create({ ...GOOGLE, privateKey }), 201)
    expect((await secretsOf(id))[0]?.privateKey).toBe(SERVICE_ACCOUNT.privateKey)
  })
})

test.each([
  ['google', { domainName: 'acme' }, 'domainName'],
  ['google', { domainName: 'https://acme.example' }, 'domainName'],
  ['google', { emailAttribute: 'emails[type eq "work"]' }, 'emailAttribute'],
  ['google', { serviceAccountEmail: 'postern' }, 'serviceAccountEmail'],
  ['google', { privateKey: undefined }, 'privateKey'],
  ['google', { privateKey: 'notasecret' }, 'privateKey'],
  ['google', { privateKey: '-----BEGIN RSA PRIVATE KEY-----' }, 'privateKey'],
  ['google', { applicationName: 'Acme\r\nX-Evil: 1' }, 'applicationName'],
  ['google', { pattern: '{UD,XX}' }, 'pattern'],
  // Everybody would have one name.
  ['google', { pattern: '{TD,IDP}' }, 'pattern'],
  ['google', { separator: '@' }, 'separator'],
  ['google', { deprovisioning: 'forget' }, 'deprovisioning'],
  ['google', { userFilter: 'userName eq' }, 'userFilter'],
  ['salesforce', { apiVersion: 'latest' }, 'apiVersion'],
  ['salesforce', { domainName: 'acme.my.salesforce.com' }, 'domainName'],
  ['salesforce', { domainName: 'https://acme.my.salesforce.com/lightning?x' }, 'domainName'],
  ['salesforce', { clientSecret: undefined }, 'clientSecret'],
  ['salesforce', { username: undefined }, 'username'],
  ['salesforce', { password: undefined }, 'password'],
  ['salesforce', { profileId: 'Standard User' }, 'profileId'],
  ['salesforce', { externalIdField: "Id' OR Name = 'x" }, 'externalIdField'],
])('a connector of %s with %o is refused by the field', async (type, wrong, field) => {
  const { status, errors } = await problem(create({ ...(type === 'google' ? GOOGLE : SALESFORCE), ...wrong }))
  expect({ status, field: errors[0]?.field }).toEqual({ status: 400, field: `outbound.connectors.0.${field}` })
})
