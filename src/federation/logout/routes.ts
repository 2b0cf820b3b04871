/** A sign-out on its way to a provider, and one that a provider tells of. */
import { findConnection } from '../../connections/queries.ts'
import { Problem } from '../../core/errors.ts'
import { type AppContext, newRouter } from '../../http.ts'
import { limitLength } from '../../http/limit.ts'
import { knowBrowser } from '../../session/browser.ts'
import { readLogoutToken } from '../upstream/logout-token.ts'
import { findProvider } from '../upstream/provider.ts'
import { endUpstreamSessions, takeSignOut } from './commands.ts'
import { passSignOut } from './pass-on.ts'

/** Anybody may send a logout token: none is longer than a JWT has to be. */
const limitLogoutToken = limitLength(32 * 1024, () => {
  throw new Problem(413, 'A logout token is at most 32 KiB long.')
})

export const signOutRoutes = newRouter()
  // Back from a provider at which a sign-out went on (RP-Initiated Logout 1.0 section 3).
  .get('/commonauth/logout', knowBrowser, async (c) => {
    const { scope, browserHash } = c.var
    c.header('Cache-Control', 'no-store')
    const taken = await takeSignOut(scope, c.req.query('state') ?? '', browserHash)
    // Nobody's: whoever is signed in here is asked first.
    if (!taken) return c.redirect(`${scope.base}/logout`, 303)
    return c.redirect(await passSignOut(scope, { vouched: taken.rest, href: taken.href, browserHash }), 303)
  })
  // A provider says that somebody has signed out there (Back-Channel Logout 1.0 sections 2.5 and 2.8).
  .post('/login/connections/:id/backchannel-logout', limitLogoutToken, async (c) => {
    c.header('Cache-Control', 'no-store')
    const fault = await endBySender(c, new URLSearchParams(await c.req.text()).getAll('logout_token'))
    if (fault === undefined) return c.body(null, 200)
    return c.json({ error: 'invalid_request', error_description: fault }, 400)
  })

/** Ends the sessions that the token names, be they none; a text says what is wrong with it. */
async function endBySender(c: AppContext, sent: readonly string[]): Promise<string | undefined> {
  const { scope } = c.var
  const id = c.req.param('id') ?? ''
  const [token, ...further] = sent
  if (token === undefined || further.length > 0) return 'logout_token has to be there once'
  const connection = await findConnection(scope, id)
  if (!connection?.authenticator) return 'there is no such connection'
  const provider = await findProvider(scope, { id, authenticator: connection.authenticator })
  const read = provider.ok
    ? await readLogoutToken(scope, provider.value, token)
    : { ok: false as const, fault: 'the provider cannot be asked for its keys' }
  const { tenantId, platform } = scope
  const facts = { requestId: c.get('requestId'), tenantId, connection: id }
  const fault = !read.ok
    ? `logout_token: ${read.fault}`
    : (await endUpstreamSessions(scope, id, read.claims))
      ? undefined
      : 'logout_token: it was sent before'
  platform.log.info('back-channel logout', fault === undefined ? facts : { ...facts, fault })
  return fault
}
