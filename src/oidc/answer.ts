import { describable } from '../core/errors.ts'
import { type AppContext, contentSecurityPolicy, languageOf } from '../http.ts'
import type { Scope } from '../platform.ts'
import { signingKey } from './keys.ts'
import { formPostPage } from './pages.ts'
import type { ReturnAddress } from './request.ts'
import { addressWith, isSigned } from './response-mode.ts'
import { signJwt } from './sign-jwt.ts'

type Answer = Readonly<Record<string, string>>

/** JARM section 2.1 recommends ten minutes at the most. */
const RESPONSE_SECONDS = 600

/** Sends the browser back to the application, with `iss`, so that it knows whom the answer is from (RFC 9207). */
export async function answerApplication(c: AppContext, to: ReturnAddress, what: Answer): Promise<Response> {
  const { scope } = c.var
  const { error_description: description } = what
  const told = description === undefined ? what : { ...what, error_description: describable(description) }
  const stated = { ...told, ...(to.state === undefined ? {} : { state: to.state }) }
  const all: Answer = isSigned(to.responseMode)
    ? { response: await signedAnswer(scope, to, stated) }
    : { ...stated, iss: scope.issuer }
  c.header('Cache-Control', 'no-store')
  if (to.responseMode.startsWith('form_post')) {
    c.header('Content-Security-Policy', contentSecurityPolicy(['https:', formTarget(to.redirectUri)]))
    const language = languageOf(c, to.uiLocales)
    return c.html(formPostPage({ scope, language, redirectUri: to.redirectUri, answer: all }))
  }
  return c.redirect(addressWith(to.redirectUri, to.responseMode, new URLSearchParams(all)), 303)
}

/** A policy has no way to write an IPv6 address. */
function formTarget(redirectUri: string): string {
  const { protocol, host } = new URL(redirectUri)
  return host.startsWith('[') ? protocol : `${protocol}//${host}`
}

/** The answer as a JWT for this client (JARM section 2.1). */
async function signedAnswer(
  scope: Scope,
  { clientId, responseAlg: alg = 'RS256' }: ReturnAddress,
  what: Answer,
): Promise<string> {
  const exp = Math.floor(scope.now.getTime() / 1000) + RESPONSE_SECONDS
  return signJwt(await signingKey(scope, alg), { alg }, { ...what, iss: scope.issuer, aud: clientId, exp })
}
