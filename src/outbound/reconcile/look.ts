/** One page of a reconciliation: read at the target, compared, and written down. */
import type { ProvisionedType, ReconciliationCounts } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import { callerOf } from '../push.ts'
import type { OpenConnector } from '../situation.ts'
import { type Finding, judgePage, type Look, type Verdict } from './classify.ts'
import { type PageEnd, recordPage, type Turn } from './commands.ts'
import { forList } from './compare.ts'
import { offersCursor, readOne, readPage, type Remote } from './page.ts'
import { listUnseen, type Unseen } from './queries.ts'
import { scim2Of } from './scim2.ts'

/** So many that the target did not list are asked for by their ids. */
const UNSEEN_AT_ONCE = 20
const ASKED_AT_ONCE = 4

/** `moment` makes a scope of the present moment. Throws PushFailure and CursorLost; StaleRow for who lost the turn. */
export async function takePage(moment: () => Scope, turn: Turn, open: OpenConnector): Promise<void> {
  const page =
    turn.phase === 'missing' ? await lookForMissing(moment, turn, open) : await lookAtList(moment, turn, open)
  await recordPage(moment(), turn, open.connector, page)
}

function lookAt(scope: Scope, open: OpenConnector, type: ProvisionedType): Look | undefined {
  const settings = scim2Of(open.connector)
  const endpoint = type === 'User' ? settings.userEndpoint : settings.groupEndpoint
  if (endpoint === undefined) return undefined
  const { log } = scope.platform
  const call = callerOf(scope.platform, { settings, secrets: open.secrets }, ({ method, url, status, error }) =>
    log.debug('reconciling', { connectorId: open.connector.id, method, url, status, error }),
  )
  return { scope, open, call, type, endpoint: endpoint.replace(/\/+$/, ''), since: scope.now }
}

async function lookAtList(moment: () => Scope, turn: Turn, open: OpenConnector): Promise<PageEnd> {
  const type = turn.phase === 'Group' ? 'Group' : 'User'
  const look = lookAt(moment(), open, type)
  const behindPhase = { phase: type === 'User' ? ('Group' as const) : ('missing' as const) }
  if (!look) return { ...NOTHING, since: turn.started, counts: turn.counts, next: { ...behindPhase, position: {} } }
  const { byCursor = await offersCursor(look.call, userEndpointOf(open)) } = turn.position
  const position = { ...turn.position, byCursor, before: turn.position.before ?? turn.counts }
  const { resources, next } = await readPage(look.call, look.endpoint, type, position)
  const verdicts = await judgePage(look, resources)
  const counts = counted(turn.counts, verdicts)
  return {
    ...endOf(look, resources, verdicts),
    counts,
    next: next ? { phase: turn.phase, position: next } : { ...behindPhase, position: { byCursor } },
  }
}

const NOTHING = { type: 'User', seen: [], findings: [] } as const

function userEndpointOf({ connector }: OpenConnector): string {
  return scim2Of(connector).userEndpoint.replace(/\/+$/, '')
}

/** Gone only if it says so of the very one. What it has after all, and did not list, is compared like the others. */
async function lookForMissing(moment: () => Scope, turn: Turn, open: OpenConnector): Promise<PageEnd> {
  const { type = 'User' } = turn.position
  const scope = moment()
  const unseen = await listUnseen(scope, turn, UNSEEN_AT_ONCE)
  const look = lookAt(scope, open, type)
  const last = unseen.at(-1)
  const isFull = unseen.length === UNSEEN_AT_ONCE
  const next = isFull && last ? { type, afterId: last.id } : type === 'User' ? { type: 'Group' as const } : undefined
  const end = next && { phase: 'missing' as const, position: next }
  if (!look || unseen.length === 0) return { ...NOTHING, since: turn.started, counts: turn.counts, next: end }
  const { there, missing } = await askForEach(look, unseen)
  const verdicts = await judgePage(look, there)
  const { findings, ...rest } = endOf(look, there, verdicts)
  return { ...rest, findings: [...findings, ...missing], counts: counted(turn.counts, verdicts), next: end }
}

async function askForEach({ call, endpoint, type }: Look, unseen: readonly Unseen[]) {
  const there: Remote[] = []
  const missing: Finding[] = []
  for (let i = 0; i < unseen.length; i += ASKED_AT_ONCE) {
    const some = unseen.slice(i, i + ASKED_AT_ONCE)
    const answers = await Promise.all(some.map(({ remoteId }) => readOne(call, endpoint, remoteId, type === 'Group')))
    some.forEach((one, at) => {
      const answer = answers[at]
      if (answer === 'gone') missing.push(missingOf(one))
      else if (answer && answer !== 'unread') there.push(answer)
    })
  }
  return { there, missing }
}

function missingOf({ id, remoteId, name }: Unseen): Finding {
  return {
    kind: 'missing',
    resourceId: id,
    remoteId,
    name,
    differences: [],
    members: null,
    sent: null,
  }
}

function endOf({ type, since }: Look, resources: readonly Remote[], verdicts: readonly Verdict[]) {
  const findings = verdicts.flatMap(({ finding }) => (typeof finding === 'string' ? [] : [finding]))
  return {
    type,
    since,
    seen: resources.map(({ id }) => id),
    findings: findings.map((one) => ({ ...one, differences: forList(one.differences) })),
  }
}

function counted(before: ReconciliationCounts, verdicts: readonly Verdict[]): ReconciliationCounts {
  const kinds = verdicts.map(({ finding }) => (typeof finding === 'string' ? finding : finding.kind))
  return {
    seen: before.seen + verdicts.length,
    same: before.same + kinds.filter((kind) => kind === 'same').length,
    unmanaged: before.unmanaged + kinds.filter((kind) => kind === 'unmanaged').length,
    unread: before.unread + verdicts.filter(({ isUnread }) => isUnread).length,
  }
}
