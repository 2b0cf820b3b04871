import { normalizePatch, normalizeResource } from '../../scim/lenient.ts'
import { patchResource } from '../../scim/patch.ts'
import { isShown } from '../../scim/project.ts'
import { USER } from '../../scim/resource-types.ts'
import type { Resource } from '../../scim/schema.ts'
import { validateReplacement, validateResource } from '../../scim/validate.ts'
import { userTypeOf } from '../attributes/queries.ts'
import type { Endpoint, ScimRequest } from '../endpoint.ts'
import { userSource } from '../list/source.ts'
import { removeUser, updateUser } from './commands.ts'
import { createUser, demandFreeName, insertUser } from './creation/commands.ts'
import { withoutWeakPassword } from '../passwords/queries.ts'
import { everyone, type ShownLinks } from './links/queries.ts'
import { getLinkedUser, type LinkedUser, listUsers, toUserResource, usersByIds } from './queries.ts'

/** /scim2/Users (RFC 7644 section 3). */
export const USERS: Endpoint = {
  name: 'Users',
  writes: 'scim:write',
  type: userTypeOf,
  source: userSource,
  async create(request, body, id) {
    return changed(request, await createUser(request.scope, await readUser(request, body), request.origin, id))
  },
  async prepare(request, body, id) {
    const { scope, origin } = request
    const { row, change } = await insertUser(scope, await readUser(request, body), origin, id)
    const user = { row, links: { groups: [], roles: await everyone(scope) } }
    return { change, changed: changed(request, user), demandFreeName: () => demandFreeName(scope, row.userName) }
  },
  async read({ scope, projection }, id) {
    return toUserResource(scope, await getLinkedUser(scope, id, shownLinks({ projection })))
  },
  async list({ scope, projection }, query, source, condition) {
    const page = await listUsers(scope, query, { source, condition, shown: shownLinks({ projection }) })
    return { ...page, rows: page.rows.map((user) => toUserResource(scope, user)) }
  },
  async some({ scope, projection }, ids) {
    const users = await usersByIds(scope, ids, shownLinks({ projection }))
    return users.map((user) => toUserResource(scope, user))
  },
  async replace(request, id, body, expected) {
    const type = await userTypeOf(request.scope)
    const input = request.isStrict ? body : normalizeResource(type, body)
    const { scope, origin } = request
    return changed(
      request,
      await updateUser(scope, id, (user) => validateReplacement(type, user, input), origin, expected),
    )
  },
  async patch(request, id, body, expected) {
    const type = await userTypeOf(request.scope)
    const input = request.isStrict ? body : normalizePatch(type, body)
    const { scope, origin } = request
    return changed(request, await updateUser(scope, id, (user) => patchResource(type, user, input), origin, expected))
  },
  remove({ scope, origin }, id, expected) {
    return removeUser(scope, id, origin, expected)
  },
}

async function readUser({ scope, isStrict, isOkta }: ScimRequest, body: unknown): Promise<Resource> {
  const type = await userTypeOf(scope)
  const input = validateResource(type, isStrict ? body : normalizeResource(type, body))
  // Okta makes up passwords of small letters and digits for people who sign in at Okta.
  return isOkta ? withoutWeakPassword(scope, input) : input
}

function changed({ scope }: ScimRequest, user: LinkedUser) {
  return { id: user.row.id, version: user.row.version, read: async () => toUserResource(scope, user) }
}

function shownLinks({ projection }: Pick<ScimRequest, 'projection'>): ShownLinks {
  return { groups: isShown(USER, 'groups', projection), roles: isShown(USER, 'roles', projection) }
}
