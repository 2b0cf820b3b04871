/** How a person in a real browser comes to the pages that ask who comes from a provider. */
import type { Page } from 'playwright-core'
import type { FakeIdp } from '../../support/fake-idp.ts'
import { call } from '../../support/http.ts'
import type { Postern } from '../../support/processes.ts'
import { PASSWORD, press } from './world.ts'

const ADMIN = 'admin:Adm1n-pass'
const CUSTOM = 'urn:scim:schemas:extension:custom:User'

export type Visited = {
  readonly url: string
  readonly idp: FakeIdp
  readonly connections: Readonly<Record<'consent' | 'everything' | 'proof', string>>
  readonly start: string
}
export type Visit = (page: Page, visited: Visited) => Promise<unknown>

/** A server with a connection of each kind, an application, and somebody whose account is to be shown to be hers. */
export async function furnish(server: Postern, idp: FakeIdp): Promise<Visited> {
  const api = async (path: string, body: unknown) => {
    const { status, json } = await call('POST', server.baseUrl + path, body, { as: ADMIN })
    if (status !== 201) throw new Error(`${path} answers ${status}: ${JSON.stringify(json)}`)
    return json as Record<string, string>
  }
  const own = (name: string, type: string) =>
    api('/api/v1/user-attributes', { name, type, description: `Your ${name}.` })
  await Promise.all([own('floor', 'integer'), own('vegan', 'boolean'), own('started', 'dateTime')])
  const emails = [{ value: 'lee@example.com', primary: true }]
  await api('/scim2/Users', { userName: 'lee', password: PASSWORD, emails })
  const connect = async (name: string, jit: Record<string, unknown>, more = {}) => {
    const { authenticator } = idp
    return String(
      (await api('/api/v1/connections', { name, authenticator, jit: { enabled: true, ...jit }, ...more })).id,
    )
  }
  const requiredAttributes = [
    'phoneNumbers',
    'preferredLanguage',
    ...['floor', 'vegan', 'started'].map((name) => `${CUSTOM}:${name}`),
  ]
  const linking = { rules: [{ claim: 'email', attribute: 'emails' }], proof: true }
  const connections = {
    consent: await connect('Contoso', { scheme: 'consent' }),
    everything: await connect('Fabrikam', { scheme: 'username', requiredAttributes }),
    proof: await connect('Adatum', { linking }, { domains: ['example.com'] }),
  }
  const { clientId = '' } = await api('/api/v1/applications', {
    name: 'Playground',
    redirectUris: ['https://app.example/cb'],
    loginFlow: { steps: [{ options: [{ connection: connections.consent }] }] },
    clientMetadata: { requirePkce: false, policyUri: 'https://app.example/policy' },
  })
  const request = {
    client_id: clientId,
    redirect_uri: 'https://app.example/cb',
    response_type: 'code',
    scope: 'openid',
  }
  return {
    url: server.baseUrl,
    idp,
    connections,
    start: `${server.baseUrl}/oauth2/authorize?${new URLSearchParams(request)}`,
  }
}

let people = 0
const LEE = {
  preferred_username: 'lee.kyoung',
  name: 'Lee Kyoung',
  given_name: 'Lee',
  family_name: 'Kyoung',
  email_verified: true,
  picture: 'https://cdn.example/pictures/0123456789abcdef0123456789abcdef.png',
}

/** Somebody new at the provider. */
export function newcomer({ idp }: Visited, email = `lee${people}@elsewhere.example`): void {
  idp.person = { ...LEE, sub: `sub-${++people}`, email }
}

async function comeBy(page: Page, visited: Visited, kind: keyof Visited['connections'], email?: string): Promise<void> {
  await page.context().clearCookies()
  newcomer(visited, email)
  await page.goto(`${visited.url}/login/connections/${visited.connections[kind]}`)
}

export async function signInFor(page: Page, userName = 'lee'): Promise<void> {
  await page.locator('a.primary').click()
  await page.locator('[name=username]').fill(userName)
  await page.locator('[name=password]').fill(PASSWORD)
  await press(page, 'form[action*="/login"]')
}

/** Each goes on from where the one before it has ended, or begins anew. */
export const ARRIVALS: Readonly<Record<string, Visit>> = {
  async 'consent to a new account'(page, visited) {
    await page.context().clearCookies()
    newcomer(visited)
    await page.goto(visited.start)
    await page.locator('.stored').waitFor()
  },
  'everything that can be asked': (page, visited) => comeBy(page, visited, 'everything'),
  async 'everything, refused'(page) {
    await page.locator('[name=userName]').fill('admin')
    await page.locator('[name=password]').fill('weak')
    await press(page, 'main form')
    await page.locator('.error-summary').waitFor()
  },
  'an account that is there': (page, visited) => comeBy(page, visited, 'proof', 'lee@example.com'),
  async 'an account, and another one was signed in to'(page) {
    await page.locator('a.primary').click()
    await page.locator('[name=username]').fill('admin')
    await page.locator('[name=password]').fill('Adm1n-pass')
    await press(page, 'form[action*="/login"]')
    await page.locator('.flash.warning').waitFor()
  },
  async 'an account to link'(page, visited) {
    await comeBy(page, visited, 'proof', 'lee@example.com')
    await signInFor(page)
    await page.locator('button[value=link]').waitFor()
  },
  async 'a new account instead'(page, visited) {
    await comeBy(page, visited, 'proof', 'lee@example.com')
    await page.locator('a[href*="new=1"]').click()
    await page.locator('button[value=go]').waitFor()
  },
  'an arrival that is over': (page, { url }) => page.goto(`${url}/login/arrival?arrival=gone`),
}
