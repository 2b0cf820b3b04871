/** A whole app, a provider, and browsers in which its people arrive and are asked something. */
import { expect } from 'vitest'
import { rowsOf } from '../../../src/db/open.ts'
import { sql } from '../../../src/db/sql.ts'
import { testWorld, type TestWorld } from '../../support/app.ts'
import { type BrowserClient, browserClient, type Page } from '../../support/browser-client.ts'
import { type FakeIdp, fakeIdp } from '../../support/fake-idp.ts'
import type { Person } from '../../support/fake-idp/types.ts'

export const PASSWORD = 'MyPa33w@rd'
export const KIM: Person = {
  sub: 'kim-1',
  preferred_username: 'kim',
  name: 'Kim Berry',
  given_name: 'Kim',
  family_name: 'Berry',
  email: 'kim@example.com',
  email_verified: true,
}

export type ArrivalWorld = TestWorld & {
  readonly idp: FakeIdp
  /** A connection by its settings for people who arrive; answers its id. */
  connect(jit: Record<string, unknown>, slug?: string): Promise<string>
  change(connection: string, change: Record<string, unknown>, slug?: string): Promise<void>
  users(): Promise<{ id: string; userName: string; document: Record<string, unknown>; passwordHash: string | null }[]>
  identities(): Promise<{ userId: string; subject: string; connectionId: string }[]>
  arrivals(): Promise<number>
  decisions(): Promise<{ decision: string; reason: string; userId: string | null; details: Record<string, unknown> }[]>
  /** Whom the sessions are of, the latest last. */
  sessions(): Promise<{ userId: string; methods: string[]; amr: string[] }[]>
}

let connections = 0

export async function arrivalWorld(): Promise<ArrivalWorld> {
  const world = await testWorld()
  const idp = await fakeIdp()
  const { db } = world.platform
  return {
    ...world,
    idp,
    async connect(jit, slug = '') {
      const all = { enabled: true, attributeSync: 'override', ...jit }
      const name = `IDP-${++connections}`
      const body = { name, authenticator: idp.authenticator, jit: all }
      const answer = await (await world.tenant(slug)).api('POST', '/connections', body)
      expect(answer.status).toBe(201)
      return ((await answer.json()) as { id: string }).id
    },
    async change(connection, change, slug = '') {
      const answer = await (await world.tenant(slug)).api('PATCH', `/connections/${connection}`, change)
      expect(answer.status).toBe(200)
    },
    async users() {
      const rows = await rowsOf<{ id: string; userName: string; document: string; passwordHash: string | null }>(
        db,
        sql`select id, user_name "userName", document, password_hash "passwordHash" from users where source = 'jit'`,
      )
      return rows.map((row) => ({ ...row, document: JSON.parse(row.document) as Record<string, unknown> }))
    },
    identities: () =>
      rowsOf(db, sql`select user_id "userId", subject, connection_id "connectionId" from federated_identities`),
    async arrivals() {
      const [row] = await rowsOf<{ total: number }>(db, sql`select count(*) total from arrivals`)
      return row?.total ?? 0
    },
    async decisions() {
      const rows = await rowsOf<{ decision: string; reason: string; userId: string | null; details: string }>(
        db,
        sql`select decision, reason, user_id "userId", details from sign_in_decisions order by id`,
      )
      return rows.map((row) => ({ ...row, details: JSON.parse(row.details) as Record<string, unknown> }))
    },
    async sessions() {
      const rows = await rowsOf<{ userId: string; methods: string; amr: string }>(
        db,
        sql`select user_id "userId", methods, amr from sessions order by authenticated_at, rowid`,
      )
      return rows.map(({ userId, methods, amr }) => ({
        userId,
        methods: JSON.parse(methods) as string[],
        amr: JSON.parse(amr) as string[],
      }))
    },
  }
}

/** To the provider and back as `person`: the page that she comes to. `from` is an address that leads to the sign-in page. */
export async function arrive(
  world: ArrivalWorld,
  connection: string,
  { person = KIM, browser = browserClient(world), base = '', from }: Partial<Arriving> = {},
): Promise<{ readonly browser: BrowserClient; readonly page: Page }> {
  world.idp.person = person
  const start = from === undefined ? undefined : await browser.get(from)
  // With one way to sign in, the page leads on by itself.
  const isAway = start?.path.startsWith(world.idp.origin) === true
  const query = start && !isAway ? `?${start.path.split('?')[1] ?? ''}` : ''
  const away = start && isAway ? start : await browser.get(`${base}/login/connections/${connection}${query}`)
  const answer = await fetch(away.path, { redirect: 'manual' })
  const back = (answer.headers.get('Location') ?? '').replace(world.platform.config.baseUrl, '')
  return { browser, page: await browser.get(back) }
}
type Arriving = { person: Person; browser: BrowserClient; base: string; from: string }

/** An application, and the address at which a sign-in to it begins. */
export async function applicationOf(world: ArrivalWorld, settings: Record<string, unknown>): Promise<string> {
  const redirectUris = ['https://app.example/callback']
  const metadata = { requirePkce: false, ...(settings.clientMetadata as object | undefined) }
  const body = { redirectUris, ...settings, clientMetadata: metadata }
  const made = await (await world.tenant()).api('POST', '/applications', body)
  expect(made.status).toBe(201)
  const { clientId } = (await made.json()) as { clientId: string }
  const request = { client_id: clientId, redirect_uri: redirectUris[0] ?? '', response_type: 'code', scope: 'openid' }
  return `/oauth2/authorize?${new URLSearchParams(request)}`
}

/** What is hidden in the forms of a page, the form token aside. */
export function hiddenIn({ text }: Page): Record<string, string> {
  const all = text.matchAll(/type="hidden" name="(?!_token)([^"]+)" value="([^"]*)"/g)
  return Object.fromEntries([...all].map(([, name = '', value = '']) => [name, value]))
}

/** Sends the page's form with the button that creates the account, unless `fields` say otherwise. */
export function answer(browser: BrowserClient, page: Page, fields: Record<string, string> = {}): Promise<Page> {
  return browser.post(pathOf(page), { ...hiddenIn(page), act: 'create', ...fields })
}

/** The path of an arrival's page, without what the address says besides. */
export function pathOf({ path }: Page): string {
  return path.split('?')[0] ?? path
}

/** What stands beside a field as its error. */
export function errorAt({ text }: Page, name: string): string | undefined {
  const id = `field-${name.replace(/[^A-Za-z0-9_-]/g, '-')}-error`
  return new RegExp(`<p class="error" id="${id}">([^<]*)</p>`).exec(text)?.[1]
}

export function valueAt({ text }: Page, name: string): string | undefined {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('"', '&quot;')
  return new RegExp(`name="${escaped}"[^>]*? value="([^"]*)"`).exec(text)?.[1]
}
