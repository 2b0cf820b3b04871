/** What would happen if somebody came from a provider: everything is looked up and decided, and nothing is written. */
import type { ConnectionRow } from '../connections/queries.ts'
import { findLinkedUser, toUserResource } from '../directory/users/queries.ts'
import type { Scope } from '../platform.ts'
import type { Resource } from '../scim/schema.ts'
import { sameValue } from '../scim/values.ts'
import { scopesOf } from './upstream/request/parameters.ts'
import { syncKept } from './carry-out/addresses.ts'
import { isTaking } from './claims/sync.ts'
import { type Asks, type Decision, decideProvisioning, type Situation } from './decision/decide.ts'
import { entryOf } from './decision/log/commands.ts'
import { explain } from './decision/log/explain.ts'
import { grantChanges } from './grants/queries.ts'
import { issuerOf } from './links/issuer.ts'
import { findSituation } from './decision/situation/situation.ts'
import type { VouchedFor } from './upstream/person.ts'

export type DryRun = {
  readonly decision: Decision['kind']
  readonly reason: string
  readonly explanation: string
  readonly details: Readonly<Record<string, unknown>>
  readonly userId?: string
  readonly userName?: string
  /** The account that she would get. */
  readonly user?: Resource
  /** `userName`, `password`, `consent`, and the paths of attributes. */
  readonly asks?: readonly string[]
  /** What the provider's word would change in the account that is there: the attributes, and what each would be. */
  readonly changes?: readonly { readonly attribute: string; readonly to?: unknown }[]
  /** The groups and roles that she would come into and go out of. */
  readonly memberships?: readonly Membership[]
}

export type Membership = {
  readonly kind: 'group' | 'role'
  readonly change: 'add' | 'remove'
  readonly id: string
  readonly name: string
}

/** Who would come, by what the provider would say; or what it does not say, and cannot be asked for. */
export async function whoWouldCome(
  scope: Scope,
  connection: ConnectionRow,
  {
    claims,
    ...said
  }: Pick<VouchedFor, 'claims'> & { readonly issuer?: string | undefined; readonly subject?: string | undefined },
): Promise<
  { readonly ok: true; readonly person: VouchedFor } | { readonly ok: false; readonly missing: 'subject' | 'issuer' }
> {
  const subject = said.subject ?? claims.sub
  if (typeof subject !== 'string' || subject === '') return { ok: false, missing: 'subject' }
  const issuer = said.issuer ?? claims.iss
  if (typeof issuer === 'string') return { ok: true, person: { issuer, subject, claims } }
  const found = await issuerOf(scope, connection)
  return found.ok ? { ok: true, person: { issuer: found.value, subject, claims } } : { ok: false, missing: 'issuer' }
}

export async function dryRun(scope: Scope, connection: ConnectionRow, person: VouchedFor): Promise<DryRun> {
  const situation = await findSituation(scope, connection, person)
  const decision = decideProvisioning(situation)
  const { reason, details, userId } = entryOf(decision)
  const isAdmitted = decision.kind === 'sign-in' || decision.kind === 'link'
  return {
    decision: decision.kind,
    reason,
    explanation: explain({ decision: decision.kind, reason, details }),
    details,
    ...(userId === undefined ? {} : { userId }),
    ...('userName' in decision ? { userName: decision.userName, user: decision.user } : {}),
    ...(decision.kind === 'ask' ? { asks: askedIn(decision.asks) } : {}),
    ...(isAdmitted ? { changes: await changesOf(scope, connection, person, situation, decision) } : {}),
    ...(decision.kind === 'refuse' ? {} : { memberships: await membershipsOf(scope, connection, person, userId) }),
  }
}

async function membershipsOf(
  scope: Scope,
  connection: ConnectionRow,
  { claims }: VouchedFor,
  userId: string | undefined,
): Promise<Membership[]> {
  const changes = await grantChanges(scope, connection, claims, userId)
  return changes.flatMap(({ kind, plan }) =>
    (['add', 'remove'] as const).flatMap((change) =>
      (plan?.[change] ?? []).map(({ id, name }) => ({ kind, change, id, name })),
    ),
  )
}

function askedIn({ attributes, ...asks }: Asks): string[] {
  const named = (['userName', 'password', 'consent'] as const).filter((name) => asks[name])
  return [...named, ...attributes]
}

async function changesOf(
  scope: Scope,
  { jit, authenticator }: ConnectionRow,
  { claims }: VouchedFor,
  { type, identity, others }: Situation,
  { kind, userId }: Extract<Decision, { kind: 'sign-in' | 'link' }>,
): Promise<DryRun['changes']> {
  const moment = kind === 'link' ? 'linked' : 'signed-in'
  const found = isTaking(jit, { moment, synced: identity?.synced ?? null })
    ? await findLinkedUser(scope, userId)
    : undefined
  if (!found) return []
  const before = toUserResource(scope, found)
  const whose = { source: found.row.source, isOwnDomain: others.isOwnDomain }
  const { user: after } = syncKept(type, before, whose, {
    jit,
    claims,
    askedScopes: authenticator ? scopesOf(authenticator) : [],
    moment,
    synced: identity?.synced ?? null,
  })
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => name !== 'schemas')
  return names
    .filter((name) => !sameValue(before[name], after[name]))
    .toSorted()
    .map((attribute) => (after[attribute] === undefined ? { attribute } : { attribute, to: after[attribute] }))
}
