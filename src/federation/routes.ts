/** Sign-in at an external OpenID provider: the way there, and the one callback. */
import { html } from 'hono/html'
import { z } from 'zod'
import { findConnection } from '../connections/queries.ts'
import { linkButton } from '../html.ts'
import { cardPage } from '../html/card.ts'
import { within } from '../html/words.ts'
import { type AppContext, languageOf, newRouter, queryOf } from '../http.ts'
import { knowBrowser } from '../session/browser.ts'
import { finishFirstStep } from '../session/first-step.ts'
import { requestOf, returnPath } from '../session/return-to.ts'
import { takeState } from './commands.ts'
import { type SignInFailure, wordsOf } from './failure.ts'
import { answerLinking } from './links/by-herself.ts'
import { findUiLocales } from './queries.ts'
import { beginSignIn, endSignIn, verifySignIn } from './sign-in.ts'
import { endTrial } from './trial/run.ts'
import { federationWords } from './words.ts'

const startQuery = z.object({ request: z.string().max(200).optional(), return_to: z.string().max(2000).optional() })

export const federationRoutes = newRouter()
  .get('/login/connections/:id', knowBrowser, queryOf(startQuery), async (c) => {
    const { scope, browserHash } = c.var
    const returnTo = returnPath(scope, c.req.valid('query'))
    const connection = await findConnection(scope, c.req.param('id'))
    if (!connection) return answerFailure(c, { kind: 'unknown-connection' }, { returnTo })
    const begun = await beginSignIn(scope, connection, { browserHash, returnTo })
    if (!begun.ok) return answerFailure(c, begun.failure, { returnTo, connection })
    return c.redirect(begun.value, 303)
  })
  .get('/commonauth', knowBrowser, async (c) => {
    const { scope, browserHash } = c.var
    const parameters = new URL(c.req.url).searchParams
    const taken = await takeState(scope, parameters.get('state') ?? '', browserHash)
    if (!taken) return answerFailure(c, { kind: 'unknown-state' })
    const connection = await findConnection(scope, taken.connectionId)
    if (!connection) return answerFailure(c, { kind: 'unknown-connection' }, { returnTo: taken.returnTo })
    const { purpose, returnTo } = taken
    if (purpose.kind === 'link') {
      const verified = await verifySignIn(scope, connection, taken, parameters)
      return answerLinking(c, { connection, purpose, returnTo, verified })
    }
    if (purpose.kind === 'test') {
      await endTrial(scope, connection, purpose, taken, { parameters, browserHash })
      return c.redirect(returnTo, 303)
    }
    const ended = await endSignIn(scope, connection, taken, parameters)
    if (!ended.ok) return answerFailure(c, ended.failure, { returnTo: taken.returnTo, connection })
    if (ended.value.kind === 'asked') {
      return answerFailure(
        c,
        { kind: 'refused', refusal: 'scheme-not-built' },
        { returnTo: taken.returnTo, connection },
      )
    }
    const { userId, isNew } = ended.value
    const first = { userId, method: connection.id, amr: ['fed'], remember: false }
    const goesOn = { request: requestOf(taken.returnTo), return_to: taken.returnTo }
    const next = await finishFirstStep(c, first, goesOn)
    if (next === undefined) {
      return answerFailure(c, { kind: 'refused', refusal: 'deactivated' }, { returnTo: taken.returnTo, connection })
    }
    scope.platform.log.info('federated sign-in', { tenantId: scope.tenantId, connection: connection.id, userId, isNew })
    return c.redirect(next, 303)
  })

/** The page says what happened and leads back; the log says why. A failure's reason holds no token, code or secret. */
async function answerFailure(
  c: AppContext,
  failure: SignInFailure,
  from: { readonly returnTo?: string; readonly connection?: { readonly id: string; readonly name: string } } = {},
) {
  const { scope } = c.var
  const requestId = c.get('requestId')
  const { kind, ...why } = failure
  const facts = { requestId, tenantId: scope.tenantId, connection: from.connection?.id, failure: kind, ...why }
  scope.platform.log.warn('federated sign-in failed', facts)
  const request = from.returnTo === undefined ? undefined : requestOf(from.returnTo)
  const language = languageOf(c, request === undefined ? undefined : await findUiLocales(scope, request))
  const say = federationWords(language)
  const { status, sentence, advice } = wordsOf(failure, language, from.connection?.name)
  const page = cardPage({
    scope,
    language,
    title: say.failed,
    body: html`<p>${sentence}</p>
      <p>${advice}</p>
      <p>
        ${linkButton({ label: say.back, href: from.returnTo ?? `${scope.base}/login`, kind: 'primary', wide: true })}
      </p>
      <p class="help">${within(say.reference, html`<code>${requestId}</code>`)}</p>`,
  })
  return c.html(page, status)
}
