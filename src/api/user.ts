import { Problem } from '../core/errors.ts'
import { demandCovered } from '../directory/credentials/caller.ts'
import { permissionsOf } from '../directory/permissions.ts'
import { rolesOfUser } from '../directory/users/links/queries.ts'
import { findUser } from '../directory/users/queries.ts'
import type { AppContext } from '../http.ts'

/** The user that the address names; Problem 404 if there is none. */
export async function readUser(c: AppContext) {
  const user = await findUser(c.var.scope, c.req.param('id') ?? '')
  if (!user) throw new Problem(404, 'There is no such user.')
  return user
}

/** Nobody changes what is hers who may do less than she herself. */
export async function idToChange(c: AppContext): Promise<string> {
  const { id } = await readUser(c)
  demandCovered(c.var.caller, Problem, permissionsOf(await rolesOfUser(c.var.scope, id)))
  return id
}
