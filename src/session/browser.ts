import { createMiddleware } from 'hono/factory'
import { equalInConstantTime, hashToken, randomToken } from '../core/crypto.ts'
import { Problem } from '../core/errors.ts'
import { FORM_TOKEN_FIELD } from '../html.ts'
import { pageWords } from '../html/page-words.ts'
import { type Env, formOf, isFromElsewhere } from '../http.ts'
import { limitLength } from '../http/limit.ts'
import { readCookie, writeCookie } from './cookie.ts'

/** Every page takes its forms through here, so that none is read into memory whatever its length. */
export const limitForm = limitLength(256 * 1024, () => {
  throw new Problem(413, (language) => pageWords(language).formTooLong)
})

/**
 * Gives the browser a random cookie and sets c.var.browserHash and c.var.formToken. What begins in one browser
 * (an authorization request, a sign-in at another provider, a form) can only be ended in the same one.
 */
export const knowBrowser = createMiddleware<Env>(async (c, next) => {
  let browser = readCookie(c, 'browser')
  if (!browser || !/^[A-Za-z0-9_-]{43}$/.test(browser)) {
    browser = randomToken()
    writeCookie(c, 'browser', browser)
  }
  c.set('browserHash', hashToken(browser))
  // The session is in it too: a form that was drawn before a sign-out or for another person is stale.
  const session = readCookie(c, 'session') ?? ''
  c.set('formToken', await c.var.scope.platform.sealer.sign('form', `${c.var.scope.tenantId} ${browser} ${session}`))
  await limitForm(c, next)
})

/** Refuses a posted form that is not ours: wrong origin, or without the form token. Stands after knowBrowser. */
export const guardForms = createMiddleware<Env>(async (c, next) => {
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
    if (isFromElsewhere(c)) throw new Problem(403, (language) => pageWords(language).formFromElsewhere)
    const token = (await formOf(c))[FORM_TOKEN_FIELD]
    if (typeof token !== 'string' || !equalInConstantTime(token, c.var.formToken)) {
      throw new Problem(403, (language) => pageWords(language).formOutOfDate)
    }
  }
  await next()
})
