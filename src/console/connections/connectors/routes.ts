import { z } from 'zod'
import {
  createConnector,
  enableConnector,
  removeConnector,
  updateConnector,
} from '../../../connections/connectors/commands.ts'
import {
  type ConnectionRow,
  getConnection,
  listConnectors,
  openConnectorSecrets,
} from '../../../connections/queries.ts'
import { splitSecrets } from '../../../connections/connectors/secrets-by-type.ts'
import type { ConnectorInput } from '../../../connections/connectors/settings.ts'
import { Problem } from '../../../core/errors.ts'
import { type AppContext, newRouter, readForm } from '../../../http.ts'
import { countDrifts } from '../../../outbound/reconcile/drifts/queries.ts'
import { findReconciliation } from '../../../outbound/reconcile/queries.ts'
import { findSync } from '../../../outbound/sync/queries.ts'
import { findGuard } from '../../../outbound/guard/queries.ts'
import { readTargetState } from '../../../outbound/target/queries.ts'
import { countOpenDeliveries } from '../deliveries/queries.ts'
import { EMPTY_DRAFT, submitForm, valueOf } from '../../form.ts'
import { viewOf } from '../../frame.ts'
import { forgetKept, keep, kept } from '../../keepsake.ts'
import { withMessage } from '../../messages.ts'
import { formPage } from '../../permissions.ts'
import { listUses } from '../queries.ts'
import type { Fields } from './kind.ts'
import { withKeptSettings } from './kept-settings.ts'
import { anyConnectorForm, freeName, givenSecrets, kindOf, KINDS, parseConnector, withSecretsOf } from './kinds.ts'
import {
  connectorPage,
  deleteConnectorPage,
  detailsPage,
  outboundPath,
  selectionPage,
  summaryPage,
  wizardPath,
} from './pages.ts'
import { connectorPath } from './place.ts'
import { keepOnce, takeOnce } from './webhook/kept.ts'
import { onceNotice, webhookPart } from './webhook/part.ts'
import { readConnector } from './read.ts'

const selectionForm = z.object({
  type: z.enum(
    Object.values(KINDS).map(({ type }) => type),
    'Choose a connector type.',
  ),
})
const enabledForm = z.object({ enabled: z.enum(['true', 'false']) })

/** Outbound provisioning connectors: the wizard of a new one, and the pages of each. */
export const connectorPages = newRouter()
  .get('/console/connections/:id/connectors/new', formPage, async (c) => {
    const connection = await readConnection(c)
    const { type = 'scim2' } = (await keptFields(c, connection)) ?? {}
    return c.html(selectionPage(viewOf(c), connection, { ...EMPTY_DRAFT, values: { type } }))
  })
  .post('/console/connections/:id/connectors/new', async (c) => {
    const view = viewOf(c)
    const connection = await readConnection(c)
    return submitForm(
      c,
      selectionForm,
      async ({ type }) => {
        const before = await keptFields(c, connection)
        if (kindOf(before?.type).type !== type) await keep(c, wizardOf(connection), { type })
        return wizardPath(view, connection, 1)
      },
      (draft) => selectionPage(view, connection, draft),
    )
  })
  .get('/console/connections/:id/connectors/new/details', formPage, async (c) => {
    const connection = await readConnection(c)
    const before = await keptFields(c, connection)
    const kind = kindOf(before?.type)
    return c.html(detailsPage(viewOf(c), connection, kind, before, EMPTY_DRAFT))
  })
  .post('/console/connections/:id/connectors/new/details', async (c) => {
    const view = viewOf(c)
    const connection = await readConnection(c)
    const before = await keptFields(c, connection)
    return submitForm(
      c,
      anyConnectorForm,
      async (form) => {
        const kind = kindOf(form.input.type)
        const fields = withSecretsOf(kind, form.fields, kind.type === before?.type ? before : undefined)
        demandSecrets(fields, c.var.scope.now)
        if (!(await keep(c, wizardOf(connection), fields))) throw new Problem(400, TOO_LONG)
        return wizardPath(view, connection, 2)
      },
      (draft) => {
        const kind = kindOf(valueOf(draft.values, 'type') ?? before?.type)
        return detailsPage(view, connection, kind, kind.type === before?.type ? before : undefined, draft)
      },
    )
  })
  .get('/console/connections/:id/connectors/new/summary', formPage, async (c) => {
    const view = viewOf(c)
    const connection = await readConnection(c)
    const input = await newConnector(c, connection)
    if (!input) return c.redirect(wizardPath(view, connection, 1), 303)
    return c.html(summaryPage(view, connection, input, EMPTY_DRAFT))
  })
  .post('/console/connections/:id/connectors/new/summary', async (c) => {
    const view = viewOf(c)
    const connection = await readConnection(c)
    const input = await newConnector(c, connection)
    if (!input) return c.redirect(wizardPath(view, connection, 1), 303)
    return submitForm(
      c,
      z.object({}),
      async () => {
        const connector = await createConnector(c.var.scope, connection.id, input)
        if (input.type !== 'webhook' || input.signingSecret !== undefined) {
          forgetKept(c)
          return withMessage(outboundPath(view, connection), 'connector-created')
        }
        const { signingSecret: secret } = await openConnectorSecrets(c.var.scope, connector)
        await keepOnce(c, connector, { secret })
        return withMessage(connectorPath(view, connection, connector), 'connector-created')
      },
      (draft) => summaryPage(view, connection, input, draft),
    )
  })
  .get('/console/connections/:id/connectors/:connector', async (c) => {
    const { connection, connector } = await readConnector(c)
    return c.html(connectorPage(viewOf(c), connection, connector, await secretsSet(c), await knownOf(c), EMPTY_DRAFT))
  })
  .post('/console/connections/:id/connectors/:connector', async (c) => {
    const view = viewOf(c)
    const { connection, connector } = await readConnector(c)
    return submitForm(
      c,
      anyConnectorForm,
      async ({ input }) => {
        await updateConnector(c.var.scope, connection.id, connector.id, withKeptSettings(input, connector))
        return withMessage(outboundPath(view, connection), 'connector-updated')
      },
      async (draft) => connectorPage(view, connection, connector, await secretsSet(c), await knownOf(c), draft),
    )
  })
  .post('/console/connections/:id/connectors/:connector/enabled', async (c) => {
    const { connection, connector } = await readConnector(c)
    const form = await readForm(c, enabledForm)
    if (!form.ok) throw new Problem(400, 'Say whether the connector is to be enabled.')
    const enabled = form.data.enabled === 'true'
    await enableConnector(c.var.scope, connection.id, connector.id, enabled)
    const message = enabled ? 'connector-enabled' : 'connector-disabled'
    return c.redirect(withMessage(outboundPath(viewOf(c), connection), message), 303)
  })
  .get('/console/connections/:id/connectors/:connector/delete', formPage, async (c) => {
    const { connection, connector } = await readConnector(c)
    const uses = await listUses(c.var.scope, [connector.id])
    const waiting = await countOpenDeliveries(c.var.scope, connector.id)
    return c.html(deleteConnectorPage(viewOf(c), connection, connector, { uses, waiting }))
  })
  .post('/console/connections/:id/connectors/:connector/delete', async (c) => {
    const { connection, connector } = await readConnector(c)
    await removeConnector(c.var.scope, connection.id, connector.id)
    return c.redirect(withMessage(outboundPath(viewOf(c), connection), 'connector-deleted'), 303)
  })

const TOO_LONG =
  'This is too much to be kept until the last step. Give a short secret here, and the long one on the connector’s page.'

function readConnection(c: AppContext): Promise<ConnectionRow> {
  return getConnection(c.var.scope, c.req.param('id') ?? '')
}

function wizardOf(connection: ConnectionRow): string {
  return `new connector of ${connection.id}`
}

/** What the wizard knows so far; of a connector whose type alone was chosen, that. */
async function keptFields(c: AppContext, connection: ConnectionRow): Promise<Fields | undefined> {
  return keptForm.safeParse(await kept(c, wizardOf(connection))).data
}
const keptForm = z.record(z.string(), z.string())

/** The connector that the wizard's answers stand for; undefined if they are not there (any more). */
async function newConnector(c: AppContext, connection: ConnectionRow): Promise<ConnectorInput | undefined> {
  const input = parseConnector(await keptFields(c, connection))?.input
  const others = await listConnectors(c.var.scope, connection.id)
  return input && { ...input, name: freeName(kindOf(input.type), others) }
}

/** Which secrets a connector has; what they are goes no further. */
async function secretsSet(c: AppContext) {
  const { connector } = await readConnector(c)
  const secrets: Fields = { ...(await openConnectorSecrets(c.var.scope, connector)) }
  return givenSecrets(kindOf(connector.type), secrets)
}

async function knownOf(c: AppContext) {
  const { connection, connector } = await readConnector(c)
  const view = viewOf(c)
  const { scope } = view
  const isWebhook = connector.settings.type === 'webhook'
  return {
    sync: await findSync(scope, connector.id),
    target: await readTargetState(scope, connector.id),
    guard: await findGuard(scope, connector.id, connector.settings.deletionGuard),
    notice: isWebhook ? onceNotice(await takeOnce(c, connector)) : '',
    more: isWebhook ? webhookPart(view, connection, connector, await openConnectorSecrets(scope, connector)) : '',
    compared: {
      row: await findReconciliation(scope, connector.id),
      counts: await countDrifts(scope, connector.id),
    },
  }
}

/** Problem 400 that names the secret which the authentication mode needs and which was not given. */
function demandSecrets(fields: Fields, now: Date): void {
  const whole = parseConnector(fields)
  if (whole) splitSecrets(whole.input, undefined, '', now)
}
