import { type ConnectionRow, listSignInConnections } from '../../connections/queries.ts'
import { wordsOf } from '../../federation/failure.ts'
import { unlinkIdentity } from '../../federation/links/commands.ts'
import { listLinks } from '../../federation/links/queries.ts'
import { beginSignIn } from '../../federation/sign-in.ts'
import { type AppContext, contentSecurityPolicy, formTargetsOf, newRouter } from '../../http.ts'
import { donePath, sectionPath, viewOf } from '../frame.ts'
import { requireRecentSignIn } from '../guard.ts'
import { byConnection } from './linked.ts'
import { linkedPage, linkPage, unlinkPage } from './pages.ts'

/** Her accounts at other providers, the way to one more, and the way to part from one. */
export const linkedSection = newRouter()
  .get('/account/linked', async (c) => c.html(linkedPage(viewOf(c), await accountsOf(c))))
  .get('/account/linked/:connection/unlink', requireRecentSignIn, async (c) => {
    const view = viewOf(c)
    const one = await findLinked(c)
    return one ? c.html(unlinkPage(view, one)) : c.redirect(sectionPath(view, 'linked'), 303)
  })
  .post('/account/linked/:connection/unlink', requireRecentSignIn, async (c) => {
    const view = viewOf(c)
    const { userId, sid } = view.person
    const isGone = await unlinkIdentity(c.var.scope, userId, c.req.param('connection'), { kind: 'herself', sid })
    if (isGone) return c.redirect(donePath(view, 'linked', 'unlinked'), 303)
    const isOnlyWay = (await findLinked(c)) !== undefined
    return c.html(linkedPage(view, { ...(await accountsOf(c)), isOnlyWay }), isOnlyWay ? 409 : 200)
  })
  .get('/account/linked/:connection/link', requireRecentSignIn, async (c) => {
    const view = viewOf(c)
    const connection = await findLinkable(c)
    return connection ? answerLinkPage(c, connection) : c.redirect(sectionPath(view, 'linked'), 303)
  })
  .post('/account/linked/:connection/link', requireRecentSignIn, async (c) => {
    const view = viewOf(c)
    const { scope, browserHash } = c.var
    const connection = await findLinkable(c)
    if (!connection) return c.redirect(sectionPath(view, 'linked'), 303)
    const { userId, sid } = view.person
    const purpose = { kind: 'link', userId, sid } as const
    const begun = await beginSignIn(scope, connection, {
      browserHash,
      returnTo: sectionPath(view, 'linked'),
      purpose,
    })
    if (begun.ok) return c.redirect(begun.value, 303)
    const { kind, ...why } = begun.failure
    const facts = { requestId: c.get('requestId'), tenantId: scope.tenantId, connection: connection.id }
    scope.platform.log.warn('account not linked', { ...facts, userId, failure: kind, ...why })
    const { status, sentence } = wordsOf(begun.failure, view.language, connection.name)
    return answerLinkPage(c, connection, { status, sentence })
  })

/** What is linked, and what could be. */
async function accountsOf(c: AppContext) {
  const [links, connections] = await Promise.all([
    listLinks(c.var.scope, c.var.signedIn.userId),
    listSignInConnections(c.var.scope),
  ])
  const linked = byConnection(links)
  const isLinked = ({ id }: ConnectionRow) => linked.some(({ connectionId }) => connectionId === id)
  return { linked, linkable: connections.filter((one) => !isLinked(one)) }
}

async function findLinked(c: AppContext) {
  const { linked } = await accountsOf(c)
  return linked.find(({ connectionId }) => connectionId === c.req.param('connection'))
}

async function findLinkable(c: AppContext) {
  const { linkable } = await accountsOf(c)
  return linkable.find(({ id }) => id === c.req.param('connection'))
}

/** The form of the page ends at the provider. */
function answerLinkPage(
  c: AppContext,
  connection: ConnectionRow,
  failure?: Pick<ReturnType<typeof wordsOf>, 'status' | 'sentence'>,
): Response | Promise<Response> {
  const { authorizationEndpoint, issuer } = connection.authenticator ?? {}
  c.header('Content-Security-Policy', contentSecurityPolicy(formTargetsOf(authorizationEndpoint ?? issuer)))
  return c.html(linkPage(viewOf(c), connection, failure?.sentence), failure?.status ?? 200)
}
