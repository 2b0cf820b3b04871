/** A plan for a user, carried out where users are accounts of an API that is not SCIM. */
import { unreachable } from '../../core/errors.ts'
import { PushFailure, type PushOutcome } from '../outcome.ts'
import type { Content, Plan } from '../plan.ts'
import type { OwnResource } from '../resource.ts'
import type { Account, Accounts } from './accounts.ts'

/** Does what a plan says. Throws PushFailure for what the target refuses. */
export async function carryOutAccount(
  accounts: Accounts,
  resource: OwnResource,
  plan: Exclude<Plan, { kind: 'nothing' }>,
): Promise<PushOutcome> {
  switch (plan.kind) {
    // How an account ends, its API decides.
    case 'deactivate':
    case 'remove': {
      const remoteId = plan.remoteId ?? (await accounts.findMarked())?.remoteId
      if (remoteId !== undefined) await accounts.remove(remoteId)
      return { kind: 'done', remoteId: undefined, created: false }
    }
    case 'replace': {
      const isThere = await change(accounts, resource, plan)
      if (isThere) return { kind: 'done', remoteId: plan.remoteId, created: false }
      return create(accounts, resource, plan)
    }
    case 'create': {
      const found = plan.lookFirst ? await find(accounts, plan) : undefined
      return found ? adopt(accounts, resource, found, plan) : create(accounts, resource, plan)
    }
    default:
      return unreachable(plan)
  }
}

/** A name that is refused, and that nobody has, was given up in between: it is asked for a second time, and no third. */
type Tries = 1 | 2

async function create(
  accounts: Accounts,
  resource: OwnResource,
  content: Content,
  tries: Tries = 2,
): Promise<PushOutcome> {
  const { body, password, defaultPassword } = content
  const created = await accounts.create(body, password ?? defaultPassword)
  if (created.kind === 'created') return { kind: 'done', remoteId: created.remoteId, created: true }
  const found = await find(accounts, content)
  if (found) return adopt(accounts, resource, found, content)
  if (tries > 1) return create(accounts, resource, content, 1)
  throw created.refusal
}

async function find(accounts: Accounts, { body }: Content): Promise<Account | undefined> {
  return (await accounts.findMarked()) ?? (await accounts.findNamed(body))
}

/** What is there already becomes ours: an earlier attempt of ours made it, or somebody by hand. */
async function adopt(
  accounts: Accounts,
  resource: OwnResource,
  found: Account,
  { body, password }: Content,
): Promise<PushOutcome> {
  if (found.externalId !== resource.id) await demandNobodys(resource, found)
  const { remoteId } = found
  const replaced = await accounts.replace(remoteId, body, password)
  if (replaced.kind === 'done') return { kind: 'done', remoteId, created: true }
  if (replaced.kind === 'taken') {
    throw await refusalOf(resource, remoteId, await accounts.findNamed(body), replaced.refusal)
  }
  throw new PushFailure({ kind: 'retry', error: `${remoteId} went away while it was taken over.`, retryAfterMs: 0 })
}

/** The smallest request that makes it right. False if the target has no such account. */
async function change(
  accounts: Accounts,
  resource: OwnResource,
  plan: Extract<Plan, { kind: 'replace' }>,
  tries: Tries = 2,
): Promise<boolean> {
  const { remoteId, changes, body, password } = plan
  const changed = changes
    ? await accounts.change(remoteId, changes, password)
    : await accounts.replace(remoteId, body, password)
  if (changed.kind !== 'taken') return changed.kind === 'done'
  const holder = await accounts.findNamed(body)
  if (!holder && tries > 1) return change(accounts, resource, plan, 1)
  throw await refusalOf(resource, remoteId, holder, changed.refusal)
}

/** Why an account cannot get the name that it should have. `holder` is who has it. */
async function refusalOf(
  resource: OwnResource,
  remoteId: string,
  holder: Account | undefined,
  refusal: PushFailure,
): Promise<PushFailure> {
  if (!holder) return refusal
  if (holder.remoteId !== remoteId) return (await resource.isAnothers(holder)) ? stillAnothers(holder) : refusal
  // Google says so now and then of what it has done all the same.
  return new PushFailure({ kind: 'retry', error: `${remoteId} is said to be in its own way.`, retryAfterMs: 0 })
}

/** Taken over, two of ours would be one there. Its own delivery renames or removes it first. */
async function demandNobodys(resource: OwnResource, found: Account): Promise<void> {
  if (await resource.isAnothers(found)) throw stillAnothers(found)
  if (found.keptBecause !== undefined) throw new PushFailure({ kind: 'rejected', error: found.keptBecause })
}

function stillAnothers({ remoteId }: Account): PushFailure {
  const error = `The name still belongs to ${remoteId}, which is another resource from here.`
  return new PushFailure({ kind: 'retry', error, retryAfterMs: 0 })
}
