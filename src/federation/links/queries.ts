import { and, asc, eq } from 'drizzle-orm'
import { connections, federatedIdentities } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import type { UpstreamIdentity } from '../queries.ts'
import { NEVER } from './commands.ts'

/** An account at a provider with which a user can sign in. */
export type Link = UpstreamIdentity & {
  /** The connection's name. */
  readonly connection: string
  /** What she is called there. */
  readonly display: string | null
  readonly created: Date
  /** Null if she has not signed in with it yet. */
  readonly lastSignIn: Date | null
}

/** The accounts elsewhere with which a user can sign in, by their connections' names. One of a connection that is no more is none. */
export async function listLinks({ db, tenantId }: Scope, userId: string): Promise<Link[]> {
  const rows = await db
    .select({
      connectionId: federatedIdentities.connectionId,
      connection: connections.name,
      issuer: federatedIdentities.issuer,
      subject: federatedIdentities.subject,
      display: federatedIdentities.display,
      created: federatedIdentities.created,
      lastSignIn: federatedIdentities.lastSignIn,
    })
    .from(federatedIdentities)
    .innerJoin(
      connections,
      and(eq(connections.tenantId, tenantId), eq(connections.id, federatedIdentities.connectionId)),
    )
    .where(and(eq(federatedIdentities.tenantId, tenantId), eq(federatedIdentities.userId, userId)))
    .orderBy(asc(connections.name), asc(federatedIdentities.created))
  return rows.map((row) => ({
    ...row,
    lastSignIn: row.lastSignIn.getTime() === NEVER.getTime() ? null : row.lastSignIn,
  }))
}
