import type { FieldError } from '../../core/errors.ts'
import { secondsUntil } from '../../directory/credentials/lockout.ts'
import { addTotp, firstRecoveryCodes } from '../../directory/factors/commands.ts'
import { listPasskeys } from '../../directory/factors/queries.ts'
import { type AppContext, contentSecurityPolicy, formOf, formTargetsOf, languageOf, newRouter } from '../../http.ts'
import { guardForms, knowBrowser } from '../../session/browser.ts'
import { guesserOf } from '../../session/device.ts'
import { returnPath } from '../../session/return-to.ts'
import { type SecondMethod, withSecond } from '../../session/second-factor.ts'
import { beginEnrolment, openEnrolment, type Seed } from '../factors/enrolment.ts'
import { factorWords } from '../factors/words.ts'
import { creationOptions, secondStepOptions } from '../passkeys/options.ts'
import { registerPasskey, verifyPasskey } from '../passkeys/verify.ts'
import { passkeyWords } from '../passkeys/words.ts'
import { checkCode } from './guess.ts'
import { codesPage, secondPage, setUpPage } from './pages.ts'
import { findSubject, finish, queryOf, type Subject } from './subject.ts'
import { secondWords } from './words.ts'

type Form = Readonly<Record<string, unknown>>

/** {T}/login/second: the second step of a sign-in, and of a session that an application wants more of. */
export const secondStepRoutes = newRouter()
  .use('/login/second', knowBrowser, guardForms)
  .get('/login/second', async (c) => {
    const subject = await findSubject(c, c.req.query())
    return subject ? goOn(c, subject) : beginAnew(c, c.req.query())
  })
  .post('/login/second', async (c) => {
    const form: Form = await formOf(c)
    const subject = await findSubject(c, form)
    if (!subject) return beginAnew(c, form)
    const { owed } = subject
    switch (form.way) {
      case 'totp':
        return owed.kind === 'ask' && owed.options.includes('totp')
          ? takeCode(c, subject, 'totp', form.code)
          : goOn(c, subject)
      case 'recovery':
        return owed.kind === 'ask' && subject.mayRecover
          ? takeCode(c, subject, 'recovery', form.recovery)
          : goOn(c, subject)
      case 'passkey':
        return owed.kind === 'ask' && owed.options.includes('passkey')
          ? takePasskey(c, subject, form)
          : goOn(c, subject)
      case 'set-up-totp':
        return owed.kind === 'enrol' && owed.options.includes('totp') ? setUpApp(c, subject, form) : goOn(c, subject)
      case 'set-up-passkey':
        return owed.kind === 'enrol' && owed.options.includes('passkey')
          ? setUpPasskey(c, subject, form)
          : goOn(c, subject)
      default:
        return goOn(c, subject)
    }
  })

/** Shows what is owed; where nothing is any more, the sign-in goes on. */
async function goOn(c: AppContext, subject: Subject): Promise<Response> {
  if (subject.owed.kind !== 'none') return draw(c, subject, [])
  if (!subject.partial) return c.redirect(returnPath(c.var.scope, subject.goesOn), 303)
  return leave(c, subject, subject.done)
}

async function leave(c: AppContext, subject: Subject, done: Subject['done']): Promise<Response> {
  const next = await finish(c, subject, done)
  return next === undefined ? beginAnew(c, queryOf(subject.goesOn)) : c.redirect(next, 303)
}

/** Nobody's sign-in is under way here: it begins with the first step. */
function beginAnew(c: AppContext, source: Form): Response {
  const { request, return_to } = source
  const query = queryOf({
    request: typeof request === 'string' ? request : undefined,
    return_to: typeof return_to === 'string' ? return_to : undefined,
  })
  return c.redirect(`${c.var.scope.base}/login?${new URLSearchParams(query)}`, 303)
}

async function takeCode(c: AppContext, subject: Subject, method: 'totp' | 'recovery', typed: unknown) {
  const { scope } = c.var
  const words = secondWords(languageOf(c, subject.uiLocales))
  const field = method === 'totp' ? 'code' : 'recovery'
  const code = typeof typed === 'string' ? typed.trim().slice(0, 40) : ''
  if (code === '') return draw(c, subject, [{ field, message: words.typeCode }], 422)
  const guessed = await checkCode(scope, subject.userId, { method, code }, guesserOf(c))
  if (guessed.kind === 'right') return done(c, subject, method, ['otp'])
  scope.platform.log.info('second step refused', { tenantId: scope.tenantId, method, why: guessed.kind })
  if (guessed.kind === 'wrong') {
    const message = method === 'totp' ? words.wrongCode : words.wrongRecovery
    return draw(c, subject, [{ field, message }], 401)
  }
  const seconds = secondsUntil(guessed.until, scope.now)
  c.header('Retry-After', String(seconds))
  return draw(c, subject, [{ field, message: words.wait(seconds) }], 429)
}

async function takePasskey(c: AppContext, subject: Subject, form: Form): Promise<Response> {
  const { scope, browserHash } = c.var
  const purpose = { kind: 'second-step', browserHash, userId: subject.userId } as const
  const asserted = await verifyPasskey(scope, purpose, form.credential)
  if (asserted) return done(c, subject, 'passkey', asserted.amr)
  return draw(c, subject, [{ field: '', message: secondWords(languageOf(c, subject.uiLocales)).wrongPasskey }], 401)
}

function done(c: AppContext, subject: Subject, method: SecondMethod, amr: readonly string[]): Promise<Response> {
  return leave(c, subject, withSecond(subject.done, method, amr))
}

async function setUpApp(c: AppContext, subject: Subject, form: Form): Promise<Response> {
  const { scope, browserHash } = c.var
  const words = factorWords(languageOf(c, subject.uiLocales))
  const sealed = typeof form.enrolment === 'string' ? form.enrolment : ''
  const seed = await openEnrolment(scope, subject.userId, browserHash, sealed)
  if (!seed) return draw(c, subject, [{ field: 'code', message: words.expired }], 422)
  const added = await addTotp(scope, subject.userId, seed, typeof form.code === 'string' ? form.code : '')
  if (added === 'added') return setUp(c, subject, 'totp', ['otp'])
  const message = added === 'wrong-code' ? words.wrongCode : words.thereAlready
  return draw(c, subject, [{ field: 'code', message }], 422, { seed, sealed })
}

async function setUpPasskey(c: AppContext, subject: Subject, form: Form): Promise<Response> {
  const { scope, browserHash } = c.var
  const words = passkeyWords(languageOf(c, subject.uiLocales))
  const purpose = { kind: 'register', browserHash, userId: subject.userId } as const
  const registered = await registerPasskey(scope, purpose, words.keyDefaultName, form.credential)
  if (registered.kind === 'added') return setUp(c, subject, 'passkey', registered.amr)
  const message = registered.kind === 'known' ? words.keyKnown : words.keyFailed
  return draw(c, subject, [{ field: '', message }], 422)
}

/** She has a second factor now, and has shown it: she is signed in, and sees her recovery codes. */
async function setUp(c: AppContext, subject: Subject, method: SecondMethod, amr: readonly string[]): Promise<Response> {
  const { scope } = c.var
  const language = languageOf(c, subject.uiLocales)
  const next = await finish(c, subject, withSecond(subject.done, method, amr))
  if (next === undefined) return beginAnew(c, queryOf(subject.goesOn))
  const codes = await firstRecoveryCodes(scope, subject.userId)
  return codes ? c.html(codesPage({ scope, language, codes, next })) : c.redirect(next, 303)
}

async function draw(
  c: AppContext,
  subject: Subject,
  errors: readonly FieldError[],
  status: 200 | 401 | 422 | 429 = 200,
  typed?: { readonly seed: Seed; readonly sealed: string },
): Promise<Response> {
  const { scope, formToken, browserHash } = c.var
  const { userId, userName, owed } = subject
  c.header('Content-Security-Policy', contentSecurityPolicy(formTargetsOf(subject.redirectUri)))
  const page = { scope, formToken, subject, errors, language: languageOf(c, subject.uiLocales) }
  const options = owed.kind === 'none' ? [] : owed.options
  const keys = options.includes('passkey') ? await listPasskeys(scope, userId) : undefined
  if (owed.kind === 'ask') {
    const passkey = keys && (await secondStepOptions(scope, browserHash, userId, keys))
    return c.html(secondPage({ ...page, passkey }), status)
  }
  const owner = { id: userId, userName, displayName: null }
  const passkey = keys && (await creationOptions(scope, browserHash, owner, keys))
  const enrolment = options.includes('totp') ? (typed ?? (await beginEnrolment(scope, userId, browserHash))) : undefined
  return c.html(setUpPage({ ...page, passkey, enrolment }), status)
}
