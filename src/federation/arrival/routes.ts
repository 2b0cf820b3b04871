import { userTypeOf } from '../../directory/attributes/queries.ts'
import { secondsUntil } from '../../directory/credentials/lockout.ts'
import { findPasswordPolicy } from '../../directory/passwords/queries.ts'
import { hashToken } from '../../core/crypto.ts'
import type { Throttle } from '../../directory/throttle/backoff.ts'
import { countGuess, takeBackGuesses } from '../../directory/throttle/commands.ts'
import { type AppContext, formOf, languageOf, newRouter } from '../../http.ts'
import { guardForms, knowBrowser } from '../../session/browser.ts'
import { letChoose } from '../../session/pending/commands.ts'
import type { Session } from '../../session/queries.ts'
import { requestOf } from '../../session/return-to.ts'
import { answerFailure, logFailure, signInVouched } from '../answer.ts'
import { type Arriving, provision, type Provisioned } from '../commands.ts'
import type { Decision } from '../decision/decide.ts'
import { type Outcome, type SignInFailure, wordsOf } from '../failure.ts'
import { applicationOf } from '../sign-in.ts'
import { takeArrival } from './commands.ts'
import { drawArrival } from './draw.ts'
import { answersOf, errorsInWords, typedOf } from './form.ts'
import { decisionOn, findPresent, type Present } from './present.ts'
import { provenSession } from './proof/session.ts'
import { printOf } from './shown.ts'
import { arrivalWords } from './words.ts'

type Form = Readonly<Record<string, unknown>>
type Ask = Extract<Decision, { kind: 'ask' }>
type Prove = Extract<Decision, { kind: 'prove' }>

/** {T}/login/arrival: whom a provider has vouched for is asked something before there is an account, or a link to one. */
export const arrivalRoutes = newRouter()
  .use('/login/arrival', knowBrowser, guardForms)
  .get('/login/arrival', async (c) => {
    const query = c.req.query()
    const found = await findPresent(c, query)
    if (!found.ok) return found.answer
    return drawArrival(c, found.present, await decisionOn(c.var.scope, found.present), { proof: query.proof })
  })
  .post('/login/arrival', async (c) => {
    const form: Form = await formOf(c)
    const found = await findPresent(c, form)
    if (!found.ok) return found.answer
    const { present } = found
    if (form.act === 'cancel') return cancel(c, present)
    const decision = await decisionOn(c.var.scope, present)
    switch (decision.kind) {
      case 'ask':
        return takeAnswers(c, present, decision, form)
      case 'prove':
        return takeProof(c, present, decision, form)
      default:
        return conclude(c, present, await attempt(c, present, {}), { decision, form })
    }
  })

/** Nothing is stored; she is where she could choose how to sign in. */
async function cancel(c: AppContext, { arrival }: Present): Promise<Response> {
  const { scope } = c.var
  await takeArrival(scope, arrival)
  const request = requestOf(arrival.returnTo)
  // Where the page would lead on by itself, it would lead her back here.
  if (request !== undefined) await letChoose(scope, request, arrival.browserHash)
  const query = new URLSearchParams(request === undefined ? [['return_to', arrival.returnTo]] : [['request', request]])
  return c.redirect(`${scope.base}/login?${query}`, 303)
}

async function takeAnswers(c: AppContext, present: Present, decision: Ask, form: Form): Promise<Response> {
  const { scope } = c.var
  const { asks, user } = decision
  const say = arrivalWords(languageOf(c))
  const type = await userTypeOf(scope)
  const typed = typedOf(form, asks)
  const refuse = (status: 409 | 429, field: string, message: string) =>
    drawArrival(c, present, decision, { refused: { status, errors: [{ field, message }], typed } })
  // Nobody agrees to what she has not read.
  if (form.print !== printOf(type, user, asks)) return refuse(409, '', say.changed)
  // Whether a name is taken is told: who asks for too many waits.
  const names = throttleOf(present)
  const until = asks.userName ? await countGuess(scope, names) : undefined
  if (until) {
    const seconds = secondsUntil(until, scope.now)
    c.header('Retry-After', String(seconds))
    return refuse(429, 'userName', say.wait(seconds))
  }
  const ended = await attempt(c, present, { answers: answersOf(form, typed, type) })
  if (asks.userName && !isTaken(ended)) await takeBackGuesses(scope, [names])
  return conclude(c, present, ended, { decision, form })
}

function throttleOf({ arrival: { connectionId, person } }: Present): Throttle {
  return { kind: 'factor', key: hashToken(JSON.stringify([connectionId, person.issuer, person.subject])) }
}

function isTaken(ended: Outcome<Provisioned>): boolean {
  if (!ended.ok || ended.value.kind !== 'asked' || ended.value.decision.kind !== 'ask') return false
  return ended.value.decision.errors.some(({ fault }) => fault === 'taken')
}

/** She has signed in to the account that she is to show to be hers, for this arrival, and wants it linked. */
async function takeProof(c: AppContext, present: Present, decision: Prove, form: Form): Promise<Response> {
  const session = form.act === 'link' ? await provenSession(c, present.arrival.id, form.proof) : undefined
  if (session?.userId !== decision.userId) return drawArrival(c, present, decision, { proof: form.proof })
  const ended = await attempt(c, present, { provedUserId: session.userId })
  return conclude(c, present, ended, { decision, form, proved: session })
}

async function attempt(c: AppContext, { arrival, connection, isDeclined }: Present, arriving: Arriving) {
  const { scope } = c.var
  const applicationId = await applicationOf(scope, connection, arrival.returnTo)
  const requestId = c.get('requestId')
  return provision(scope, connection, arrival.person, { applicationId, requestId, isDeclined, ...arriving })
}

/** An arrival ends with a sign-in; what went wrong leaves it, so that she can try again. Two at once sign in the same user. */
async function conclude(
  c: AppContext,
  present: Present,
  ended: Outcome<Provisioned>,
  { decision, form, proved }: { readonly decision: Decision; readonly form: Form; readonly proved?: Session },
): Promise<Response> {
  const { arrival, connection } = present
  if (!ended.ok) return drawFailed(c, present, ended.failure, decision, form)
  if (ended.value.kind === 'asked') return drawAgain(c, present, ended.value.decision, form)
  await takeArrival(c.var.scope, arrival)
  const { person, returnTo } = arrival
  return signInVouched(c, { connection, person, returnTo }, ended.value, proved)
}

/** What may go well the next time is said above the form; a refusal is the end. */
async function drawFailed(c: AppContext, present: Present, failure: SignInFailure, decision: Decision, form: Form) {
  const from = { connection: present.connection, returnTo: present.arrival.returnTo }
  const { sentence, advice, status } = wordsOf(failure, languageOf(c), present.connection.name)
  if (status !== 500 && status !== 502) return answerFailure(c, failure, from)
  logFailure(c, failure, from)
  const errors = [{ field: '', message: `${sentence} ${advice}` }]
  const typed = decision.kind === 'ask' ? typedOf(form, decision.asks) : undefined
  return drawArrival(c, present, decision, { proof: form.proof, refused: { status, errors, typed } })
}

async function drawAgain(c: AppContext, present: Present, decision: Ask | Prove, form: Form): Promise<Response> {
  if (decision.kind === 'prove') return drawArrival(c, present, decision, { proof: form.proof })
  const language = languageOf(c)
  const { asks } = decision
  const policy = await findPasswordPolicy(c.var.scope)
  const password = { policy, typed: typeof form.password === 'string' ? form.password : '' }
  const errors = errorsInWords(decision.errors, language, password)
  const changed = [{ field: '', message: arrivalWords(language).changed }]
  const [status, told] = errors.length > 0 ? ([422, errors] as const) : ([409, changed] as const)
  return drawArrival(c, present, decision, { refused: { status, errors: told, typed: typedOf(form, asks) } })
}
