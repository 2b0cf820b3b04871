import { html } from 'hono/html'
import type { ConnectionRow, ConnectorRow } from '../../../connections/queries.ts'
import type { ConnectorInput } from '../../../connections/connectors/settings.ts'
import { button, type Content, errorOf, errorSummary, type Html, linkButton, tokenField } from '../../../html.ts'
import { radios } from '../../../html/choices.ts'
import { confirmation, panel, steps } from '../../../html/parts.ts'
import type { SyncRow } from '../../../outbound/sync/queries.ts'
import type { Guard } from '../../../outbound/guard/queries.ts'
import type { TargetState } from '../../../outbound/target/queries.ts'
import { changeForm, readOnlyNote } from '../../changes.ts'
import { type Draft, valueOf } from '../../form.ts'
import { consolePage, type View } from '../../frame.ts'
import { nameField } from '../../name-fields.ts'
import { connectionCrumbs, connectionPath } from '../connection-pages.ts'
import { usersInWords } from '../outbound-page.ts'
import type { Use } from '../queries.ts'
import { mappingPart } from '../mapping/pages.ts'
import { holdPart } from './hold-part.ts'
import type { Fields, Kind } from './kind.ts'
import { givenSecrets, kindOf, KINDS } from './kinds.ts'
import { type Compared, reconcilePart } from './reconcile/part.ts'
import { summary } from './summary.ts'
import { syncPart } from './sync-part.ts'
import { connectorPath } from './place.ts'

const STEPS = ['Connector selection', 'Connector Details', 'Summary']
const OUTBOUND = { label: 'Outbound Provisioning', path: '/outbound' }

export function outboundPath(view: View, connection: ConnectionRow): string {
  return `${connectionPath(view, connection)}/outbound`
}

/** Step 0, 1 or 2 of the wizard. */
export function wizardPath(view: View, connection: ConnectionRow, step: 0 | 1 | 2): string {
  return `${connectionPath(view, connection)}/connectors/new${['', '/details', '/summary'][step]}`
}

type Wizard = {
  readonly view: View
  readonly connection: ConnectionRow
  readonly step: 0 | 1 | 2
  readonly words: string
}

function wizardPage({ view, connection, step, words }: Wizard, { errors }: Draft, fields: Content): Html {
  return consolePage(view, {
    section: 'connections',
    title: 'Create outbound provisioning connector',
    crumbs: connectionCrumbs(view, connection, OUTBOUND),
    lead: 'Follow the steps to add new outbound provisioning connector',
    body: [
      errorSummary(errors),
      steps(STEPS, step),
      panel(
        { title: STEPS[step] ?? '', lead: words },
        html`<form method="post" action="${wizardPath(view, connection, step)}">
          ${tokenField(view.formToken)} ${fields}
          <div class="buttons">
            ${button({ label: step === 2 ? 'Finish' : 'Next', kind: 'primary' })}
            ${step > 0 ? linkButton({ label: 'Previous', href: wizardPath(view, connection, step === 2 ? 1 : 0) }) : ''}
            ${linkButton({ label: 'Cancel', href: outboundPath(view, connection) })}
          </div>
        </form>`,
      ),
    ],
  })
}

export function selectionPage(view: View, connection: ConnectionRow, draft: Draft): Html {
  return wizardPage(
    { view, connection, step: 0, words: 'What the target understands.' },
    draft,
    radios({
      name: 'type',
      label: 'Connector Type',
      choices: Object.values(KINDS).map(({ type, label, help }) => ({ value: type, label, help })),
      value: valueOf(draft.values, 'type') ?? 'scim2',
      error: errorOf(draft.errors, 'type'),
    }),
  )
}

/** `before` is what was given in this wizard already. */
export function detailsPage(
  view: View,
  connection: ConnectionRow,
  kind: Kind,
  before: Fields | undefined,
  draft: Draft,
): Html {
  const words = 'Fill the basic information about the provisioning connector.'
  const set = { ...kind.begin, ...before }
  return wizardPage({ view, connection, step: 1, words }, draft, kind.inputs(set, givenSecrets(kind, before), draft))
}

export function summaryPage(view: View, connection: ConnectionRow, input: ConnectorInput, draft: Draft): Html {
  const words = 'The connector starts disabled: switch it on in the list.'
  return wizardPage({ view, connection, step: 2, words }, draft, summary(input))
}

export function connectorPage(
  view: View,
  connection: ConnectionRow,
  connector: ConnectorRow,
  given: readonly string[],
  known: {
    readonly sync: SyncRow | undefined
    readonly target: TargetState
    readonly guard: Guard
    readonly notice: Content
    readonly more: Content
    readonly compared: Compared
  },
  draft: Draft,
): Html {
  const path = connectorPath(view, connection, connector)
  const kind = kindOf(connector.type)
  const set = kind.fieldsOf(connector)
  return consolePage(view, {
    section: 'connections',
    title: connector.name,
    crumbs: connectionCrumbs(view, connection, OUTBOUND),
    lead: `${kind.label} connector`,
    body: [
      errorSummary(draft.errors),
      readOnlyNote(view, path),
      known.notice,
      holdPart(view, connection, connector, known.target, known.guard),
      panel(
        {},
        changeForm(
          view,
          path,
          [nameField({ name: connector.name }, draft), kind.inputs(set, given, draft)],
          html`<div class="buttons">
            ${button({ label: 'Update', kind: 'primary' })}
            ${linkButton({ label: 'Cancel', href: outboundPath(view, connection) })}
          </div>`,
        ),
      ),
      mappingPart(view, connection, connector),
      known.more,
      syncPart(view, connection, connector, known.sync),
      connector.type === 'scim2' ? reconcilePart(view, connection, connector, known.compared) : '',
    ],
  })
}

export function deleteConnectorPage(
  view: View,
  connection: ConnectionRow,
  connector: ConnectorRow,
  left: { readonly uses: readonly Use[]; readonly waiting: number },
): Html {
  return consolePage(view, {
    section: 'connections',
    title: 'Delete connector',
    crumbs: connectionCrumbs(view, connection, OUTBOUND),
    body: confirmation({
      question: `Delete ${connector.name}?`,
      goes: [
        'Its settings, its secrets and its log are deleted. This cannot be undone.',
        left.uses.length > 0 && `Changes made by ${usersInWords(left.uses)} do not go out through it any more.`,
        left.waiting > 0 &&
          `${left.waiting.toLocaleString('en')} ${left.waiting === 1 ? 'delivery that waits is' : 'deliveries that wait are'} given up.`,
        'What was provisioned stays at the target.',
      ].filter((line) => line !== false),
      action: `${connectionPath(view, connection)}/connectors/${connector.id}/delete`,
      cancel: outboundPath(view, connection),
      label: 'Delete connector',
      formToken: view.formToken,
    }),
  })
}
