import { z } from 'zod'
import { mapAttributes } from '../../../connections/connectors/commands.ts'
import { type ConnectionRow, type ConnectorRow } from '../../../connections/queries.ts'
import { demandKnown } from '../../../connections/connectors/known.ts'
import { departuresOf } from '../../../connections/connectors/types.ts'
import { type FieldError, Problem } from '../../../core/errors.ts'
import { userTypeOf } from '../../../directory/attributes/queries.ts'
import { type AppContext, newRouter, readForm } from '../../../http.ts'
import { previewUser } from '../../../outbound/preview.ts'
import { sourcePaths } from '../../../scim/mapping/paths.ts'
import { valueOf } from '../../form.ts'
import { viewOf } from '../../frame.ts'
import { withMessage } from '../../messages.ts'
import { demandPermission } from '../../permissions.ts'
import { checkFields, EMPTY_ROW, fieldAt, fieldsOf, type MappingFields, readFields, withoutEmpty } from './form.ts'
import { type MappingPage, mappingPage } from './pages.ts'
import { connectorPath } from '../connectors/place.ts'
import { readConnector } from '../connectors/read.ts'

const PATH = '/console/connections/:id/connectors/:connector/attributes'

/** What users are at the target of a connector. */
export const mappingPages = newRouter()
  .get(PATH, async (c) => {
    const { connection, connector } = await readConnector(c)
    return show(c, connection, connector, { fields: fieldsOf(connector.settings.mapping) })
  })
  .post(PATH, async (c) => {
    const { connection, connector } = await readConnector(c)
    const form = await readForm(c, z.unknown())
    const fields = readFields(form.values)
    const go = valueOf(form.values, 'go') ?? 'save'
    const user = valueOf(form.values, 'user')?.trim() ?? ''
    const [, gone] = /^remove-(\d+)$/.exec(go) ?? []
    const { base, rows } = fields
    if (go === 'add') return show(c, connection, connector, { fields: { base, rows: [...rows, EMPTY_ROW] }, user })
    if (gone !== undefined) {
      return show(c, connection, connector, { fields: { base, rows: rows.toSpliced(Number(gone), 1) }, user })
    }
    return go === 'preview'
      ? preview(c, connection, connector, withoutEmpty(fields), user)
      : save(c, connection, connector, withoutEmpty(fields), user)
  })

async function save(
  c: AppContext,
  connection: ConnectionRow,
  connector: ConnectorRow,
  fields: MappingFields,
  user: string,
) {
  const checked = checkFields(fields)
  if (!checked.ok) return show(c, connection, connector, { fields, user, errors: checked.errors })
  const errors = await errorsOf(() => mapAttributes(c.var.scope, connection.id, connector.id, checked.mapping))
  if (errors.length > 0) return show(c, connection, connector, { fields, user, errors })
  return c.redirect(withMessage(connectorPath(viewOf(c), connection, connector), 'mapping-updated'), 303)
}

async function preview(
  c: AppContext,
  connection: ConnectionRow,
  connector: ConnectorRow,
  fields: MappingFields,
  user: string,
) {
  demandPermission(c, 'scim:read')
  const { scope } = c.var
  const checked = checkFields(fields)
  if (!checked.ok) return show(c, connection, connector, { fields, user, errors: checked.errors })
  const errors = await errorsOf(() =>
    demandKnown(scope, { ...departuresOf(connector.settings), mapping: checked.mapping }, ''),
  )
  if (errors.length > 0) return show(c, connection, connector, { fields, user, errors })
  const body = await previewUser(scope, { connection, connector }, checked.mapping, user)
  if (!body) {
    const unknown = [{ field: 'user', message: 'There is no user of this name.' }]
    return show(c, connection, connector, { fields, user, errors: unknown })
  }
  return show(c, connection, connector, { fields, user, preview: JSON.stringify(body, undefined, 2) })
}

/** What a command found wrong, by the form's fields. */
async function errorsOf(act: () => Promise<unknown>): Promise<readonly FieldError[]> {
  try {
    await act()
    return []
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 400) throw error
    return error.errors.map(({ field, message }) => ({ field: fieldAt(field), message }))
  }
}

async function show(
  c: AppContext,
  connection: ConnectionRow,
  connector: ConnectorRow,
  { fields, errors = [], user = '', preview }: Partial<MappingPage> & Pick<MappingPage, 'fields'>,
) {
  const paths = sourcePaths(await userTypeOf(c.var.scope))
  const page = { fields, errors, user, preview, paths }
  return c.html(mappingPage(viewOf(c), connection, connector, page), errors.length > 0 ? 422 : 200)
}
