import { ScimError } from '../../core/errors.ts'
import { type AppContext, newRouter } from '../../http.ts'
import { demand } from '../auth.ts'
import type { Endpoint } from '../endpoint.ts'
import { answerPatched, answerRead, answerRemoved, answerReplaced, refuseMethod } from '../handlers.ts'

/** /scim2/Me: the user whose credential it is, at an address of its own (RFC 7644 section 3.11). */
export function meRoutes(users: Endpoint) {
  return newRouter()
    .get('/scim2/Me', (c) => {
      // Whoever may read everybody may read herself.
      if (!c.var.caller.permissions.has('scim:read')) demand(c, 'scim:me')
      return answerRead(c, users, ownId(c))
    })
    .put('/scim2/Me', (c) => answerReplaced(c, users, ownId(c)))
    .patch('/scim2/Me', (c) => answerPatched(c, users, ownId(c)))
    .delete('/scim2/Me', (c) => answerRemoved(c, users, ownId(c)))
    .post('/scim2/Me', () => {
      throw new ScimError(501, 'Nobody makes herself here: users are made at /Users.')
    })
    .all('/scim2/Me', (c) => refuseMethod(c, 'GET, PUT, PATCH, DELETE'))
}

function ownId(c: AppContext): string {
  const { person } = c.var.caller
  if (!person) throw new ScimError(404, 'This credential is nobody’s: there is no user behind it.')
  return person.id
}
