/** The form of a connector's page, sent as it stands there, and what of it is folded. */
import { expect, test } from 'vitest'
import { createConnector } from '../../src/connections/connectors/commands.ts'
import { connectorInput } from '../../src/connections/connectors/settings.ts'
import { listConnectors, openConnectorSecrets } from '../../src/connections/queries.ts'
import { newSigningSecret } from '../../src/core/signing-secret.ts'
import { SERVICE_ACCOUNT } from '../support/fake-google.ts'
import { CONNECTED_APP, PROFILE_ID } from '../support/fake-salesforce.ts'
import { formOf } from './forms.ts'
import { consoleWorld, errorAt, makeConnection } from './world.ts'

const SHARED = {
  enabled: true,
  deletionGuard: 0,
  userFilter: 'active eq true',
  groupFilter: 'displayName sw "App-"',
  mapping: { base: 'none', rules: [{ target: 'displayName', source: 'userName' }] },
}
const ACCOUNTS = { pattern: '{UN,TD}', separator: '', defaultPassword: 'Default-9S', passwordProvisioning: false }
const EACH: Readonly<Record<string, object>> = {
  scim2: {
    type: 'scim2',
    ...SHARED,
    authentication: {
      mode: 'clientCredentials',
      tokenEndpoint: 'https://auth.example/token',
      clientId: 'us',
      clientSecret: 'secret-of-client',
      scope: 'scim',
    },
    profile: 'entra',
    baseUrl: 'https://target.example/scim',
    groupEndpoint: 'https://target.example/other/Groups',
    userStoreDomain: 'PRIMARY',
    updateMethod: 'patch',
    leaving: 'deactivate',
    deletion: 'deactivate',
    reconciliation: { everyHours: 5, policy: 'adopt' },
    passwordProvisioning: false,
    defaultPassword: 'Default-9S',
  },
  google: {
    type: 'google',
    ...SHARED,
    ...ACCOUNTS,
    ...SERVICE_ACCOUNT,
    domainName: 'acme.example',
    emailAttribute: 'profileUrl',
    givenNameAttribute: 'nickName',
    familyNameAttribute: 'displayName',
    applicationName: 'Postern',
    deprovisioning: 'suspend',
    apiUrl: 'https://google.example',
    tokenEndpoint: 'https://token.example/token',
  },
  salesforce: {
    type: 'salesforce',
    ...SHARED,
    ...ACCOUNTS,
    ...CONNECTED_APP,
    apiVersion: 'v64.0',
    domainName: 'https://acme.my.salesforce.com',
    tokenEndpoint: 'https://login.salesforce.com/services/oauth2/token',
    provisioningDomain: 'acme.example',
    externalIdField: '',
    profileId: PROFILE_ID,
    timeZone: 'Europe/Paris',
    locale: 'fr_FR',
    emailEncoding: 'UTF-16',
    language: 'fr',
  },
  webhook: {
    type: 'webhook',
    ...SHARED,
    url: 'https://receiver.example/hooks',
    signingSecret: newSigningSecret(),
    groups: false,
  },
}
const BARE: Readonly<Record<string, object>> = {
  scim2: { type: 'scim2', authentication: { mode: 'none' }, userEndpoint: 'https://target.example/Users' },
  google: { type: 'google', ...SERVICE_ACCOUNT, domainName: 'acme.example' },
}

async function pageOf(input: object) {
  const { world, browser } = await consoleWorld()
  const { id } = await makeConnection(world, 'target')
  const connector = await createConnector(await world.scope(), id, connectorInput.parse({ name: 'one', ...input }))
  const path = `/console/connections/${id}/connectors/${connector.id}`
  const stored = async () => {
    const scope = await world.scope()
    const [row] = await listConnectors(scope, id)
    if (!row) throw new Error('there is no connector')
    return { ...row, sealedSecrets: await openConnectorSecrets(scope, row) }
  }
  return { browser, path, stored, page: await browser.get(path) }
}

test.each(Object.keys(EACH))(
  'the form of a %s connector that the management API made, sent as it is, changes nothing of it',
  async (type) => {
    const { browser, path, stored, page } = await pageOf(EACH[type] ?? {})
    const before = await stored()
    const sent = await browser.post(path, formOf(page.text, path))
    expect(sent.text).toContain('<h1')
    expect(sent.path).toContain('done=connector-updated')
    expect(await stored()).toEqual(before)
  },
)

const FOLDED = /<details class="more"\s*>\s*<summary>More settings/

test.each(Object.keys(BARE))('of a %s connector, what is as it begins is folded', async (type) => {
  const { page } = await pageOf(BARE[type] ?? {})
  expect(page.text).toMatch(FOLDED)
})

test.each(Object.keys(BARE))('of a %s connector, what was set or is wrong is in sight', async (type) => {
  const { browser, path, page } = await pageOf({ ...BARE[type], deletionGuard: 30 })
  expect(page.text).toMatch(/<details class="more"\s+open>\s*<summary>More settings/)
  const plain = await pageOf(BARE[type] ?? {})
  const wrong = { ...formOf(plain.page.text, plain.path), deletionGuard: '101' }
  const answer = await plain.browser.post(plain.path, wrong)
  expect(errorAt(answer.text, 'deletionGuard')).toBe('Give 0 to 100.')
  expect(answer.text).not.toMatch(FOLDED)
  const reset = await browser.post(path, { ...formOf(page.text, path), deletionGuard: '' })
  expect(reset.path).toContain('done=connector-updated')
  expect((await browser.get(path)).text).toMatch(FOLDED)
})
