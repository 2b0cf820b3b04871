/** Every page that a visitor can meet, read over HTTP as it comes about. */
import { expect } from 'vitest'
import { PERMISSIONS } from '../../src/directory/permissions.ts'
import { SCOPES } from '../../src/oidc/scope.ts'
import { DEVICE_GRANTS } from '../oidc/device/world.ts'
import { register, REDIRECT_URI } from '../oidc/world.ts'
import { testWorld, type TestWorld } from '../support/app.ts'
import type { BrowserClient, Page } from '../support/browser-client.ts'
import { visitAccount } from './visits/account.ts'
import { type Arriving, visitArrival } from './visits/arrival.ts'
import { visitDevice, visitFrames } from './visits/device.ts'
import { visitFirst, visitPassedSignOut } from './visits/first.ts'
import { fill } from './visits/form.ts'
import { visitMailed } from './visits/mailed.ts'
import { PASSWORD, USER_NAME, visitor } from './visits/person.ts'
import { visitSecondStep } from './visits/second.ts'

/** With what HTML and sentences could trip over. */
export const APPLICATION = 'Play<ground> & "Co"'
export const CONNECTION = "IDP-<IS2> & 'Co'"
export const PERSON = { userName: USER_NAME, password: PASSWORD }

export type VisitedWorld = {
  readonly world: TestWorld
  readonly clientId: string
  readonly connectionId: string
  readonly arriving: Arriving
  /** The client ids of applications that ask for two steps, for device codes, and to hear of a sign-out in a frame. */
  readonly others: Readonly<Record<'secured' | 'device' | 'framed' | 'named' | 'partners' | 'single', string>>
}

/** A tenant whose application is somebody else's, asks for everything, and signs people in with a provider that is away. */
export async function visitedWorld(): Promise<VisitedWorld> {
  const world = await testWorld({ fetch: () => Promise.reject(new Error('away')) })
  const tenant = await world.tenant()
  expect((await tenant.scim('POST', '/Users', PERSON)).status).toBe(201)
  const signOut = { endSessionEndpoint: 'https://idp.example/end-session', passSignOut: true }
  const authenticator = { ...AUTHENTICATOR, ...signOut }
  const id = await connect(world, CONNECTION, { authenticator, domains: ['example.com'] })
  const { clientId } = await register(world, {
    name: APPLICATION,
    permissions: Object.keys(PERMISSIONS),
    grantTypes: ['authorization_code', 'refresh_token'],
    loginFlow: { steps: [{ options: ['password', { connection: id }] }] },
    clientMetadata: { firstParty: false, initiateLoginUri: 'https://app.example/start' },
  })
  return { world, clientId, connectionId: id, arriving: await arriving(world), others: await others(world, id) }
}

const AUTHENTICATOR = {
  type: 'oidc',
  clientId: 'c',
  clientSecret: 's',
  authorizationEndpoint: 'https://idp.example/authorize',
  tokenEndpoint: 'https://idp.example/token',
}

async function connect(world: TestWorld, name: string, settings: Record<string, unknown>): Promise<string> {
  const tenant = await world.tenant()
  const made = await tenant.api('POST', '/connections', { name, authenticator: AUTHENTICATOR, ...settings })
  expect(made.status).toBe(201)
  return ((await made.json()) as { id: string }).id
}

async function arriving(world: TestWorld): Promise<Arriving> {
  const requiredAttributes = ['phoneNumbers[type eq "mobile"].value', 'title', 'preferredLanguage']
  const linking = { rules: [{ claim: 'email', attribute: 'emails' }], proof: true }
  const jit = (settings: Record<string, unknown>) => ({ jit: { enabled: true, ...settings } })
  return {
    asking: await connect(world, `${CONNECTION} 3`, jit({ scheme: 'username', requiredAttributes })),
    proving: await connect(world, `${CONNECTION} 4`, { ...jit({ linking }), domains: ['example.org'] }),
  }
}

async function others(world: TestWorld, connection: string): Promise<VisitedWorld['others']> {
  const idOf = async (settings: Record<string, unknown>) => (await register(world, settings)).clientId
  const name = (number: number) => APPLICATION + number
  const loginFlow = { steps: [{ options: ['password'] }, { options: ['totp', 'passkey'] }] }
  const device = { grantTypes: DEVICE_GRANTS, redirectUris: [], tokenEndpointAuthMethod: 'none' }
  const framed = { frontchannelLogoutUri: 'https://app.example/front' }
  const two = await connect(world, `${CONNECTION} 2`, { domains: ['two.example'] })
  return {
    secured: await idOf({ name: name(1), loginFlow }),
    device: await idOf({ name: name(2), ...device, clientMetadata: { firstParty: false } }),
    framed: await idOf({ name: name(3), clientMetadata: framed }),
    named: await idOf({
      name: name(4),
      loginFlow: { identifierFirst: true, steps: [{ options: ['password', 'passkey', { connection }] }] },
    }),
    partners: await idOf({
      name: name(5),
      loginFlow: { identifierFirst: true, steps: [{ options: [{ connection }, { connection: two }] }] },
    }),
    single: await idOf({ name: name(6), loginFlow: { steps: [{ options: [{ connection }] }] } }),
  }
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

/** Of an application that asks for no more than who somebody is. */
function signInAddress(clientId: string): string {
  return authorizeAddress(clientId, { scope: 'openid profile email offline_access' })
}

/** The pages by name, for a browser that sends `sent` along. */
export async function visitAll(visited: VisitedWorld, sent: Readonly<Record<string, string>>) {
  const pages = new Map<string, Page>()
  const browser = visitor({ world: visited.world, sent })
  await visitSignIn(visited, browser, pages)
  await visitRefusals(visited, browser, pages)
  await visitSignedIn(visited, browser, pages)
  const { world, others, clientId, connectionId } = visited
  const visit = { world, sent, pages }
  await visitSecondStep(visit, signInAddress(others.secured))
  await visitMailed(visit)
  await visitArrival(visit, visited.arriving)
  await visitDevice(visit, others.device)
  await visitFrames(visit, signInAddress(others.framed))
  await visitFirst(visit, {
    named: signInAddress(others.named),
    partners: signInAddress(others.partners),
    single: signInAddress(others.single),
    both: signInAddress(clientId),
  })
  await visitPassedSignOut(visit, connectionId)
  await visitAccount(visit, signInAddress(clientId), connectionId)
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
