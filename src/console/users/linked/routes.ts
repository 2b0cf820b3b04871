import { z } from 'zod'
import { type ConnectionRow, getConnection, listSignInConnections } from '../../../connections/queries.ts'
import { Problem } from '../../../core/errors.ts'
import { linkIdentity, unlinkIdentity } from '../../../federation/links/commands.ts'
import { issuerOf } from '../../../federation/links/issuer.ts'
import { type Linked, listLinks } from '../../../federation/links/queries.ts'
import { type AppContext, newRouter } from '../../../http.ts'
import type { Scope } from '../../../platform.ts'
import { type Draft, EMPTY_DRAFT, submitForm } from '../../form.ts'
import { withMessage } from '../../messages.ts'
import { readChangeable } from '../read.ts'
import { userPath } from '../user-pages.ts'
import { newLinkPage, unlinkPage } from './pages.ts'

const BY = { kind: 'administrator' } as const
const optional = z.string().trim().max(255, 'Use at most 255 characters.').default('')
const linkForm = z.object({
  connection: z.string().min(1, 'Choose a connection.'),
  subject: optional.pipe(z.string().min(1, 'Give what the provider calls her.')),
  issuer: z.union([
    z.literal(''),
    z.url({ protocol: /^https?$/, error: 'Give an address that begins with https://.' }),
  ]),
  display: optional,
})

/** The accounts at providers with which a user can sign in. Who may do less than she links none: that would be hers. */
export const linkedPages = newRouter()
  .get('/console/users/:id/linked/new', async (c) => draw(c, EMPTY_DRAFT).then((page) => c.html(page)))
  .post('/console/users/:id/linked/new', async (c) => {
    const { scope } = c.var
    const { view, user } = await readChangeable(c)
    return submitForm(
      c,
      linkForm,
      async ({ connection: connectionId, subject, issuer, display }) => {
        const connection = await getConnection(scope, connectionId)
        const claims = display === '' ? {} : { name: display }
        const person = { issuer: issuer || (await ownIssuer(scope, connection)), subject, claims }
        const link = { userId: user.id, connection, person, requestId: c.get('requestId') }
        demandLinked(await linkIdentity(scope, link, view.administrator.userName))
        return withMessage(userPath(view, user), 'account-linked')
      },
      (draft) => draw(c, draft),
    )
  })
  .get('/console/users/:id/linked/:connection/unlink', async (c) => {
    const { view, shown } = await readChangeable(c)
    const links = await listLinks(c.var.scope, shown.user.id)
    const here = links.filter(({ connectionId }) => connectionId === c.req.param('connection'))
    if (here.length === 0) throw new Problem(404, 'There is no such linked account.')
    return c.html(unlinkPage(view, shown, here))
  })
  .post('/console/users/:id/linked/:connection/unlink', async (c) => {
    const { view, user } = await readChangeable(c)
    const isGone = await unlinkIdentity(c.var.scope, user.id, c.req.param('connection'), BY)
    if (!isGone) throw new Problem(404, 'There is no such linked account.')
    return c.redirect(withMessage(userPath(view, user), 'account-unlinked'), 303)
  })

async function draw(c: AppContext, draft: Draft) {
  const { view, shown } = await readChangeable(c)
  return newLinkPage(view, shown, await listSignInConnections(c.var.scope), draft)
}

function demandLinked(linked: Linked): void {
  switch (linked) {
    case 'linked':
      return
    case 'taken':
      throw wrong('subject', 'This account is linked with another user.')
    case 'another':
      throw wrong('connection', 'Another account at this provider is linked with her: unlink that first.')
    case 'gone':
      throw wrong('connection', 'This connection signs nobody in.')
  }
}

async function ownIssuer(scope: Scope, connection: ConnectionRow): Promise<string> {
  const found = await issuerOf(scope, connection)
  if (found.ok) return found.value
  const { failure } = found
  throw wrong('issuer', `Give it: it could not be found. ${'reason' in failure ? failure.reason : ''}`.trim())
}

function wrong(field: string, message: string): Problem {
  return new Problem(400, 'The account cannot be linked.', [{ field, message }])
}
