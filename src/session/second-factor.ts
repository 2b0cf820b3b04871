/** Whether a login flow wants a second step of somebody, and which. Pure. */
import type { LoginFlow, SecondFactorPolicy } from '../db/schema.ts'

/** What a second step can be. A recovery code stands in for the authenticator app. */
export type SecondOption = 'totp' | 'passkey'
export type SecondMethod = SecondOption | 'recovery'

/** What was done in a sign-in so far: the first step and any further one, and the same in RFC 8176's terms. */
export type Done = { readonly methods: readonly string[]; readonly amr: readonly string[] }

export type SecondStep =
  { readonly kind: 'none' } | { readonly kind: 'ask' | 'enrol'; readonly options: readonly SecondOption[] }

/** The console and a person's own page: who has a second factor is asked for it. */
export const OWN_FLOW: LoginFlow = { steps: [{ options: ['password', 'passkey'] }], secondFactor: 'enrolled' }

const ALL: readonly SecondOption[] = ['totp', 'passkey']

/** A second step that stands there without a word about it is for everybody. */
export function policyOf(flow: LoginFlow): SecondFactorPolicy {
  return flow.secondFactor ?? (flow.steps.length > 1 ? 'always' : 'enrolled')
}

/** What may be done as the second step: what the flow says, otherwise whatever there is. */
export function secondOptions(flow: LoginFlow): readonly SecondOption[] {
  const listed = flow.steps[1]?.options
  return listed ? ALL.filter((option) => listed.includes(option)) : ALL
}

export function isMultiFactor({ amr }: Pick<Done, 'amr'>): boolean {
  return amr.includes('mfa')
}

/**
 * What a flow wants of somebody beyond what she has done. A passkey as the first step has verified its user: it is two
 * factors at once, and nothing more is asked.
 */
export function secondStep(
  flow: LoginFlow,
  done: Done,
  enrolled: { readonly totp: boolean; readonly passkey: boolean },
): SecondStep {
  const policy = policyOf(flow)
  const options = secondOptions(flow)
  if (policy === 'never' || hasDone(options, done)) return { kind: 'none' }
  const possible = options.filter((option) => enrolled[option])
  if (possible.length > 0) return { kind: 'ask', options: possible }
  if (policy !== 'always') return { kind: 'none' }
  // Whoever has another factor shows it before she gets one more: a password alone must not be enough for that.
  const others = ALL.filter((option) => enrolled[option])
  return others.length > 0 && !isMultiFactor(done) ? { kind: 'ask', options: others } : { kind: 'enrol', options }
}

/** The second step that an application asks for by acr_values, whatever the flow says: it has to be there. */
export function stepUp(flow: LoginFlow, enrolled: { readonly totp: boolean; readonly passkey: boolean }): SecondStep {
  const possible = secondOptions(flow).filter((option) => enrolled[option])
  return possible.length > 0 ? { kind: 'ask', options: possible } : { kind: 'none' }
}

/** Whether pages of one's own, and the console, still have to ask a session for the second step. */
export function owesSecondStep(
  session: Done & { readonly enrolled: { readonly totp: boolean; readonly passkey: boolean } },
): boolean {
  return secondStep(OWN_FLOW, session, session.enrolled).kind !== 'none'
}

function hasDone(options: readonly SecondOption[], { methods, amr }: Done): boolean {
  if (!amr.includes('mfa')) return false
  const [first, ...further] = methods
  return (
    first === 'passkey' ||
    further.some((method) => options.includes(method === 'recovery' ? 'totp' : (method as SecondOption)))
  )
}

/** Which first steps a session has behind it. A passkey is one only as the very first: behind another it was the second. */
export function firstSteps({ methods }: Pick<Done, 'methods'>): readonly string[] {
  return methods.filter((method, i) => i === 0 || !SECOND_METHODS.includes(method))
}
const SECOND_METHODS: readonly string[] = ['totp', 'passkey', 'recovery'] satisfies SecondMethod[]

/**
 * What was done just now, in a session that goes on: its first steps still count. What was shown beyond them does not:
 * whoever signs in anew is asked anew.
 */
export function withEarlier(done: Done, earlier: Done): Done {
  const before = firstSteps(earlier)
  const steps = before[0] === 'passkey' ? ['passkey', ...done.methods, ...before] : [...done.methods, ...before]
  const amr = before.filter((step) => step !== 'passkey').map((step) => (step === 'pwd' ? 'pwd' : 'fed'))
  return { methods: [...new Set(steps)], amr: [...new Set([...done.amr, ...amr])] }
}

/** What was done, with a second step behind it. */
export function withSecond({ methods, amr }: Done, second: SecondMethod, how: readonly string[]): Done {
  return { methods: [...new Set([...methods, second])], amr: [...new Set([...amr, ...how, 'mfa'])] }
}

const RECENT_MS = 10 * 60_000

/** Whether somebody has done a step so lately that she may change what she signs in with. */
export function isRecent(
  { authenticatedAt, secondFactorAt }: { readonly authenticatedAt: Date; readonly secondFactorAt: Date | null },
  now: Date,
): boolean {
  const latest = Math.max(authenticatedAt.getTime(), secondFactorAt?.getTime() ?? 0)
  return now.getTime() - latest <= RECENT_MS
}
