import type { z } from 'zod'
import { type ConnectionRow, getConnection } from '../../connections/queries.ts'
import { Problem } from '../../core/errors.ts'
import { linkIdentity, unlinkIdentity } from '../../federation/links/commands.ts'
import { issuerOf } from '../../federation/links/issuer.ts'
import { type Link, type Linked, listLinks } from '../../federation/links/queries.ts'
import { jsonBody, newRouter } from '../../http.ts'
import type { Scope } from '../../platform.ts'
import { idToChange, readUser } from '../user.ts'
import { type linkAnswer, linkInput } from './schemas.ts'

/** The accounts at providers with which a user can sign in. Who may do less than she links none: that would be hers. */
export const linkedAccountApi = newRouter()
  .get('/api/v1/users/:id/linked-accounts', async (c) => {
    const { id } = await readUser(c)
    return c.json({ items: (await listLinks(c.var.scope, id)).map(toLink) })
  })
  .post('/api/v1/users/:id/linked-accounts', jsonBody(linkInput), async (c) => {
    const { scope } = c.var
    const userId = await idToChange(c)
    const { connection: connectionId, issuer: given, subject, display } = c.req.valid('json')
    const connection = await getConnection(scope, connectionId)
    const issuer = given ?? (await ownIssuer(scope, connection))
    const person = { issuer, subject, claims: display === undefined ? {} : { name: display } }
    const link = { userId, connection, person, requestId: c.get('requestId') }
    demandLinked(await linkIdentity(scope, link, c.var.caller.person?.userName))
    const made = (await listLinks(scope, userId)).find(
      (one) => one.connectionId === connectionId && one.issuer === issuer && one.subject === subject,
    )
    if (!made) throw new Problem(404, 'The link was taken away meanwhile.')
    return c.json(toLink(made), 201)
  })
  .delete('/api/v1/users/:id/linked-accounts/:connection', async (c) => {
    const by = { kind: 'administrator' } as const
    if (!(await unlinkIdentity(c.var.scope, await idToChange(c), c.req.param('connection'), by))) {
      throw new Problem(404, 'The user has no account that is linked by this connection.')
    }
    return c.body(null, 204)
  })

/** Throws Problem 409, or 404. */
function demandLinked(linked: Linked): void {
  switch (linked) {
    case 'linked':
      return
    case 'taken':
      throw new Problem(409, 'The account at the provider is linked with another user.')
    case 'another':
      throw new Problem(409, 'The user is linked with another account at this provider.')
    case 'gone':
      throw new Problem(404, 'There is no such user, or no such connection that signs people in.')
  }
}

async function ownIssuer(scope: Scope, connection: ConnectionRow): Promise<string> {
  const found = await issuerOf(scope, connection)
  if (found.ok) return found.value
  const { failure } = found
  const why = 'reason' in failure ? failure.reason : 'The connection signs nobody in.'
  const errors = [{ field: 'issuer', message: `Give it: it could not be found. ${why}` }]
  throw new Problem(400, 'The issuer of the connection is not known.', errors)
}

function toLink({ connectionId: id, connection: name, issuer, subject, display, created, lastSignIn }: Link) {
  const answer: z.input<typeof linkAnswer> = {
    connection: { id, name },
    issuer,
    subject,
    ...(display === null ? {} : { display }),
    created: created.toISOString(),
    ...(lastSignIn === null ? {} : { lastSignIn: lastSignIn.toISOString() }),
  }
  return answer
}
