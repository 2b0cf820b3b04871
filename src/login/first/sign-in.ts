/** What a posted sign-in form leads to. */
import { z } from 'zod'
import { checkCredentials } from '../../directory/credentials/check.ts'
import { busyOr } from '../../directory/credentials/busy.ts'
import { secondsUntil } from '../../directory/credentials/lockout.ts'
import { signInName } from '../../directory/verified/queries.ts'
import { pageWords } from '../../html/page-words.ts'
import { type AppContext, readForm } from '../../http.ts'
import { guesserOf } from '../../session/device.ts'
import { finishFirstStep } from '../../session/first-step.ts'
import { type LoginWords, loginWords } from '../words.ts'
import type { Asked } from './asked.ts'
import { drawSignIn, type Typed } from './draw.ts'
import { findOfferedOfAddress, pathTo } from './straight.ts'
import { firstWords } from './words.ts'

const LONGEST_NAME = 300

const signInForm = (say: LoginWords) =>
  z.object({
    username: z.string(say.usernameMissing).trim().min(1, say.usernameMissing).max(LONGEST_NAME, say.usernameTooLong),
    password: z.string(say.passwordMissing).min(1, say.passwordMissing),
    remember: z.literal('on').optional(),
  })

/** Signs somebody in by user name, or address, and password. */
export async function signInByPassword(c: AppContext, asked: Asked): Promise<Response> {
  const { scope } = c.var
  const say = loginWords(asked.language)
  const form = await readForm(c, signInForm(say))
  const typed = { userName: textOf(form.values.username), remember: form.values.remember === 'on' }
  const stage = !asked.options.identifierFirst ? 'all' : typed.userName.trim() === '' ? 'name' : 'password'
  const refuse = (status: 401 | 422 | 429 | 503, errors: Typed['errors']) =>
    drawSignIn(c, asked, { ...typed, errors }, status, stage)
  if (!form.ok) return refuse(422, form.errors)
  // An address stands for the user name of whose it is: wrong passwords are counted by one name.
  const userName = await signInName(scope, form.data.username)
  const check = await checkCredentials(scope, userName, form.data.password, guesserOf(c)).catch(busyOr)
  if (check.kind === 'busy') {
    c.header('Retry-After', String(check.retryAfter))
    return refuse(503, [{ field: '', message: pageWords(asked.language).tooBusy }])
  }
  if (check.kind === 'ok') {
    const { id: userId, passwordHash } = check.user
    const first = { userId, method: 'pwd', amr: ['pwd'], remember: typed.remember, passwordHash }
    const next = await finishFirstStep(c, first, asked.query)
    if (next !== undefined) return c.redirect(next, 303)
  }
  const why = check.kind === 'ok' ? 'changed meanwhile' : check.kind === 'wait' ? 'wait' : check.why
  scope.platform.log.info('sign-in refused', { tenantId: scope.tenantId, why })
  if (check.kind !== 'wait') return refuse(401, [{ field: '', message: say.wrong }])
  const seconds = secondsUntil(check.until, scope.now)
  c.header('Retry-After', String(seconds))
  return refuse(429, [{ field: '', message: say.wait(seconds) }])
}

/**
 * The name alone was asked: to the provider of the people of its domain, or on to the password. Whether anybody has that
 * name is not looked up, so nobody can tell.
 */
export async function goOnByName(
  c: AppContext,
  asked: Asked,
  sent: Readonly<Record<string, unknown>>,
): Promise<Response> {
  const { scope } = c.var
  const { options, language } = asked
  const words = firstWords(language)
  const userName = textOf(sent.username).trim()
  const typed = { userName, remember: false, errors: [] }
  if (sent.back !== undefined) return drawSignIn(c, asked, typed)
  const refuse = (message: string) =>
    drawSignIn(c, asked, { ...typed, errors: [{ field: 'username', message }] }, 422, 'name')
  if (userName === '') return refuse(options.password ? words.nameMissing : words.addressMissing)
  const theirs = await findOfferedOfAddress(scope, options, userName)
  if (theirs) return c.redirect(pathTo(scope, asked, theirs, userName), 303)
  return options.password ? drawSignIn(c, asked, typed, 200, 'password') : refuse(words.nobodyOf)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST_NAME) : ''
}
