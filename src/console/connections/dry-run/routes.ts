import { z } from 'zod'
import type { ConnectionRow } from '../../../connections/queries.ts'
import { isRecord } from '../../../core/json-value.ts'
import type { FieldError } from '../../../core/errors.ts'
import { whoWouldCome } from '../../../federation/dry-run.ts'
import { findTrial } from '../../../federation/trial/queries.ts'
import type { VouchedFor } from '../../../federation/upstream/person.ts'
import { type AppContext, type FormValues, newRouter, readForm } from '../../../http.ts'
import type { Scope } from '../../../platform.ts'
import { EMPTY_DRAFT, valueOf } from '../../form.ts'
import { viewOf } from '../../frame.ts'
import { demandPermission, formPage } from '../../permissions.ts'
import { readConnection } from '../read.ts'
import { viewerOf } from '../trial/viewer.ts'
import { dryRunPage, EXAMPLE } from './pages.ts'
import { rehearse } from './result.ts'

const PATH = '/console/connections/:id/dry-run'

/** What would happen if somebody came. It tells of users, and so it is for those who may read them. */
export const dryRunPages = newRouter()
  .get(PATH, formPage, async (c) => {
    demandPermission(c, 'scim:read')
    const connection = await readConnection(c)
    const claims = (await claimsOfTest(c, connection)) ?? EXAMPLE
    return c.html(dryRunPage(viewOf(c), connection, { claims, result: '', draft: EMPTY_DRAFT }))
  })
  .post(PATH, async (c) => {
    demandPermission(c, 'scim:read')
    const view = viewOf(c)
    const connection = await readConnection(c)
    const { values } = await readForm(c, z.unknown())
    const person = await personOf(c.var.scope, connection, values)
    if ('field' in person) {
      const draft = { values, errors: [person] }
      return c.html(dryRunPage(view, connection, { claims: EXAMPLE, result: '', draft }), 422)
    }
    const result = await rehearse(view, connection, person)
    return c.html(dryRunPage(view, connection, { claims: EXAMPLE, result, draft: { values, errors: [] } }))
  })

/** Those of a test that was looked at just before. */
async function claimsOfTest(c: AppContext, { id }: ConnectionRow): Promise<unknown> {
  const test = c.req.query('test')
  if (test === undefined) return undefined
  return (await findTrial(c.var.scope, test, { connectionId: id, ...viewerOf(c) }))?.ended?.person?.claims
}

/** Who would come, or what is wrong with what was typed. */
async function personOf(scope: Scope, connection: ConnectionRow, values: FormValues): Promise<VouchedFor | FieldError> {
  const claims = parsed(valueOf(values, 'claims') ?? '')
  if (!isRecord(claims)) return { field: 'claims', message: 'Give a JSON object, such as {"sub": "1"}.' }
  const come = await whoWouldCome(scope, connection, { claims, issuer: valueOf(values, 'issuer')?.trim() || undefined })
  if (come.ok) return come.person
  if (come.missing === 'subject') return { field: 'claims', message: 'Give the claim sub, as text.' }
  return { field: 'issuer', message: 'Give it: that of the provider could not be found.' }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
