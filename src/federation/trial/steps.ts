/** The steps of a test, and how far it came. Pure. */
import type { SignInFailure } from '../failure.ts'
import type { TrialCall, TrialRecord } from './record.ts'

export const STEP_NAMES = ['metadata', 'keys', 'request', 'answer', 'token', 'idToken', 'userinfo'] as const
export type StepName = (typeof STEP_NAMES)[number]

/** `waits`: the person is at the provider; `skipped`: it was not come to, or there is no such step. */
export type Step = {
  readonly name: StepName
  readonly state: 'ok' | 'failed' | 'waits' | 'skipped'
  readonly failure?: SignInFailure
  readonly calls: readonly TrialCall[]
}

export function stepsOf(record: TrialRecord): readonly Step[] {
  const failedAt = failedStep(record)
  const failure = record.ended ? record.ended.failure : record.failure
  const end = failedAt === undefined ? STEP_NAMES.length : STEP_NAMES.indexOf(failedAt)
  return STEP_NAMES.map((name, i) => {
    const calls = callsOf(record, name)
    if (i === end && failure) return { name, state: 'failed', failure, calls }
    if (i > end) return { name, state: 'skipped', calls }
    return { name, state: stateOf(record, name, calls), calls }
  })
}

function stateOf(record: TrialRecord, name: StepName, calls: readonly TrialCall[]): Step['state'] {
  if (name === 'keys') return keysState(record, calls)
  if (name === 'metadata' || name === 'request') return 'ok'
  if (!record.ended) return 'waits'
  if (name === 'answer' || name === 'token') return 'ok'
  if (name === 'idToken') return calls.some((call) => call.idToken) ? 'ok' : 'skipped'
  return calls.length > 0 ? 'ok' : 'skipped'
}

/** Keys that cannot be read will fail the id_token: it is shown where it begins. */
function keysState({ server }: TrialRecord, calls: readonly TrialCall[]): Step['state'] {
  if (server?.keys === undefined) return 'skipped'
  return calls.at(-1)?.status === 200 ? 'ok' : 'failed'
}

/** Which step a failure was of, by the last call that was made before it. */
function failedStep(record: TrialRecord): StepName | undefined {
  const { ended } = record
  if (!ended) return record.failure === undefined ? undefined : record.server === undefined ? 'metadata' : 'request'
  const { failure } = ended
  if (!failure) return undefined
  if (failure.kind === 'provider-error') return 'answer'
  const kinds = ended.calls.map((call) => kindOf(record, call)).filter((kind) => kind !== 'metadata')
  const last = ended.calls.at(-1)
  if (kinds.length === 0 || !last) return failure.kind === 'unverified' ? 'answer' : 'metadata'
  if (kinds.includes('userinfo')) return 'userinfo'
  if (kinds.at(-1) === 'keys') return last.status === 200 ? 'idToken' : 'keys'
  return failure.kind === 'unverified' && last.idToken ? 'idToken' : 'token'
}

function callsOf(record: TrialRecord, name: StepName): readonly TrialCall[] {
  const ended = record.ended?.calls ?? []
  const of = (calls: readonly TrialCall[], kind: Kind) => calls.filter((call) => kindOf(record, call) === kind)
  switch (name) {
    case 'metadata':
      return of(record.calls, 'metadata')
    case 'keys':
      return of([...record.calls, ...ended], 'keys')
    case 'request':
      return of(record.calls, 'pushed')
    case 'token':
    case 'idToken':
      return of(ended, 'token')
    case 'userinfo':
      return of(ended, 'userinfo')
    default:
      return []
  }
}

type Kind = 'metadata' | 'keys' | 'pushed' | 'token' | 'userinfo'

/** What else is asked for with an access token, such as GitHub’s addresses, belongs to userinfo. */
function kindOf({ server }: TrialRecord, { url, idToken }: TrialCall): Kind {
  const is = (address: string | undefined) => address !== undefined && sameAddress(address, url)
  if (is(server?.keys)) return 'keys'
  if (is(server?.token) || idToken) return 'token'
  if (is(server?.pushed)) return 'pushed'
  if (is(server?.userinfo)) return 'userinfo'
  return server === undefined || /\/\.well-known\//.test(url) ? 'metadata' : 'userinfo'
}

function sameAddress(address: string, url: string): boolean {
  const { origin, pathname } = new URL(address)
  return origin + pathname === url
}
