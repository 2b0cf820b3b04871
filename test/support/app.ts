/** A whole app over a database in memory, for tests that need no process of their own. */
import { createApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { createSealer } from '../../src/core/crypto.ts'
import { createLog } from '../../src/core/log.ts'
import { type Scrypt, scryptOfRuntime } from '../../src/core/password.ts'
import { openDatabase } from '../../src/runtime/open-database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { createTenant, seedEmptyDatabase } from '../../src/directory/setup/commands.ts'
import { pushAhead } from '../../src/outbound/ahead/push.ts'
import type { GuardedFetch, MailMessage, Platform, Scope, WakeMessage } from '../../src/platform.ts'
import { findTenantBySlug } from '../../src/tenancy/queries.ts'
import { scopeOf } from '../../src/tenancy/resolve.ts'

export const ADMIN = { userName: 'admin', password: 'Adm1n-pass' }
export const MASTER_KEY = Buffer.alloc(32, 7).toString('base64')

export type TestWorld = {
  platform: Platform
  app: ReturnType<typeof createApp>
  /** What was logged, one parsed line each. */
  logs: Record<string, unknown>[]
  wakes: WakeMessage[]
  /** What was mailed. */
  mails: MailMessage[]
  /** Moves the platform's clock. */
  advance(ms: number): void
  /** Holds the platform's clock, which `advance` moves still, or lets it go: what lasts a second has not passed meanwhile. */
  hold(isHeld: boolean): void
  scope(slug?: string): Promise<Scope>
  /** A client of one tenant's HTTP interface, as its administrator unless told otherwise. */
  tenant(slug?: string): Promise<TestTenant>
}

export type TestTenant = {
  slug: string
  base: string
  basic: string
  fetch(path: string, init?: RequestInit): Promise<Response>
  scim(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  api(method: string, path: string, body?: unknown): Promise<Response>
}

/**
 * Most of what a test takes would be hashes of passwords. In a world of its own, whose database no other process reads,
 * ours cost next to nothing; hashes of another make are verified as they are.
 */
const cheapScrypt: Scrypt = (password, salt, bytes, options) => {
  const isOurs = options.N === 2 ** 14 && options.r === 8 && options.p === 5
  return scryptOfRuntime(password, salt, bytes, isOurs ? { N: 2, r: 1, p: 1 } : options)
}

const plainFetch: GuardedFetch = (url, init) => fetch(url, { ...init, redirect: 'manual' })

/** An app with a default tenant; `env` are settings, `fetch` stands for calls to other systems. */
export async function testWorld(
  options: { env?: Record<string, string>; fetch?: GuardedFetch; mail?: Platform['mail']; url?: string } = {},
) {
  const logs: Record<string, unknown>[] = []
  const wakes: WakeMessage[] = []
  const mails: MailMessage[] = []
  let offset = 0
  let heldAt: number | undefined
  const db = await openDatabase(options.url ?? ':memory:')
  await migrate(db)
  const platform: Platform = {
    config: parseConfig({ MASTER_KEY, ...options.env }),
    db,
    fetch: options.fetch ?? plainFetch,
    mail: options.mail ?? (async (message) => void mails.push(message)),
    sealer: createSealer(MASTER_KEY),
    log: createLog('debug', (line) => logs.push(JSON.parse(line))),
    now: () => new Date((heldAt ?? Date.now()) + offset),
    wake: async (message) => void wakes.push(message),
    pushAhead,
    ...(options.url === undefined || options.url === ':memory:' ? { scrypt: cheapScrypt } : {}),
  }
  await seedEmptyDatabase(platform, ADMIN)
  const app = createApp(platform)
  const world: TestWorld = {
    platform,
    app,
    logs,
    wakes,
    mails,
    advance: (ms) => void (offset += ms),
    hold: (isHeld) => void (heldAt = isHeld ? Date.now() : undefined),
    scope: async (slug = '') => {
      const tenant = await findTenantBySlug(db, slug)
      if (!tenant) throw new Error(`no tenant ${slug}`)
      return scopeOf(platform, tenant)
    },
    tenant: async (slug = '') => {
      if (slug !== '' && !(await findTenantBySlug(db, slug))) {
        await createTenant(platform, { slug, name: slug, admin: ADMIN })
      }
      return testTenant(app, platform, slug)
    },
  }
  return world
}

export function basicHeader(userName: string, password: string): string {
  return `Basic ${Buffer.from(`${userName}:${password}`).toString('base64')}`
}

function testTenant(app: TestWorld['app'], platform: Platform, slug: string): TestTenant {
  const base = slug === '' ? '' : `/t/${slug}`
  const basic = basicHeader(ADMIN.userName, ADMIN.password)
  const call = (path: string, init?: RequestInit) =>
    Promise.resolve(app.request(platform.config.baseUrl + base + path, init))
  const json = (type: string) => (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    call(path, {
      method,
      headers: { Authorization: basic, ...(body === undefined ? {} : { 'Content-Type': type }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  return {
    slug,
    base,
    basic,
    fetch: call,
    scim: (method, path, body, headers) => json('application/scim+json')(method, `/scim2${path}`, body, headers),
    api: (method, path, body) => json('application/json')(method, `/api/v1${path}`, body),
  }
}
