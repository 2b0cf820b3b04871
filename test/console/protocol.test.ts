/** An application's Protocol tab: every setting of a client has a field there. */
import { beforeAll, describe, expect, test } from 'vitest'
import { clientMetadata } from '../../src/applications/client-metadata.ts'
import { getApplication } from '../../src/applications/queries.ts'
import { METADATA_FIELDS } from '../../src/console/applications/protocol/fields.ts'
import { textOfSetting } from '../../src/console/applications/protocol/values.ts'
import { hashToken } from '../../src/core/crypto.ts'
import type { ClientMetadata } from '../../src/db/schema.ts'
import { basicHeader, type TestWorld } from '../support/app.ts'
import type { BrowserClient } from '../support/browser-client.ts'
import { signedInWith } from './people.ts'
import { consoleWorld, errorAt, makeApplication, valueIn } from './world.ts'

let world: TestWorld
let browser: BrowserClient
beforeAll(async () => {
  ;({ world, browser } = await consoleWorld())
})

let count = 0
async function application() {
  const made = await makeApplication(world, `application ${++count}`)
  const path = `/console/applications/${made.row.id}`
  const row = async () => getApplication(await world.scope(), made.row.id)
  return {
    ...made,
    path,
    protocol: `${path}/protocol`,
    stored: row,
    metadata: async () => (await row()).clientMetadata,
  }
}

const secretIn = (text: string) => /<code id="client-secret">([^<]+)</.exec(text)?.[1]

const EVERYTHING: Required<Omit<ClientMetadata, 'jwks' | 'profile'>> = {
  jwksUri: 'https://app.example/jwks',
  accessTokenSeconds: 600,
  refreshTokenIdleSeconds: 3600,
  refreshTokenSeconds: 7200,
  idTokenSignedResponseAlg: 'ES256',
  userinfoSignedResponseAlg: 'EdDSA',
  accessTokenSignedResponseAlg: 'RS256',
  requirePushedAuthorizationRequests: true,
  requirePkce: false,
  firstParty: false,
  postLogoutRedirectUris: ['https://app.example/out', 'https://app.example/out2'],
  backchannelLogoutUri: 'https://app.example/back',
  backchannelLogoutSessionRequired: true,
  dpopBoundAccessTokens: true,
  requireDpopNonce: true,
  requireSignedRequestObject: true,
  requestObjectSigningAlg: 'PS256',
  requestUris: ['https://app.example/request#hash'],
  authorizationSignedResponseAlg: 'ES256',
  tlsClientAuthSubjectDn: 'CN=client,O=Acme',
  tlsClientAuthSanDns: 'client.example',
  tlsClientAuthSanUri: 'https://client.example/id',
  tlsClientAuthSanIp: '10.0.0.1',
  tlsClientAuthSanEmail: 'client@app.example',
  tlsClientCertificateBoundAccessTokens: true,
  frontchannelLogoutUri: 'https://app.example/front',
  frontchannelLogoutSessionRequired: true,
  initiateLoginUri: 'https://app.example/start',
  logoUri: 'https://app.example/logo.png',
  clientUri: 'https://app.example/',
  policyUri: 'https://app.example/policy',
  tosUri: 'https://app.example/tos',
  contacts: ['admin@app.example'],
  subjectType: 'pairwise',
  sectorIdentifierUri: 'https://app.example/sector',
  defaultMaxAge: 300,
  accessTokenFormat: 'opaque',
  resources: ['https://api.example/'],
  servesResources: ['https://mine.example/'],
  exchangesTokensOf: ['somebody'],
  providerTokensOf: ['a-connection'],
  assertsUsers: true,
  tokenEndpointAuthSigningAlg: 'ES256',
  claims: {
    cost_center: {
      attribute: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter',
      in: ['id_token', 'access_token'],
    },
    work_email: { attribute: 'emails[type eq "work"].value', in: ['userinfo'] },
  },
}

test('every setting of a client has a field, and each field one setting', () => {
  expect(METADATA_FIELDS.map(({ name }) => name).toSorted()).toEqual(Object.keys(clientMetadata.shape).toSorted())
})

test('what is typed into all of them is what is stored, and stands there again; emptied they are gone', async () => {
  const { protocol, metadata } = await application()
  const form: Record<string, string> = Object.fromEntries(
    METADATA_FIELDS.map((field) => [
      field.name,
      textOfSetting(field, (EVERYTHING as ClientMetadata)[field.name]).replaceAll('\n', '\r\n'),
    ]),
  )
  // Nothing is at that address here, and its algorithm goes with keys alone.
  const { sectorIdentifierUri: _, tokenEndpointAuthSigningAlg: __, ...sent } = form
  const page = await browser.post(protocol, sent)
  expect(page.text).toContain('The application was updated.')
  const { sectorIdentifierUri, tokenEndpointAuthSigningAlg, ...expected } = EVERYTHING
  expect(await metadata()).toEqual(expected)
  for (const name of ['accessTokenSeconds', 'frontchannelLogoutUri', 'initiateLoginUri', 'policyUri'] as const) {
    expect(valueIn(page.text, name)).toBe(String(expected[name]))
  }
  expect(page.text).toMatch(/<option value="pairwise" +selected/)
  await browser.post(protocol, Object.fromEntries(Object.keys(sent).map((name) => [name, ''])))
  expect(await metadata()).toEqual({})
})

test('a form has a part of the fields: what the others have stays', async () => {
  const { protocol, metadata, stored } = await application()
  await browser.post(protocol, { accessTokenSeconds: '600', policyUri: 'https://app.example/policy' })
  await browser.post(protocol, { policyUri: '' })
  expect(await metadata()).toEqual({ accessTokenSeconds: 600 })
  expect((await stored()).grantTypes).toEqual(['authorization_code'])
})

describe('what is wrong stands beside its field, what was typed stays, and nothing is changed', () => {
  test.each<[string, string, RegExp]>([
    ['accessTokenSeconds', 'soon', /Give a number of seconds/],
    ['accessTokenSeconds', '5', /60/],
    ['backchannelLogoutUri', 'ftp://x', /Give an http:\/\/ or https/],
    ['frontchannelLogoutUri', 'https://elsewhere.example/', /scheme, host and port of a redirect URI/],
    ['initiateLoginUri', 'http://app.example/', /Give an https/],
    ['jwks', '{"keys":', /This is no JSON/],
    ['postLogoutRedirectUris', 'https://a.example/\r\nnowhere', /^nowhere: Give an http/],
    ['subjectType', 'shared', /Choose one of these/],
    ['claims', 'cost_center', /write it as claim = attribute/],
    ['claims', 'shoe = shoeSize', /^“shoe”: User has no attribute shoeSize/],
    ['claims', 'sub = userName', /^sub: /],
    ['claims', 'x = userName -> nowhere', /^x/],
    ['claims', 'x = userName\r\nx = title', /x is there twice/],
  ])('%s: %s', async (name, value, message) => {
    const { protocol, metadata } = await application()
    const page = await browser.post(protocol, { [name]: value, tosUri: 'https://app.example/tos' })
    expect(page.status).toBe(422)
    expect(errorAt(page.text, name)).toMatch(message)
    expect(valueIn(page.text, 'tosUri')).toBe('https://app.example/tos')
    expect(await metadata()).toEqual({})
  })

  test('keys and their address', async () => {
    const { protocol } = await application()
    const jwks = '{"keys":[{"kty":"EC"}]}'
    const page = await browser.post(protocol, { jwks, jwksUri: 'https://app.example/jwks' })
    expect(errorAt(page.text, 'jwksUri')).toBe('Give keys or their address.')
  })

  test('no grant at all, and codes without a redirect URL', async () => {
    const { protocol, stored, row } = await application()
    const none = await browser.post(protocol, { tokenEndpointAuthMethod: 'client_secret_basic' })
    expect(errorAt(none.text, 'grantTypes')).toBe('Choose at least one grant.')
    expect(errorAt((await browser.post(protocol, { redirectUris: '' })).text, 'redirectUris')).toMatch(/^Give at least/)
    expect((await stored()).redirectUris).toEqual(row.redirectUris)
  })

  test('client_secret_jwt while a hash of the secret is kept', async () => {
    const { protocol } = await application()
    const grantTypes = 'authorization_code'
    const page = await browser.post(protocol, { tokenEndpointAuthMethod: 'client_secret_jwt', grantTypes })
    expect(errorAt(page.text, 'tokenEndpointAuthMethod')).toMatch(/^Make a new secret for this method/)
  })
})

test('redirect URLs, the way the client authenticates and its grants are changed together', async () => {
  const { protocol, stored } = await application()
  const grantTypes = ['authorization_code', 'refresh_token']
  const form = { redirectUris: 'https://new.example/', tokenEndpointAuthMethod: 'client_secret_post', grantTypes }
  const page = await browser.post(protocol, form)
  expect(page.text).toContain('https://localhost:9443/.well-known/openid-configuration')
  expect(await stored()).toMatchObject({ ...form, redirectUris: ['https://new.example/'] })
  expect(page.text).toMatch(/value="refresh_token"[^>]*\schecked/)
  expect(page.text).not.toMatch(/value="client_credentials"[^>]*\schecked/)
})

test('an application that says where a sign-in begins is opened from its page, with the issuer', async () => {
  const { path, protocol } = await application()
  expect((await browser.get(path)).text).not.toContain('Sign in to it')
  await browser.post(protocol, { initiateLoginUri: 'https://app.example/start' })
  expect((await browser.get(path)).text).toContain(
    'href="https://app.example/start?iss=https%3A%2F%2Flocalhost%3A9443"',
  )
})

test('nobody has an application read people who may not read them herself', async () => {
  const { protocol, metadata } = await application()
  const { browser: other } = await signedInWith(world, ['applications:read', 'applications:write'])
  await other.get(protocol)
  expect((await other.post(protocol, { claims: 'name = displayName' })).status).toBe(403)
  expect(await metadata()).toEqual({})
})

describe('a new secret', () => {
  const lets = async (clientId: string, secret: string) => {
    const answer = await world.app.request('https://localhost:9443/oauth2/token', {
      method: 'POST',
      headers: { Authorization: basicHeader(clientId, secret) },
      body: new URLSearchParams({ grant_type: 'authorization_code', code: 'none' }),
    })
    return answer.status !== 401
  }

  test('is made after a question, is shown once, and leaves the former one good for a day', async () => {
    const { row, clientSecret = '', path, protocol, stored } = await application()
    expect((await browser.get(`${path}/secret`)).text).toContain(`Make a new client secret for ${row.name}?`)
    expect((await stored()).clientSecretHash).toBe(row.clientSecretHash)
    const page = await browser.post(`${path}/secret`, { formerSecretSeconds: '86400' })
    const secret = secretIn(page.text) ?? ''
    expect(page.text).toContain('shown once')
    expect((await stored()).clientSecretHash).toBe(hashToken(secret))
    expect(page.text).toContain('Good beside the present one')
    expect([await lets(row.clientId, secret), await lets(row.clientId, clientSecret)]).toEqual([true, true])
    expect(secretIn((await browser.get(protocol)).text)).toBeUndefined()
    expect((await browser.get(`${path}/secret/former`)).text).toContain('End the former client secret')
    const ended = await browser.post(`${path}/secret/former`)
    expect(ended.text).not.toContain('Good beside the present one')
    expect([await lets(row.clientId, secret), await lets(row.clientId, clientSecret)]).toEqual([true, false])
  })

  test('ends the former one at once where somebody says so, and takes another method', async () => {
    const { row, clientSecret = '', path, stored } = await application()
    const tokenEndpointAuthMethod = 'client_secret_jwt'
    const page = await browser.post(`${path}/secret`, { formerSecretSeconds: '0', tokenEndpointAuthMethod })
    expect(await lets(row.clientId, clientSecret)).toBe(false)
    expect(page.text).not.toContain('Good beside the present one')
    expect(await stored()).toMatchObject({
      tokenEndpointAuthMethod,
      clientSecretSealed: expect.stringMatching(/^v1\./),
    })
  })

  test('is not made for what makes no sense', async () => {
    const { path, stored, row } = await application()
    await browser.get(`${path}/secret`)
    const page = await browser.post(`${path}/secret`, { formerSecretSeconds: 'long' })
    expect([page.status, errorAt(page.text, 'formerSecretSeconds')]).toEqual([422, 'Choose one of these.'])
    expect((await stored()).clientSecretHash).toBe(row.clientSecretHash)
  })
})

describe('the wizard', () => {
  const NEW = '/console/applications/new'

  test.each([
    ['machine-to-machine-application', ['client_credentials'], 'client_secret_basic'],
    ['device-application', ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'], 'none'],
  ])('makes a %s without asking where people are sent back to', async (template, grantTypes, method) => {
    expect((await browser.get(`${NEW}/${template}`)).text).not.toContain('name="redirectUris"')
    const page = await browser.post(`${NEW}/${template}`, { name: template, protocol: 'oidc' })
    const id = /applications\/([^/]+)\/protocol/.exec(page.path)?.[1] ?? ''
    expect(await getApplication(await world.scope(), id)).toMatchObject({
      template,
      grantTypes,
      tokenEndpointAuthMethod: method,
      redirectUris: [],
    })
  })

  test('of a standard-based application asks for all that a template decides', async () => {
    const path = `${NEW}/standard-based-application`
    expect((await browser.get(path)).text).toMatch(/value="refresh_token"[^>]*\schecked/)
    const form = { name: 'standard', protocol: 'oidc', tokenEndpointAuthMethod: 'client_secret_post' }
    const codes = await browser.post(path, { ...form, grantTypes: 'authorization_code' })
    expect(errorAt(codes.text, 'redirectUris')).toMatch(/^Give at least/)
    const page = await browser.post(path, { ...form, grantTypes: 'client_credentials' })
    const id = /applications\/([^/]+)\/protocol/.exec(page.path)?.[1] ?? ''
    expect(await getApplication(await world.scope(), id)).toMatchObject({
      grantTypes: ['client_credentials'],
      tokenEndpointAuthMethod: 'client_secret_post',
    })
  })

  test('names the templates of the issue', async () => {
    const { text } = await browser.get(NEW)
    for (const name of ['single-page', 'traditional-web', 'mobile', 'machine-to-machine', 'device', 'standard-based']) {
      expect(text).toContain(`${NEW}/${name}-application`)
    }
  })
})
