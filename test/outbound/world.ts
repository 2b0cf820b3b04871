/** An app that provisions to a fake target, with a clock that can be moved. */
import { sql } from 'drizzle-orm'
import { setProvisioners } from '../../src/applications/commands.ts'
import { listProvisioners, RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { provisionerInput } from '../../src/applications/settings.ts'
import { createConnection } from '../../src/connections/commands.ts'
import { listConnectors } from '../../src/connections/queries.ts'
import { connectorInput } from '../../src/connections/connectors/settings.ts'
import { connectionInput } from '../../src/connections/settings.ts'
import { createGroup } from '../../src/directory/groups/creation/commands.ts'
import { removeGroup, updateGroup } from '../../src/directory/groups/commands.ts'
import type { Origin } from '../../src/directory/outbox.ts'
import { memberIds } from '../../src/directory/members/edit.ts'
import { removeUser, updateUser } from '../../src/directory/users/commands.ts'
import { createUser } from '../../src/directory/users/creation/commands.ts'
import { deliverDue, type Options } from '../../src/outbound/consumer.ts'
import { listAttempts, listDeliveries } from '../../src/outbound/log/queries.ts'
import type { Scope } from '../../src/platform.ts'
import { createNodeFetch } from '../../src/runtime/guarded-fetch-node.ts'
import type { Resource } from '../../src/scim/schema.ts'
import { testWorld } from '../support/app.ts'
import { fakeTarget, type FakeTarget } from '../support/fake-target.ts'

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const PASSWORD = 'Pa55word-of-kim!'
export const SCIM: Origin = { source: 'scim' }

export type World = Awaited<ReturnType<typeof outboundWorld>>

/** What a connector of the tests is unless told otherwise. */
export function connectorOf(target: FakeTarget, change: Record<string, unknown> = {}) {
  return connectorInput.parse({
    name: 'SCIM2',
    enabled: true,
    authentication: { mode: 'basic', username: 'is1', password: 'connector-secret-1' },
    ...target.endpoints,
    ...change,
  })
}

/** A world with its target. The guarded fetch is Node's own; it gives up after `timeoutMs`. */
export async function outboundWorld({ timeoutMs = 5000, url = ':memory:' } = {}) {
  const guarded = createNodeFetch(['127.0.0.0/8'])
  const patience = { ms: timeoutMs }
  const world = await testWorld({ url, fetch: (to, init) => guarded(to, { ...init, timeoutMs: patience.ms }) })
  const target = await fakeTarget()
  /** The tenant a millisecond later, so that deliveries stand in the order of the changes. */
  const scope = async (slug = '') => {
    world.advance(1)
    if (slug !== '') await world.tenant(slug)
    return world.scope(slug)
  }
  const deliveries = async (slug = '') => listDeliveries(await scope(slug), {}, { limit: 100 })
  return {
    ...world,
    ...changesOf(scope),
    /** How long a request is waited for. */
    patience,
    scope,
    target,
    /** The log, the newest first. */
    deliveries,
    /** Makes a connection whose one connector goes to the target; the resident application provisions to it too. */
    async connect(change: Record<string, unknown> = {}, options: ConnectOptions = {}) {
      const { roles = [], groups = [], jit = false, blocking = false } = options
      const { slug = '', name = 'SCIM-IDP', to = target } = options
      const { applicationId = RESIDENT_APPLICATION } = options
      const here = await scope(slug)
      const outbound = { connectors: [connectorOf(to, change)], roles, groups }
      const { id: connection } = await createConnection(here, connectionInput.parse({ name, outbound }))
      const before = await listProvisioners(here, applicationId)
      const provisioners = [
        ...before.map((one) => ({ ...one, connection: one.connectionId, connector: one.connectorId })),
        provisionerInput.parse({ connection, connector: 'SCIM2', jit, blocking }),
      ]
      await setProvisioners(here, applicationId, provisioners)
      const [connector] = await listConnectors(here, connection)
      return { connection, connector: connector?.id ?? '' }
    },
    deliver: (options?: Options) => deliverDue(world.platform, options),
    /** The latest delivery of a resource, and the answers of the target as 'POST 201' and so on. */
    async delivery(resourceId: string, slug = '') {
      const row = (await deliveries(slug)).find((one) => one.resourceId === resourceId)
      if (!row) throw new Error('there is no delivery')
      const attempts = await listAttempts(await scope(slug), row.id)
      // What the target can do is asked by whichever delivery comes first.
      const asked = attempts.filter(({ url }) => !url.endsWith('/ServiceProviderConfig'))
      return { ...row, requests: attempts, answers: asked.map(({ method, status }) => `${method} ${status ?? '-'}`) }
    },
    /** Every row of every table, and every line of the log, as text. */
    async written(): Promise<string> {
      const { db } = world.platform
      const tables = await db.all<{ name: string }>(sql`select name from sqlite_master where type = 'table'`)
      const rows = await Promise.all(tables.map(({ name }) => db.all(sql`select * from ${sql.identifier(name)}`)))
      return JSON.stringify([rows, world.logs])
    },
  }
}

type ConnectOptions = {
  roles?: string[]
  groups?: string[]
  jit?: boolean
  blocking?: boolean
  slug?: string
  name?: string
  applicationId?: string
  to?: FakeTarget
}
type Place = { readonly slug?: string; readonly as?: Origin }

/** The commands of the directory, as the resident application in the default tenant unless told otherwise. */
function changesOf(scope: (slug?: string) => Promise<Scope>) {
  return {
    async createUser(userName: string, attributes: Partial<Resource> = {}, { slug = '', as = SCIM }: Place = {}) {
      const { row } = await createUser(await scope(slug), { schemas: [USER], userName, ...attributes } as Resource, as)
      return row.id
    },
    async updateUser(id: string, attributes: Partial<Resource>, { slug = '', as = SCIM }: Place = {}) {
      await updateUser(await scope(slug), id, (user) => ({ ...user, ...attributes }) as Resource, as)
    },
    async removeUser(id: string, { slug = '', as = SCIM }: Place = {}) {
      await removeUser(await scope(slug), id, as)
    },
    async createGroup(displayName: string, members: readonly string[] = []) {
      const input = { schemas: [GROUP], displayName, members: members.map((value) => ({ value })) }
      return (await createGroup(await scope(), input, SCIM)).id
    },
    async updateGroup(id: string, attributes: Partial<Resource>) {
      const { members, ...rest } = attributes
      const changes =
        members === undefined
          ? []
          : [{ attribute: 'members', kind: 'replace' as const, ids: memberIds({ members }, 'members') }]
      const edit = (group: Resource) => ({ ...group, ...rest }) as Resource
      await updateGroup(await scope(), id, { edit, members: changes }, SCIM)
    },
    async removeGroup(id: string) {
      await removeGroup(await scope(), id, SCIM)
    },
  }
}
