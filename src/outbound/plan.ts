/** What a delivery has to do, from how things are and what the target was last sent. Pure. */
import { unreachable } from '../core/errors.ts'
import { isRecord } from '../core/json-value.ts'
import { isSameJson } from '../core/same-json.ts'
import type { ProvisionedType } from '../db/schema.ts'
import type { Body } from './body.ts'
import { changesBetween, type PatchOperation } from './diff.ts'

export type Situation = {
  readonly type: ProvisionedType
  /** Our id: the target knows the resource under it as externalId. */
  readonly id: string
  /** How the resource is now; undefined if it is no more, or not for this target. */
  readonly present: Body | undefined
  /** What the target was last sent; undefined if it never told that it has the resource. */
  readonly ledger: { readonly remoteId: string; readonly sent: unknown } | undefined
  /** Of a group that the target has: its members there are not those that they should be. */
  readonly membersDiffer?: boolean
  /** An earlier attempt may have reached the target without our hearing of it. */
  readonly mayHaveArrived: boolean
  /** A new password that the target has to be told. */
  readonly password: string | undefined
  /** A password for who is created without one. */
  readonly defaultPassword: string | undefined
  /** What becomes of it there if it is not `present` any more; `remove` unless told. */
  readonly departure?: Departure
  /** A change is told for each part of an attribute by itself. */
  readonly toParts?: boolean
}

/** `deactivate`: the account is kept for who may come back; `retire`: it is kept, and is nobody's from here any more. */
export type Departure = 'remove' | 'deactivate' | 'retire'

export type Content = {
  readonly body: Body
  readonly password: string | undefined
  /** Goes with a POST alone: an account that is there already keeps the password that it has. */
  readonly defaultPassword: string | undefined
  /** What the target was last sent; undefined if that is not known. */
  readonly sent: unknown
}

export type Plan =
  | { readonly kind: 'nothing' }
  /** POST; `lookFirst` asks for the externalId and the name before it, lest there be two. */
  | ({ readonly kind: 'create'; readonly lookFirst: boolean } & Content)
  /**
   * PATCH with `changes`, or PUT where the target takes no PATCH or there are none: what it has is not known for sure.
   * What is gone at the target is created again.
   */
  | ({
      readonly kind: 'replace'
      readonly remoteId: string
      readonly changes: readonly PatchOperation[] | undefined
    } & Content)
  /** DELETE; without a remoteId it has to be found first, by our id alone. */
  | { readonly kind: 'remove'; readonly remoteId: string | undefined }
  /** active: false; `body` is what was last sent, with that. Without a remoteId it has to be found first, as above. */
  | { readonly kind: 'deactivate'; readonly remoteId: string | undefined; readonly body: Body | undefined }

export function planDelivery(situation: Situation): Plan {
  const { present, ledger, password, defaultPassword, mayHaveArrived, membersDiffer = false } = situation
  if (!present) return planDeparture(situation)
  const content = { body: present, password, defaultPassword, sent: ledger?.sent }
  if (!ledger) return { kind: 'create', ...content, lookFirst: mayHaveArrived }
  const isSame = isSameJson(present, ledger.sent) && !membersDiffer
  if (!mayHaveArrived && password === undefined && isSame) return { kind: 'nothing' }
  return { kind: 'replace', remoteId: ledger.remoteId, ...content, changes: changesOf(situation, present, ledger.sent) }
}

function planDeparture({ ledger, mayHaveArrived, departure = 'remove' }: Situation): Plan {
  if (!ledger && !mayHaveArrived) return { kind: 'nothing' }
  if (departure === 'remove') return { kind: 'remove', remoteId: ledger?.remoteId }
  const body = deactivated(ledger)
  if (!mayHaveArrived && isSameJson(body, ledger?.sent)) return { kind: 'nothing' }
  // A ledger that does not know what else was sent is no body to put: the target's own is.
  const isWhole = typeof body.userName === 'string'
  return { kind: 'deactivate', remoteId: ledger?.remoteId, body: isWhole ? body : undefined }
}

/** What the ledger says when all that was planned is done; undefined if it says nothing of the resource any more. */
export function sentAfter({ present, ledger, departure }: Situation): Body | undefined {
  return present ?? (departure === 'deactivate' ? deactivated(ledger) : undefined)
}

/** Of what nobody heard of it is known that it is inactive, and no more: it is still ours. */
function deactivated(ledger: Situation['ledger']): Body {
  const sent = isRecord(ledger?.sent) ? ledger.sent : {}
  const schemas = Array.isArray(sent.schemas) ? sent.schemas.map(String) : []
  return { ...sent, schemas, active: false }
}

/**
 * What an unheard attempt sent may be other than what the ledger says: only a PUT makes it sure. A group has few
 * attributes, which are all sent again, and its members are remembered one by one.
 */
function changesOf(situation: Situation, present: Body, sent: unknown): PatchOperation[] | undefined {
  const { type, mayHaveArrived, toParts } = situation
  if (!mayHaveArrived) return changesBetween(sent, present, toParts)
  return type === 'Group' ? changesBetween({}, present) : undefined
}

/** What a plan does, for the log. */
export function decisionOf(plan: Plan): string {
  switch (plan.kind) {
    case 'nothing':
      return 'nothing: the target has it like this'
    case 'create':
      return plan.lookFirst ? 'look for it, then create it or take it over' : 'create'
    case 'replace': {
      if (plan.changes === undefined) return 'replace all of it: what the target has is not known for sure'
      const paths = [...plan.changes.map(({ path }) => path), ...(plan.password === undefined ? [] : ['password'])]
      return `change ${paths.length > 0 ? paths.join(', ') : 'members'}`
    }
    case 'remove':
      return plan.remoteId === undefined ? 'look for it, and remove it' : 'remove'
    case 'deactivate':
      return plan.remoteId === undefined ? 'look for it, and deactivate it' : 'deactivate'
    default:
      return unreachable(plan)
  }
}

/** Whether it takes away from the target what we know to be there, or shuts it. */
export function isRemoval(plan: Plan): boolean {
  return (plan.kind === 'remove' || plan.kind === 'deactivate') && plan.remoteId !== undefined
}

/** What a target refuses that refuses this: nothing but its members, of a group that it has as it is. */
export function refusedOf(plan: Plan): 'resource' | 'reference' {
  const isMembersAlone = plan.kind === 'replace' && plan.changes?.length === 0 && plan.password === undefined
  return isMembersAlone ? 'reference' : 'resource'
}
