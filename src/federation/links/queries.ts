import { and, asc, eq } from 'drizzle-orm'
import { firstOf } from '../../db/open.ts'
import { connections, federatedIdentities } from '../../db/schema.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { UpstreamIdentity } from '../queries.ts'
import type { VouchedFor } from '../upstream/person.ts'

/** An account at the provider of a connection, and whose it is to be here. */
export type NewLink = {
  readonly userId: string
  readonly connection: { readonly id: string; readonly name: string }
  readonly person: VouchedFor
  readonly requestId?: string | undefined
}

/**
 * `taken`: the account there is somebody else's here; `another`: she has another account at that provider already; `gone`:
 * the user, the connection or her session is no more.
 */
export type Linked = 'linked' | 'taken' | 'another' | 'gone'

/** The last sign-in of a link by which nobody has signed in yet. */
export const NEVER = new Date(0)

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

/** Why a link was not made. */
export async function whyNotLinked(scope: Scope, link: NewLink): Promise<Linked> {
  const found = await firstOf<{ userId: string | null; hasAnother: number }>(
    scope.db,
    sql`select exists (${anotherOf(scope, link)}) "hasAnother", (select user_id from federated_identities
        where tenant_id = ${scope.tenantId} and ${mineOf(link)}) "userId"`,
  )
  if (found?.userId != null) return found.userId === link.userId ? 'linked' : 'taken'
  return found?.hasAnother === 1 ? 'another' : 'gone'
}

export function mineOf({ connection, person }: NewLink): Sql {
  return sql`connection_id = ${connection.id} and issuer = ${person.issuer} and subject = ${person.subject}`
}

/** Another account of hers at that very provider. */
export function anotherOf({ tenantId }: Scope, { userId, connection, person }: NewLink): Sql {
  return sql`select 1 from federated_identities o where o.tenant_id = ${tenantId} and o.user_id = ${userId}
    and o.connection_id = ${connection.id} and o.issuer = ${person.issuer} and o.subject <> ${person.subject}`
}
