/** A server with somebody for each visit of all pages that are hers, and the applications that lead to them. */
import { base32 } from 'oslo/encoding'
import type { Page } from 'playwright-core'
import { timeStep, totpCode } from '../../../src/core/totp.ts'
import { openDatabase } from '../../../src/runtime/open-database.ts'
import { call } from '../../support/http.ts'
import { type Postern, until } from '../../support/processes.ts'

export const PASSWORD = 'MyPa33w@rd'
const ADMIN = 'admin:Adm1n-pass'
const APPLICATION = 'https://app.example'
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

export type Visited = {
  readonly server: Postern
  readonly url: string
  readonly person: { readonly userName: string; readonly email: string }
  readonly connectionId: string
  readonly clients: Readonly<Record<'notes' | 'secured' | 'framed' | 'device' | 'named' | 'both' | 'single', string>>
}
export type Visit = (page: Page, visited: Visited) => Promise<unknown>

export async function furnish(server: Postern, userName: string): Promise<Visited> {
  const api = async (path: string, body: unknown) => {
    const { status, json } = await call('POST', server.baseUrl + path, body, { as: ADMIN })
    if (status !== 201) throw new Error(`${path} answers ${status}: ${JSON.stringify(json)}`)
    return json
  }
  const email = `${userName}@example.org`
  const { id } = await api('/scim2/Users', { userName, password: PASSWORD, emails: [{ value: email, primary: true }] })
  const authenticator = {
    type: 'oidc',
    clientId: 'c',
    clientSecret: 's',
    authorizationEndpoint: 'https://idp.example/authorize',
    tokenEndpoint: 'https://idp.example/token',
  }
  const domains = [`${userName}.example`.toLowerCase()]
  const connection = await api('/api/v1/connections', { name: `IDP of ${userName}`, authenticator, domains })
  const connectionId = String(connection.id)
  await link(server, { userId: String(id), connectionId })
  // Of this one everything is said: nothing is asked of it before somebody goes there.
  const known = { issuer: 'https://idp.example', jwksUri: 'https://idp.example/jwks' }
  await api('/api/v1/connections', {
    name: `Another IDP of ${userName}`,
    authenticator: { ...authenticator, ...known },
  })
  const client = async (name: string, settings: Record<string, unknown>, clientMetadata = {}) => {
    const metadata = { requirePkce: false, ...clientMetadata }
    const all = { name: `${name} of ${userName}`, redirectUris: [`${APPLICATION}/cb`], ...settings }
    return String((await api('/api/v1/applications', { ...all, clientMetadata: metadata })).clientId)
  }
  const steps = [{ options: ['password'] }, { options: ['totp', 'passkey'] }]
  const initiateLoginUri = `${APPLICATION}/start`
  const clients = {
    notes: await client('Notes', {}, { firstParty: false, initiateLoginUri }),
    secured: await client('Bank', { loginFlow: { steps } }),
    framed: await client('Wiki', {}, { frontchannelLogoutUri: `${APPLICATION}/front` }),
    named: await client('Named', {
      loginFlow: { identifierFirst: true, steps: [{ options: ['password', 'passkey', { connection: connectionId }] }] },
    }),
    both: await client('Both', { loginFlow: { steps: [{ options: ['password', { connection: connectionId }] }] } }),
    single: await client('Single', { loginFlow: { steps: [{ options: [{ connection: connectionId }] }] } }),
    device: await client('TV', { grantTypes: [DEVICE_CODE], redirectUris: [], tokenEndpointAuthMethod: 'none' }),
  }
  return { server, url: server.baseUrl, person: { userName, email }, connectionId, clients }
}

/** As if she had signed in by the connection. */
async function link({ dataDir }: Postern, { userId, connectionId }: Record<string, string>): Promise<void> {
  const db = await openDatabase(`file:${dataDir}/postern.db`)
  await db.$client.execute({
    sql: `insert into federated_identities (tenant_id, connection_id, issuer, subject, user_id, created, last_sign_in)
      select tenant_id, ?, 'https://idp.example', id, id, 0, 0 from users where id = ?`,
    args: [connectionId ?? '', userId ?? ''],
  })
  db.$client.close()
}

/** Lets the browser end where an application would be. */
export async function standIn(page: Page): Promise<void> {
  await page.route(`${APPLICATION}/**`, (route) => route.fulfill({ contentType: 'text/html', body: 'app' }))
}

export function authorizeUrl({ url }: Visited, clientId: string): string {
  const scope = 'openid profile email'
  const query = {
    client_id: clientId,
    redirect_uri: `${APPLICATION}/cb`,
    response_type: 'code',
    response_mode: 'form_post',
    scope,
  }
  return `${url}/oauth2/authorize?${new URLSearchParams(query)}`
}

/** Goes somewhere as somebody of whom this browser knows nothing, and signs in on the way. */
export async function signInTo(page: Page, { person }: Visited, address: string): Promise<void> {
  await page.context().clearCookies()
  await page.goto(address)
  await page.locator('[name=username]').fill(person.userName)
  await page.locator('[name=password]').fill(PASSWORD)
  await press(page, 'form[action*="/login"]')
}

/** Sends a form that the browser itself would find wanting. */
export async function press(page: Page, form: string): Promise<void> {
  const found = page.locator(form).first()
  await found.evaluate((one) => one.setAttribute('novalidate', ''))
  await Promise.all([page.waitForEvent('load'), found.locator('button:visible').last().click()])
}

/** The code that an authenticator app shows for the key on the page. */
export async function codeOn(page: Page): Promise<string> {
  const key = (await page.locator('code.key').innerText()).replaceAll(' ', '')
  return totpCode(new Uint8Array(base32.decode(key, { strict: false })), timeStep(new Date()))
}

/** The link to this path that the server has printed last. */
export function printedLink({ server }: Visited, address: string, path: string): Promise<string> {
  const find = async () => {
    const mails = server.output('stdout').split('Mail to ')
    const mail = mails.findLast((one) => one.startsWith(address) && one.includes(`${path}?token=`))
    return /https:\/\/\S+/.exec(mail ?? '')?.[0]
  }
  return until(find, 20_000, () => server.output())
}

/** A device asks for a code; answers the address with it. */
export async function deviceAddress({ url, clients }: Visited, page: Page): Promise<string> {
  const form = { client_id: clients.device, scope: 'openid profile email' }
  const answer = await page.request.post(`${url}/oauth2/device_authorize`, { form })
  return ((await answer.json()) as { verification_uri_complete: string }).verification_uri_complete
}
