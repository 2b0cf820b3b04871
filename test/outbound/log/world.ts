/** A log that was written long since, row by row. */
import { createConnection } from '../../../src/connections/commands.ts'
import { listConnectors } from '../../../src/connections/queries.ts'
import { connectionInput } from '../../../src/connections/settings.ts'
import { newId } from '../../../src/core/ids.ts'
import { deliveries, deliveryAttempts, targets } from '../../../src/db/schema.ts'
import { testWorld } from '../../support/app.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

type Row = Partial<typeof deliveries.$inferInsert> & { readonly connectorId: string }
type Target = Partial<typeof targets.$inferInsert> & { readonly connectorId: string }

export type LogWorld = Awaited<ReturnType<typeof logWorld>>

/** The clock stands: what is said to be an hour ago is just that. */
export async function logWorld(env: Record<string, string> = {}) {
  const world = await testWorld({ env, fetch: () => Promise.reject(new Error('nothing is called here')) })
  world.hold(true)
  const ago = (ms: number) => new Date(world.platform.now().getTime() - ms)
  const tenantIdOf = async (slug: string) => {
    if (slug !== '') await world.tenant(slug)
    return (await world.scope(slug)).tenantId
  }
  return {
    ...world,
    ago,
    /** A connection, and the ids of its connectors by their names. */
    async connection(name: string, connectors: readonly string[], slug = '') {
      await tenantIdOf(slug)
      const scope = await world.scope(slug)
      const input = connectors.map((one) => ({ type: 'scim2', name: one, enabled: true, ...TARGET }))
      const { id } = await createConnection(scope, connectionInput.parse({ name, outbound: { connectors: input } }))
      const made = await listConnectors(scope, id)
      return { id, connectors: connectors.map((one) => made.find((row) => row.name === one)?.id ?? '') }
    },
    /** Writes a delivery that was made an hour ago, delivered unless told otherwise; with an attempt of the same id. */
    async delivery(row: Row, slug = '') {
      const { state = 'delivered', created = ago(HOUR_MS), id = newId() } = row
      const tenantId = await tenantIdOf(slug)
      await world.platform.db.insert(deliveries).values({
        resourceType: 'User',
        resourceId: newId(),
        resourceName: 'kim',
        operation: 'create',
        open: state !== 'delivered',
        generation: 1,
        withPassword: false,
        attempts: 1,
        lastModified: created,
        ...row,
        tenantId,
        id,
        state,
        created,
      })
      const request = { attempt: 1, at: created, method: 'POST', url: 'https://target.example/Users', durationMs: 12 }
      await world.platform.db.insert(deliveryAttempts).values({ tenantId, id, deliveryId: id, ...request })
      return id
    },
    async target(row: Target, slug = '') {
      await world.platform.db.insert(targets).values({ ...row, tenantId: await tenantIdOf(slug) })
    },
  }
}

const TARGET = { authentication: { mode: 'none' }, userEndpoint: 'https://target.example/Users' }
