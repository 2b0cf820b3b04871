/** What the console's tests begin with: an administrator's browser, and things made through the commands. */
import { createApplication } from '../../src/applications/commands.ts'
import { applicationInput } from '../../src/applications/settings.ts'
import { createConnection } from '../../src/connections/commands.ts'
import { createConnector } from '../../src/connections/connectors/commands.ts'
import { connectorInput } from '../../src/connections/connectors/settings.ts'
import { connectionInput } from '../../src/connections/settings.ts'
import { testWorld, type TestWorld } from '../support/app.ts'
import { type BrowserClient, signedIn } from '../support/browser-client.ts'

/** Each stands nowhere but in the one field that takes it. */
export const SECRETS = {
  upstream: 'upstream-client-secret-7Q',
  connector: 'connector-password-8R',
  default: 'default-password-9S',
}

export const PROVIDER = {
  clientId: 'client-of-idp',
  clientSecret: SECRETS.upstream,
  authorizationEndpoint: 'https://localhost:9444/oauth2/authorize',
  tokenEndpoint: 'https://localhost:9444/oauth2/token',
}

export const TARGET = {
  mode: 'basic',
  username: 'admin',
  password: SECRETS.connector,
  userEndpoint: 'https://localhost:9444/scim2/Users',
  groupEndpoint: 'https://localhost:9444/scim2/Groups',
  userStoreDomain: 'PRIMARY',
  passwordProvisioning: 'on',
  defaultPassword: SECRETS.default,
}

export async function consoleWorld(): Promise<{ world: TestWorld; browser: BrowserClient }> {
  const world = await testWorld()
  return { world, browser: await signedIn(world) }
}

export async function makeConnection(world: TestWorld, name: string, slug = '') {
  return createConnection(await world.scope(slug), connectionInput.parse({ name }))
}

/** A connection that people can sign in with. */
export async function makeProvider(world: TestWorld, name: string, slug = '') {
  const authenticator = { type: 'oidc', ...PROVIDER }
  return createConnection(await world.scope(slug), connectionInput.parse({ name, authenticator }))
}

export async function makeConnector(world: TestWorld, connectionId: string, name = 'SCIM2', enabled = true, slug = '') {
  const authentication = { mode: 'basic', username: TARGET.username, password: TARGET.password }
  const { userEndpoint, groupEndpoint, defaultPassword } = TARGET
  const input = connectorInput.parse({ name, enabled, authentication, userEndpoint, groupEndpoint, defaultPassword })
  return createConnector(await world.scope(slug), connectionId, input)
}

export async function makeApplication(world: TestWorld, name: string, slug = '') {
  const input = applicationInput.parse({ name, redirectUris: ['https://app.example/callback'] })
  return createApplication(await world.scope(slug), input)
}

/** The value that a field of the page has. */
export function valueIn(text: string, name: string): string | undefined {
  const [tag = ''] = new RegExp(`<input[^>]*name="${name}"[^>]*>`).exec(text) ?? []
  return /\svalue="([^"]*)"/.exec(tag)?.[1]
}

/** What the page says beside a field. */
export function errorAt(text: string, name: string): string | undefined {
  return new RegExp(`id="field-${name}-error">([^<]*)<`).exec(text)?.[1]
}

/** The value of an option of a select by its label. */
export function optionIn(text: string, label: string): string {
  const [, value] = new RegExp(`<option value="([^"]*)"[^>]*>${label}<`).exec(text) ?? []
  if (value === undefined) throw new Error(`there is no option ${label}`)
  return value
}
