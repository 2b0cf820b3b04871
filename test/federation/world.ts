/** The federation routes over a database in memory, with a browser that goes to a fake provider and back. */
import { expect } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { createConnection } from '../../src/connections/commands.ts'
import type { ConnectionInput } from '../../src/connections/settings.ts'
import { createSealer } from '../../src/core/crypto.ts'
import { createLog } from '../../src/core/log.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/runtime/open-database.ts'
import { federatedIdentities, federationStates, sessions, tenants, users } from '../../src/db/schema.ts'
import { federationRoutes } from '../../src/federation/routes.ts'
import { newRouter } from '../../src/http.ts'
import { answerError, answerNotFound } from '../../src/http/failure.ts'
import { pushAhead } from '../../src/outbound/ahead/push.ts'
import type { GuardedFetch, Platform, Scope } from '../../src/platform.ts'
import { resolveTenant, scopeOf } from '../../src/tenancy/resolve.ts'

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64')
/** The guarded fetch of a runtime waits longer; here a provider that hangs shall not hold the tests up. */
const TIMEOUT_MS = 1000

/** Whom the fake provider vouches for, unless a test says otherwise. */
export const KIM = {
  sub: '5f0c1b9e-4f6e',
  preferred_username: 'kim',
  name: 'Kim Berry',
  given_name: 'Kim',
  email: 'kim@example.com',
}

export type World = Awaited<ReturnType<typeof federationWorld>>

export async function federationWorld(options: { fetch?: GuardedFetch } = {}) {
  const logs: Record<string, unknown>[] = []
  let offset = 0
  const db = await openDatabase(':memory:')
  await migrate(db)
  const plainFetch: GuardedFetch = (url, init) =>
    fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) })
  const platform: Platform = {
    config: parseConfig({ MASTER_KEY }),
    db,
    fetch: options.fetch ?? plainFetch,
    sealer: createSealer(MASTER_KEY),
    log: createLog('debug', (line) => logs.push(JSON.parse(line))),
    now: () => new Date(Date.now() + offset),
    wake: async () => {},
    pushAhead,
    mail: () => Promise.reject(new Error('nobody is mailed here')),
  }
  // Without an administrator, whose password would take longer to hash than all the rest.
  const rows = ['', 'acme'].map((slug) => ({
    id: `tenant-${slug}`,
    slug,
    name: slug || 'Super',
    created: platform.now(),
  }))
  await db.insert(tenants).values(rows)
  const app = newRouter()
  app.onError(answerError)
  app.notFound(answerNotFound)
  app.use(resolveTenant(platform))
  app.route('/t/:tenant', federationRoutes)
  app.route('/', federationRoutes)
  return {
    app,
    logs,
    platform,
    advance: (ms: number) => void (offset += ms),
    scope(slug = ''): Scope {
      const tenant = rows.find((row) => row.slug === slug)
      if (!tenant) throw new Error(`no tenant ${slug}`)
      return scopeOf(platform, tenant)
    },
    users: () => db.select().from(users),
    sessions: () => db.select().from(sessions),
    identities: () => db.select().from(federatedIdentities),
    states: () => db.select().from(federationStates),
  }
}

export async function connect(
  world: World,
  idp: { readonly authenticator: ConnectionInput['authenticator'] },
  change: Partial<ConnectionInput> = {},
  slug = '',
): Promise<string> {
  const jit = { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' } as const
  const input: ConnectionInput = { name: 'IDP-IS2', authenticator: idp.authenticator, jit, ...change }
  const { id } = await createConnection(world.scope(slug), input)
  return id
}

/** A browser with cookies of its own, which follows redirects one at a time. */
export function browserOf(world: World) {
  const cookies = new Map<string, string>()
  const browser = {
    cookies,
    /** `path` is a path of the app, or an address of it. */
    async get(path: string): Promise<Response> {
      const url = new URL(path, world.platform.config.baseUrl).href
      const Cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await world.app.request(url, { headers: Cookie === '' ? {} : { Cookie } })
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        cookies.set(name, value)
      }
      return response
    },
    hasSession: () => [...cookies.keys()].some((name) => name.includes('postern-session')),
    /** Goes to the provider and comes back with its answer: the address of the callback. */
    async visitProvider(connectionId: string, query = '', base = ''): Promise<string> {
      const start = await browser.get(`${base}/login/connections/${connectionId}${query}`)
      expect(start.status).toBe(303)
      const answer = await fetch(start.headers.get('Location') ?? '', { redirect: 'manual' })
      return answer.headers.get('Location') ?? ''
    },
    async signIn(connectionId: string, query = '', base = ''): Promise<Response> {
      return browser.get(await browser.visitProvider(connectionId, query, base))
    },
  }
  return browser
}
