import { Problem } from '../core/errors.ts'
import { createAttribute, removeAttribute, updateAttribute } from '../directory/attributes/commands.ts'
import { getCustomAttribute, listCustomAttributes } from '../directory/attributes/queries.ts'
import { attributeChange, attributeInput } from '../directory/attributes/settings.ts'
import { demandCovered, SCIM_TOKEN_PERMISSIONS } from '../directory/credentials/caller.ts'
import { createScimToken, removeScimToken } from '../directory/credentials/commands.ts'
import { listScimTokensAfter, type ScimToken } from '../directory/credentials/queries.ts'
import { forgetDeletedUser } from '../directory/deleted/commands.ts'
import { listDeletedUsersAfter } from '../directory/deleted/queries.ts'
import { setPasswordPolicy } from '../directory/passwords/commands.ts'
import { findPasswordPolicy } from '../directory/passwords/queries.ts'
import { passwordPolicyInput } from '../directory/passwords/settings.ts'
import { jsonBody, newRouter, queryOf } from '../http.ts'
import { fromCursor, pageFrom } from './cursor.ts'
import { demandFuture } from './expiry.ts'
import { pageQuery, scimTokenInput } from './schemas.ts'

/** What a tenant's directory is told: SCIM tokens, attributes of its own, the password policy, who may come back. */
export const settingsApi = newRouter()
  .post('/api/v1/scim-tokens', jsonBody(scimTokenInput), async (c) => {
    const input = c.req.valid('json')
    demandFuture(c.var.scope, input.expiresAt)
    demandCovered(c.var.caller, Problem, SCIM_TOKEN_PERMISSIONS[input.access])
    c.header('Cache-Control', 'no-store')
    return c.json(await createScimToken(c.var.scope, input), 201)
  })
  .get('/api/v1/scim-tokens', queryOf(pageQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const rows = await listScimTokensAfter(c.var.scope, cursor === undefined ? '' : fromCursor(cursor), limit + 1)
    return c.json(pageFrom(rows, limit, (row) => row.id, toToken))
  })
  .delete('/api/v1/scim-tokens/:id', async (c) => {
    await removeScimToken(c.var.scope, c.req.param('id'))
    return c.body(null, 204)
  })
  .post('/api/v1/user-attributes', jsonBody(attributeInput), async (c) => {
    const attribute = c.req.valid('json')
    await createAttribute(c.var.scope, attribute)
    c.header('Location', `${c.var.scope.issuer}/api/v1/user-attributes/${attribute.name}`)
    return c.json(attribute, 201)
  })
  .get('/api/v1/user-attributes', async (c) => c.json({ items: await listCustomAttributes(c.var.scope) }))
  .get('/api/v1/user-attributes/:name', async (c) => c.json(await getCustomAttribute(c.var.scope, c.req.param('name'))))
  .patch('/api/v1/user-attributes/:name', jsonBody(attributeChange), async (c) =>
    c.json(await updateAttribute(c.var.scope, c.req.param('name'), c.req.valid('json'))),
  )
  .delete('/api/v1/user-attributes/:name', async (c) => {
    await removeAttribute(c.var.scope, c.req.param('name'))
    return c.body(null, 204)
  })
  .get('/api/v1/password-policy', async (c) => c.json(await findPasswordPolicy(c.var.scope)))
  .put('/api/v1/password-policy', jsonBody(passwordPolicyInput), async (c) => {
    await setPasswordPolicy(c.var.scope, c.req.valid('json'))
    return c.json(await findPasswordPolicy(c.var.scope))
  })
  .get('/api/v1/deleted-users', queryOf(pageQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const after = cursor === undefined ? { key: '', id: '' } : placeOf(fromCursor(cursor))
    const rows = await listDeletedUsersAfter(c.var.scope, after, limit + 1)
    return c.json(
      pageFrom(
        rows,
        limit,
        (row) => JSON.stringify([row.userNameKey, row.id]),
        ({ id, userName, externalId, deleted }) => ({
          id,
          userName,
          ...(externalId === null ? {} : { externalId }),
          deleted: deleted.toISOString(),
        }),
      ),
    )
  })
  .delete('/api/v1/deleted-users/:id', async (c) => {
    await forgetDeletedUser(c.var.scope, c.req.param('id'))
    return c.body(null, 204)
  })

function toToken({ id, description, access, conformance, expiresAt, lastUsed, created }: ScimToken) {
  return {
    id,
    description,
    access,
    conformance,
    ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
    ...(lastUsed === null ? {} : { lastUsed: lastUsed.toISOString() }),
    created: created.toISOString(),
  }
}

function placeOf(cursor: string): { key: string; id: string } {
  const match = /^\["((?:[^"\\]|\\.)*)","([\w-]+)"\]$/.exec(cursor)
  if (!match) throw new Problem(400, 'The cursor is not one of this list.')
  const [key, id] = JSON.parse(cursor) as [string, string]
  return { key, id }
}
