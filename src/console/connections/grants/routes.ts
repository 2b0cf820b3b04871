import { z } from 'zod'
import { updateConnection } from '../../../connections/commands.ts'
import type { ConnectionRow } from '../../../connections/queries.ts'
import { type FieldError, Problem } from '../../../core/errors.ts'
import { allRoles } from '../../../directory/roles/queries.ts'
import { type AppContext, type FormValues, newRouter, readForm } from '../../../http.ts'
import { valueOf } from '../../form.ts'
import { viewOf } from '../../frame.ts'
import { withMessage } from '../../messages.ts'
import { connectionPath } from '../connection-pages.ts'
import { listSomeGroupNames } from '../queries.ts'
import { readConnection } from '../read.ts'
import {
  checkGrants,
  type GrantFields,
  grantFieldsOf,
  type GrantKind,
  type GrantRow,
  readGrants,
  withoutEmptyRows,
} from './form.ts'
import { grantsPage } from './pages.ts'
import { namesOfGroups } from './queries.ts'
import { groupTargets, roleTargets } from './targets.ts'

const PATH = '/console/connections/:id/groups'

/** Groups and roles that a provider gives. */
export const grantPages = newRouter()
  .get(PATH, async (c) => show(c, await readConnection(c)))
  .post(PATH, async (c) => {
    const connection = await readConnection(c)
    const { values } = await readForm(c, z.unknown())
    const kind = valueOf(values, 'kind') === 'roles' ? 'roles' : 'groups'
    const fields = readGrants(plainNames(values))
    const go = valueOf(values, 'go') ?? 'save'
    const [, gone] = /^remove-(\d+)$/.exec(go) ?? []
    const { rows } = fields
    if (go === 'add')
      return show(c, connection, { kind, fields: { ...fields, rows: [...rows, { word: '', target: '' }] } })
    if (gone !== undefined) {
      return show(c, connection, { kind, fields: { ...fields, rows: rows.toSpliced(Number(gone), 1) } })
    }
    return save(c, connection, kind, withoutEmptyRows(fields))
  })

/** The form of the roles has its names below `roles.`. */
function plainNames(values: FormValues): FormValues {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name.replace(/^roles\./, ''), value]))
}

async function save(c: AppContext, connection: ConnectionRow, kind: GrantKind, fields: GrantFields): Promise<Response> {
  const { scope } = c.var
  const kept = Object.values(connection.jit[kind]?.map ?? {}).flat()
  const targets =
    kind === 'groups'
      ? await groupTargets(scope, fields.rows, kept)
      : roleTargets(await allRoles(scope), fields.rows, kept)
  const checked = checkGrants(kind, fields, targets)
  if (!checked.ok) return show(c, connection, { kind, fields, errors: checked.errors })
  try {
    await updateConnection(scope, connection.id, { jit: checked.jit }, c.var.caller.permissions)
  } catch (error) {
    const errors = refusalOf(error, fields.rows)
    if (!errors) throw error
    return show(c, connection, { kind, fields, errors })
  }
  return c.redirect(withMessage(`${connectionPath(viewOf(c), connection)}/groups`, 'connection-updated'), 303)
}

/** What the command found wrong, beside the row whose word it names; undefined if the form cannot mend it. */
function refusalOf(error: unknown, rows: readonly GrantRow[]): readonly FieldError[] | undefined {
  if (!(error instanceof Problem) || (error.status !== 400 && error.status !== 403)) return undefined
  if (error.errors.length === 0) return [{ field: '', message: error.message }]
  return error.errors.map(({ field, message }) => {
    const row = rows.findIndex(({ word }) => field.endsWith(`.map.${word}`))
    return { field: row < 0 ? '' : `target-${row}`, message }
  })
}

type Typed = { readonly kind: GrantKind; readonly fields: GrantFields; readonly errors?: readonly FieldError[] }

async function show(c: AppContext, connection: ConnectionRow, typed?: Typed): Promise<Response> {
  const { scope } = c.var
  const { jit } = connection
  const names = await namesOfGroups(scope, Object.values(jit.groups?.map ?? {}).flat())
  const present = {
    groups: grantFieldsOf(jit.groups, (id) => names.get(id) ?? id),
    roles: grantFieldsOf(jit.roles, (id) => id),
  }
  const errors = (typed?.errors ?? []).map(({ field, message }) => ({
    field: typed?.kind === 'roles' && field !== '' ? `roles.${field}` : field,
    message,
  }))
  const page = {
    ...present,
    ...(typed ? { [typed.kind]: typed.fields } : {}),
    errors,
    at: typed?.kind,
    allRoles: await allRoles(scope),
    someGroups: await listSomeGroupNames(scope),
  }
  return c.html(grantsPage(viewOf(c), connection, page), errors.length > 0 ? 422 : 200)
}
