import { createApplication, removeApplication, setProvisioners, updateApplication } from '../applications/commands.ts'
import {
  getApplication,
  getApplicationToChange,
  listApplicationsAfter,
  listProvisioners,
  listProvisionersOf,
  RESIDENT_APPLICATION,
} from '../applications/queries.ts'
import { endFormerSecret, rotateClientSecret } from '../applications/secrets/commands.ts'
import {
  applicationChange,
  applicationInput,
  permissionsGiven,
  residentApplicationInput,
  type SecretInput,
  secretInput,
} from '../applications/settings.ts'
import { Problem } from '../core/errors.ts'
import { demandCovered } from '../directory/credentials/caller.ts'
import { type AppContext, fieldErrors, jsonBody, newRouter, queryOf } from '../http.ts'
import type { Scope } from '../platform.ts'
import { toApplication, toProvisioning } from './answers.ts'
import { fromCursor, pageFrom } from './cursor.ts'
import { pageQuery } from './schemas.ts'

/** Applications, and the resident application: the console, SCIM with Basic, and people who arrive. */
export const applicationApi = newRouter()
  .post('/api/v1/applications', jsonBody(applicationInput), async (c) => {
    demandCovered(c.var.caller, Problem, permissionsGiven(c.req.valid('json')))
    const { row, clientSecret } = await createApplication(c.var.scope, c.req.valid('json'))
    c.header('Location', `${c.var.scope.issuer}/api/v1/applications/${row.id}`)
    c.header('Cache-Control', 'no-store')
    return c.json({ id: row.id, clientId: row.clientId, ...(clientSecret === undefined ? {} : { clientSecret }) }, 201)
  })
  .get('/api/v1/applications', queryOf(pageQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { scope } = c.var
    const rows = await listApplicationsAfter(scope, cursor === undefined ? '' : fromCursor(cursor), limit + 1)
    const page = pageFrom(
      rows,
      limit,
      (row) => row.nameKey,
      (row) => row,
    )
    const ids = page.items.map(({ id }) => id)
    const provisioners = await listProvisionersOf(scope, ids)
    const items = page.items.map((row) => toApplication(row, provisioners.get(row.id) ?? [], scope.now))
    return c.json({ ...page, items })
  })
  .get('/api/v1/applications/:id', async (c) => c.json(await readApplication(c.var.scope, c.req.param('id'))))
  .patch('/api/v1/applications/:id', jsonBody(applicationChange), async (c) => {
    const before = await toChange(c)
    const { id } = before
    // What it has already nobody gives it.
    const present = permissionsGiven(before)
    const added = permissionsGiven(c.req.valid('json')).filter((name) => !present.includes(name))
    demandCovered(c.var.caller, Problem, added)
    await updateApplication(c.var.scope, id, c.req.valid('json'))
    return c.json(await readApplication(c.var.scope, id))
  })
  .post('/api/v1/applications/:id/client-secret', async (c) => {
    const { id } = await toChange(c)
    const { clientSecret, formerSecretExpiresAt } = await rotateClientSecret(c.var.scope, id, await readSecretInput(c))
    c.header('Cache-Control', 'no-store')
    const ends = formerSecretExpiresAt?.toISOString()
    return c.json({ clientSecret, ...(ends === undefined ? {} : { formerSecretExpiresAt: ends }) }, 201)
  })
  .delete('/api/v1/applications/:id/former-client-secret', async (c) => {
    await endFormerSecret(c.var.scope, (await toChange(c)).id)
    return c.body(null, 204)
  })
  .delete('/api/v1/applications/:id', async (c) => {
    await removeApplication(c.var.scope, (await toChange(c)).id)
    return c.body(null, 204)
  })
  .get('/api/v1/resident-application', async (c) =>
    c.json(toProvisioning(await listProvisioners(c.var.scope, RESIDENT_APPLICATION))),
  )
  .put('/api/v1/resident-application', jsonBody(residentApplicationInput), async (c) => {
    const { scope } = c.var
    await setProvisioners(scope, RESIDENT_APPLICATION, c.req.valid('json').outboundProvisioning)
    return c.json(toProvisioning(await listProvisioners(scope, RESIDENT_APPLICATION)))
  })

/** There need not be a body: all that it says has a default. */
async function readSecretInput(c: AppContext): Promise<SecretInput> {
  const text = await c.req.text()
  const parsed = secretInput.safeParse(text === '' ? {} : jsonOf(text))
  if (parsed.success) return parsed.data
  throw new Problem(400, 'The request body is not valid.', fieldErrors(parsed.error.issues))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Problem(400, 'The request body is no JSON.', [], { cause })
  }
}

function toChange(c: AppContext) {
  return getApplicationToChange(c.var.scope, c.req.param('id') ?? '', c.var.caller.permissions)
}

async function readApplication(scope: Scope, id: string) {
  return toApplication(await getApplication(scope, id), await listProvisioners(scope, id), scope.now)
}
