/** Sign-in at an external OpenID provider: the way there, and the one callback. */
import { z } from 'zod'
import { findConnection } from '../connections/queries.ts'
import { type AppContext, newRouter, queryOf } from '../http.ts'
import { knowBrowser, limitForm } from '../session/browser.ts'
import { arrivalPath, returnPath } from '../session/return-to.ts'
import { answerFailure, signInVouched } from './answer.ts'
import { type NewArrival, storeArrival } from './arrival/commands.ts'
import { arrivalRoutes } from './arrival/routes.ts'
import { callbackOf } from './callback.ts'
import { queryOfForm } from './upstream/answer/form-post.ts'
import { answerLinking } from './links/by-herself.ts'
import { signOutRoutes } from './logout/routes.ts'
import { beginSignIn, endSignIn, verifySignIn } from './sign-in.ts'
import { takeState } from './states/sign-in.ts'
import { endTrial } from './trial/run.ts'

const startQuery = z.object({
  request: z.string().max(200).optional(),
  return_to: z.string().max(2000).optional(),
  login_hint: z.string().max(2000).optional(),
})

/** That of the tenant, and that of a connection. */
const CALLBACKS = ['/commonauth', '/commonauth/:id']

export const federationRoutes = newRouter()
  .route('/', arrivalRoutes)
  .route('/', signOutRoutes)
  .get('/login/connections/:id', knowBrowser, queryOf(startQuery), async (c) => {
    const { scope, browserHash } = c.var
    const { login_hint: loginHint, ...goesOn } = c.req.valid('query')
    const returnTo = returnPath(scope, goesOn)
    const connection = await findConnection(scope, c.req.param('id'))
    if (!connection) return answerFailure(c, { kind: 'unknown-connection' }, { returnTo })
    const begun = await beginSignIn(scope, connection, { browserHash, returnTo, hints: { loginHint } })
    if (!begun.ok) return answerFailure(c, begun.failure, { returnTo, connection })
    return c.redirect(begun.value, 303)
  })
  // For the provider, where our key is what we are its client by (RFC 7517).
  .get('/login/connections/:id/jwks', async (c) => {
    const connection = await findConnection(c.var.scope, c.req.param('id'))
    if (!connection?.publicKey) return c.notFound()
    c.header('Cache-Control', 'public, max-age=300')
    return c.json({ keys: [connection.publicKey] })
  })
  .on('POST', CALLBACKS, limitForm, async (c) => {
    const query = queryOfForm(new URLSearchParams(await c.req.text()))
    if (query === undefined) return answerFailure(c, { kind: 'unknown-state' })
    return c.redirect(`${c.var.scope.base}${callbackAt(c)}?${query}`, 303)
  })
  .on('GET', CALLBACKS, knowBrowser, async (c) => {
    const { scope, browserHash } = c.var
    const parameters = new URL(c.req.url).searchParams
    const taken = await takeState(scope, parameters.get('state') ?? '', browserHash)
    if (!taken) return answerFailure(c, { kind: 'unknown-state' })
    const connection = await findConnection(scope, taken.connectionId)
    if (!connection) return answerFailure(c, { kind: 'unknown-connection' }, { returnTo: taken.returnTo })
    const { purpose, returnTo } = taken
    if (callbackAt(c) !== callbackOf(connection)) {
      const reason = 'the answer came to the callback of another provider (RFC 9700 section 4.4)'
      return answerFailure(c, { kind: 'unverified', reason }, { returnTo, connection })
    }
    if (purpose.kind === 'link') {
      const verified = await verifySignIn(scope, connection, taken, parameters)
      return answerLinking(c, { connection, purpose, returnTo, verified })
    }
    if (purpose.kind === 'test') {
      await endTrial(scope, connection, purpose, taken, { parameters, browserHash })
      return c.redirect(returnTo, 303)
    }
    const ended = await endSignIn(scope, connection, taken, parameters, c.get('requestId'))
    if (!ended.ok) return answerFailure(c, ended.failure, { returnTo: taken.returnTo, connection })
    const { person, provisioned } = ended.value
    const arrived = { connection, person, returnTo: taken.returnTo }
    if (provisioned.kind === 'asked') return askFirst(c, arrived)
    return signInVouched(c, arrived, provisioned)
  })

/** The callback that an answer came to. */
function callbackAt(c: AppContext): string {
  const id = c.req.param('id')
  return id === undefined ? '/commonauth' : `/commonauth/${encodeURIComponent(id)}`
}

/** Before she is signed in she is asked something, on a page of its own. */
async function askFirst(c: AppContext, arrived: NewArrival): Promise<Response> {
  const { scope, browserHash } = c.var
  const id = await storeArrival(scope, browserHash, arrived)
  return c.redirect(arrivalPath(scope, id), 303)
}
