/** Every page that a visitor can meet, read over HTTP as it comes about. */
import { expect } from 'vitest'
import { PERMISSIONS } from '../../src/directory/permissions.ts'
import { SCOPES } from '../../src/oidc/scope.ts'
import { register, REDIRECT_URI } from '../oidc/world.ts'
import { testWorld, type TestWorld } from '../support/app.ts'
import { type BrowserClient, browserClient, type Page } from '../support/browser-client.ts'

/** With what HTML and sentences could trip over. */
export const APPLICATION = 'Play<ground> & "Co"'
export const CONNECTION = "IDP-<IS2> & 'Co'"
export const PERSON = { userName: 'kim<b>&"1"', password: 'MyPa33w@rd' }

export type VisitedWorld = {
  readonly world: TestWorld
  readonly clientId: string
  readonly connectionId: string
}

/** A tenant whose application is somebody else's, asks for everything, and signs people in with a provider that is away. */
export async function visitedWorld(): Promise<VisitedWorld> {
  const world = await testWorld({ fetch: () => Promise.reject(new Error('away')) })
  const tenant = await world.tenant()
  expect((await tenant.scim('POST', '/Users', PERSON)).status).toBe(201)
  const connection = await tenant.api('POST', '/connections', {
    name: CONNECTION,
    authenticator: {
      type: 'oidc',
      clientId: 'c',
      clientSecret: 's',
      authorizationEndpoint: 'https://idp.example/authorize',
      tokenEndpoint: 'https://idp.example/token',
    },
  })
  const { id } = (await connection.json()) as { id: string }
  const { clientId } = await register(world, {
    name: APPLICATION,
    permissions: Object.keys(PERMISSIONS),
    grantTypes: ['authorization_code', 'refresh_token'],
    loginFlow: { steps: [{ options: ['password', { connection: id }] }] },
    clientMetadata: { firstParty: false },
  })
  return { world, clientId, connectionId: id }
}

export function authorizeAddress(clientId: string, parameters: Readonly<Record<string, string>> = {}): string {
  const all = {
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: [...SCOPES, ...Object.keys(PERMISSIONS)].join(' '),
    ...parameters,
  }
  return `/oauth2/authorize?${new URLSearchParams(all)}`
}

/** The pages by name, for a browser that sends `sent` along. */
export async function visitAll(visited: VisitedWorld, sent: Readonly<Record<string, string>>) {
  const pages = new Map<string, Page>()
  const browser = browserClient(visited.world, sent)
  await visitSignIn(visited, browser, pages)
  await visitRefusals(visited, browser, pages)
  await visitSignedIn(visited, browser, pages)
  return pages
}

async function visitSignIn({ clientId, world }: VisitedWorld, browser: BrowserClient, pages: Map<string, Page>) {
  const signIn = await browser.get(authorizeAddress(clientId))
  pages.set('sign-in', signIn)
  pages.set('sign-in, nothing typed', await fill(browser, signIn, { username: '', password: '' }))
  pages.set('sign-in, too long', await fill(browser, signIn, { username: 'x'.repeat(301), password: 'x' }))
  const wrong = { username: `nobody-${world.platform.now().getTime()}-${pages.size}`, password: 'wrong' }
  pages.set('sign-in, wrong password', await fill(browser, signIn, wrong))
  for (let failures = 1; failures < 5; failures++) await browser.send(signIn.path, wrong)
  pages.set('sign-in, too many', await fill(browser, signIn, wrong))
  const answer = await browser.send('/login', { _token: 'old' })
  pages.set('form out of date', { ...signIn, status: answer.status, text: await answer.text() })
}

async function visitRefusals(
  { clientId, connectionId }: VisitedWorld,
  browser: BrowserClient,
  pages: Map<string, Page>,
) {
  const at = async (name: string, path: string) => void pages.set(name, await browser.get(path))
  await at('nothing here', '/nothing')
  await at('no such tenant', '/t/nobody/login')
  await at('sign-in is over', '/login?request=gone')
  await at('authorize is over', '/oauth2/authorize?resume=gone')
  await at('consent is over', '/consent?request=gone')
  await at('unknown application', '/oauth2/authorize?client_id=nobody')
  await at(
    'pushed request is over',
    `/oauth2/authorize?client_id=${clientId}&request_uri=urn:ietf:params:oauth:request_uri:x`,
  )
  await at('unknown state', '/commonauth?state=gone')
  await at('no such connection', '/login/connections/gone')
  await at('provider is away', `/login/connections/${connectionId}`)
  await at('refused sign-out', '/oidc/logout?client_id=nobody')
  await at('signed out', '/logout')
}

async function visitSignedIn({ clientId }: VisitedWorld, browser: BrowserClient, pages: Map<string, Page>) {
  const signIn = await browser.get(authorizeAddress(clientId, { response_mode: 'form_post', prompt: 'consent' }))
  const credentials = { username: PERSON.userName, password: PERSON.password }
  const consent = await fill(browser, signIn, credentials)
  pages.set('consent', consent)
  pages.set('consent, nothing decided', await fill(browser, consent, {}))
  pages.set('form_post', await fill(browser, consent, { decision: 'allow' }))
  pages.set('consent to more', await browser.get(authorizeAddress(clientId, { prompt: 'consent' })))
  pages.set('sign-out', await browser.get('/logout'))
  pages.set('sign-out for an application', await browser.get('/oidc/logout'))
  pages.set('faulty sign-out', await browser.get('/oidc/logout?client_id=nobody'))
  pages.set('console not allowed', await browser.get('/console'))
}

/** Sends the form of a page, what is hidden in it included, to where the page says. */
export function fill(browser: BrowserClient, page: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
  const form = /<form method="post" action="([^"]*)">([\s\S]*?)<\/form>/.exec(page.text)
  const hidden = [...(form?.[2] ?? '').matchAll(/type="hidden" name="(?!_token)([^"]+)" value="([^"]*)"/g)]
  const kept = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]))
  return browser.post((form?.[1] ?? page.path).replaceAll('&amp;', '&'), { ...kept, ...fields })
}
