import { z } from 'zod'
import { updateConnection } from '../../../connections/commands.ts'
import type { ConnectionRow } from '../../../connections/queries.ts'
import { type FieldError, Problem } from '../../../core/errors.ts'
import { userTypeOf } from '../../../directory/attributes/queries.ts'
import { type AppContext, newRouter, readForm } from '../../../http.ts'
import { sourcePaths } from '../../../scim/mapping/paths.ts'
import { valueOf } from '../../form.ts'
import { viewOf } from '../../frame.ts'
import { withMessage } from '../../messages.ts'
import { formPage } from '../../permissions.ts'
import { readConnection } from '../read.ts'
import {
  checkClaimRows,
  claimFieldAt,
  type ClaimRow,
  claimRowOf,
  EMPTY_CLAIM,
  isFilled,
  readClaimRows,
} from './form.ts'
import { claimsEditor, claimsPage, claimsPath, standardPage } from './pages.ts'
import { STANDARD_RULES } from '../../../federation/claims/standard.ts'

/** They are known, and no mapping may name them. */
const NOT_A_PROVIDERS = ['userName', 'active', 'externalId']
const PATH = '/console/connections/:id/attributes'

/** What a provider says, and the attributes that it becomes. */
export const claimsPages = newRouter()
  .get(PATH, async (c) => c.html(claimsPage(viewOf(c), await readConnection(c))))
  .get(`${PATH}/edit`, formPage, async (c) => {
    const connection = await readConnection(c)
    return show(c, connection, (connection.jit.mapping ?? STANDARD_RULES).map(claimRowOf))
  })
  .post(`${PATH}/edit`, async (c) => {
    const connection = await readConnection(c)
    const { values } = await readForm(c, z.unknown())
    const rows = readClaimRows(values)
    const go = valueOf(values, 'go') ?? 'save'
    const [, gone] = /^remove-(\d+)$/.exec(go) ?? []
    if (go === 'add') return show(c, connection, [...rows, EMPTY_CLAIM])
    if (gone !== undefined) return show(c, connection, rows.toSpliced(Number(gone), 1))
    return save(c, connection, rows.filter(isFilled))
  })
  .get(`${PATH}/standard`, formPage, async (c) => c.html(standardPage(viewOf(c), await readConnection(c))))
  .post(`${PATH}/standard`, async (c) => {
    const connection = await readConnection(c)
    await updateConnection(c.var.scope, connection.id, { jit: { mapping: null } }, c.var.caller.permissions)
    return c.redirect(withMessage(claimsPath(viewOf(c), connection), 'connection-updated'), 303)
  })

async function save(c: AppContext, connection: ConnectionRow, rows: readonly ClaimRow[]): Promise<Response> {
  const checked = checkClaimRows(rows)
  if (!checked.ok) return show(c, connection, rows, checked.errors)
  try {
    await updateConnection(c.var.scope, connection.id, { jit: { mapping: checked.mapping } }, c.var.caller.permissions)
  } catch (error) {
    if (!(error instanceof Problem) || (error.status !== 400 && error.status !== 403)) throw error
    const errors = error.errors.map(({ field, message }) => ({ field: claimFieldAt(field), message }))
    return show(c, connection, rows, errors.length > 0 ? errors : [{ field: '', message: error.message }])
  }
  return c.redirect(withMessage(claimsPath(viewOf(c), connection), 'connection-updated'), 303)
}

async function show(
  c: AppContext,
  connection: ConnectionRow,
  rows: readonly ClaimRow[],
  errors: readonly FieldError[] = [],
): Promise<Response> {
  const all = sourcePaths(await userTypeOf(c.var.scope))
  const paths = all.filter((path) => !NOT_A_PROVIDERS.includes(path))
  return c.html(claimsEditor(viewOf(c), connection, { rows, errors, paths }), errors.length > 0 ? 422 : 200)
}
