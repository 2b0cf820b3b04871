import { and, count, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import { RESIDENT_APPLICATION } from '../../applications/queries.ts'
import { applications, connections, connectors, deliveries, groups, provisioners, users } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

/** How many there are of what the console's first page speaks of. */
export async function countForHome({ db, tenantId }: Scope) {
  const offersConnection = sql`instr(${applications.loginFlow}, '"connection"') > 0`
  const inTrouble = inArray(deliveries.state, ['blocked', 'dead'])
  const signsIn = isNotNull(connections.authenticator)
  const isResident = eq(provisioners.applicationId, RESIDENT_APPLICATION)
  const results = await db.batch([
    db.select({ total: count() }).from(users).where(eq(users.tenantId, tenantId)),
    db.select({ total: count() }).from(groups).where(eq(groups.tenantId, tenantId)),
    db.select({ total: count() }).from(applications).where(eq(applications.tenantId, tenantId)),
    db.select({ total: count() }).from(connections).where(eq(connections.tenantId, tenantId)),
    db
      .select({ total: count() })
      .from(connectors)
      .where(and(eq(connectors.tenantId, tenantId), eq(connectors.enabled, true))),
    db
      .select({ total: count() })
      .from(provisioners)
      .where(and(eq(provisioners.tenantId, tenantId), isResident)),
    db
      .select({ total: count() })
      .from(connections)
      .where(and(eq(connections.tenantId, tenantId), signsIn)),
    db
      .select({ total: count() })
      .from(applications)
      .where(and(eq(applications.tenantId, tenantId), offersConnection)),
    db
      .select({ total: count() })
      .from(deliveries)
      .where(and(eq(deliveries.tenantId, tenantId), eq(deliveries.open, true), inTrouble)),
  ])
  const [userCount, groupCount, applicationCount, connectionCount, enabled, resident, signIn, offering, trouble] =
    results.map(([row]) => row?.total ?? 0)
  return {
    users: userCount ?? 0,
    groups: groupCount ?? 0,
    applications: applicationCount ?? 0,
    connections: connectionCount ?? 0,
    enabledConnectors: enabled ?? 0,
    residentProvisioners: resident ?? 0,
    signInConnections: signIn ?? 0,
    applicationsOfferingOne: offering ?? 0,
    deliveriesInTrouble: trouble ?? 0,
  }
}
export type HomeCounts = Awaited<ReturnType<typeof countForHome>>
