/** How a person in a real browser comes to each visitor page. */
import type { Page } from 'playwright-core'
import { call } from '../support/http.ts'
import type { Postern } from '../support/processes.ts'

export const PERSON = { userName: 'kim', password: 'MyPa33w@rd' }
const ADMIN = 'admin:Adm1n-pass'
const REDIRECT_URI = 'https://app.example/callback'

export type Visited = { readonly url: string; readonly clientId: string }

/** A server with somebody, and an application of somebody else that signs people in by password or at a provider. */
export async function furnish(server: Postern): Promise<Visited> {
  const api = (path: string, body: unknown) => call('POST', server.baseUrl + path, body, { as: ADMIN })
  await api('/scim2/Users', PERSON)
  const endpoint = 'https://idp.example'
  const connection = await api('/api/v1/connections', {
    name: 'IDP-IS2',
    authenticator: {
      type: 'oidc',
      clientId: 'c',
      clientSecret: 's',
      authorizationEndpoint: `${endpoint}/authorize`,
      tokenEndpoint: `${endpoint}/token`,
    },
  })
  const application = await api('/api/v1/applications', {
    name: 'Playground',
    redirectUris: [REDIRECT_URI],
    grantTypes: ['authorization_code', 'refresh_token'],
    permissions: ['scim:read', 'settings:write'],
    loginFlow: { steps: [{ options: ['password', { connection: connection.json.id }] }] },
    clientMetadata: { firstParty: false, requirePkce: false },
  })
  return { url: server.baseUrl, clientId: application.json.clientId as string }
}

function authorizeUrl({ url, clientId }: Visited, parameters: Readonly<Record<string, string>> = {}): string {
  const scope = 'openid profile email groups offline_access scim:read settings:write'
  const all = { client_id: clientId, redirect_uri: REDIRECT_URI, response_type: 'code', scope, ...parameters }
  return `${url}/oauth2/authorize?${new URLSearchParams(all)}`
}

async function send(page: Page, userName: string, password: string): Promise<void> {
  await page.locator('[name=username]').fill(userName)
  await page.locator('[name=password]').fill(password)
  await page.locator('form[action*="/login"] .primary').click()
}

async function signIn(page: Page, visited: Visited): Promise<void> {
  await page.goto(`${visited.url}/login?return_to=/console`)
  await send(page, PERSON.userName, PERSON.password)
}

type Visit = (page: Page, visited: Visited) => Promise<unknown>

/** In this order: the first ones need a browser in which nobody is signed in, the last ones one in which Kim is. */
export const VISITS: Readonly<Record<string, Visit>> = {
  'sign-in': (page, visited) => page.goto(authorizeUrl(visited)),
  'sign-in to the console': (page, { url }) => page.goto(`${url}/login?return_to=/console`),
  async 'sign-in refused'(page, visited) {
    await page.goto(authorizeUrl(visited))
    await send(page, 'nobody', 'wrong')
  },
  async 'sign-in with nothing typed'(page, visited) {
    await page.goto(authorizeUrl(visited))
    await page
      .locator('form')
      .first()
      .evaluate((form) => form.setAttribute('novalidate', ''))
    await page.locator('form[action*="/login"] .primary').click()
  },
  'signed out': (page, { url }) => page.goto(`${url}/logout`),
  'refused sign-out': (page, { url }) => page.goto(`${url}/oidc/logout?client_id=nobody`),
  'nothing here': (page, { url }) => page.goto(`${url}/nothing`),
  'unknown application': (page, { url }) => page.goto(`${url}/oauth2/authorize?client_id=nobody`),
  'sign-in is over': (page, { url }) => page.goto(`${url}/login?request=gone`),
  'failed federation': (page, { url }) => page.goto(`${url}/commonauth?state=gone`),
  async 'console not allowed'(page, visited) {
    await signIn(page, visited)
  },
  'sign-out': (page, { url }) => page.goto(`${url}/logout`),
  'sign-out for an application': (page, { url }) => page.goto(`${url}/oidc/logout`),
  'faulty sign-out': (page, { url }) => page.goto(`${url}/oidc/logout?client_id=nobody`),
  consent: (page, visited) => page.goto(authorizeUrl(visited, { prompt: 'consent', response_mode: 'form_post' })),
  // As without script: otherwise it goes on by itself.
  async form_post(page) {
    await page.route('**/assets/postern.js*', (route) => route.abort())
    await page.locator('button[value=allow]').click()
    await page.locator('form[data-submit]').waitFor()
    await page.unroute('**/assets/postern.js*')
  },
}
