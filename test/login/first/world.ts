/** A tenant with two providers, people of both, and applications that send people there. */
import { type BrowserClient, type Page } from '../../support/browser-client.ts'
import { type FakeIdp, fakeIdp } from '../../support/fake-idp.ts'
import { type Client, type OidcWorld, oidcWorld, register } from '../../oidc/world.ts'

export type TwoProviders = {
  readonly world: OidcWorld
  readonly a: FakeIdp
  readonly b: FakeIdp
  /** The ids of their connections: A has the people of a.example, B those of b.example. */
  readonly connections: { readonly a: string; readonly b: string }
  /** An application with that login flow. */
  application(name: string, loginFlow: object, more?: Record<string, unknown>): Promise<Client>
  close(): Promise<void>
}

export async function twoProviders(authenticator: Record<string, unknown> = {}): Promise<TwoProviders> {
  const [world, a, b] = await Promise.all([oidcWorld(), fakeIdp(), fakeIdp()])
  const tenant = await world.tenant()
  const jit = { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' }
  const connect = async (name: string, idp: FakeIdp, domain: string) => {
    const body = { name, authenticator: { ...idp.authenticator, ...authenticator }, domains: [domain], jit }
    const answer = await tenant.api('POST', '/connections', body)
    return ((await answer.json()) as { id: string }).id
  }
  a.person = { sub: 'ann', preferred_username: 'ann', email: 'ann@a.example' }
  b.person = { sub: 'bea', preferred_username: 'bea', email: 'bea@b.example' }
  const connections = { a: await connect('IDP-A', a, 'a.example'), b: await connect('IDP-B', b, 'b.example') }
  return {
    world,
    a,
    b,
    connections,
    application: (name, loginFlow, more = {}) => register(world, { name, loginFlow, ...more }),
    close: async () => void (await Promise.all([a.close(), b.close()])),
  }
}

/** At the provider, to which `away` is the way, and back here. */
export async function comeBack(world: OidcWorld, browser: BrowserClient, away: Page): Promise<Page> {
  const answer = await fetch(away.path, { redirect: 'manual' })
  return browser.get((answer.headers.get('Location') ?? '').replace(world.platform.config.baseUrl, ''))
}

/** The query of the authorization request at a provider; it must be there that the browser is sent. */
export function askedAt(idp: FakeIdp, away: Page): Readonly<Record<string, string>> {
  if (!away.path.startsWith(`${idp.origin}/authorize?`)) throw new Error(`not at the provider: ${away.path}`)
  return Object.fromEntries(new URL(away.path).searchParams)
}

/** The query of the page, for its forms. */
export function queryOf(page: Page): Record<string, string> {
  return Object.fromEntries(new URL(page.path, 'https://localhost').searchParams)
}
