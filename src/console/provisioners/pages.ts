/** Provisioners, of the resident application and of others: through which connectors their changes go out. */
import { html } from 'hono/html'
import type { Provisioner } from '../../applications/queries.ts'
import { button, checkbox, type Content, errorOf, errorSummary, type Html, linkButton, tokenField } from '../../html.ts'
import { select } from '../../html/choices.ts'
import { badge, confirmation, emptyState, panel } from '../../html/parts.ts'
import { table } from '../../html/table.ts'
import { changeLink, mayOpen } from '../changes.ts'
import { type Draft, valueOf } from '../form.ts'
import { consolePage, type ConsolePage, type View } from '../frame.ts'
import type { Target } from './form.ts'

/** Where the provisioners of an application stand in the console. */
export type Place = {
  readonly section: ConsolePage['section']
  readonly path: string
  readonly crumbs: NonNullable<ConsolePage['crumbs']>
  /** Whose provisioners they are, as in "changes made by …". */
  readonly whose: string
}

export function newProvisionerButton(view: View, { path }: Place): Content {
  return changeLink(view, { label: 'New Provisioner', href: `${path}/new`, kind: 'primary' })
}

export function provisionerList(view: View, place: Place, rows: readonly Provisioner[], words: Content): Content {
  if (rows.length === 0) return panel({}, emptyState('No provisioners yet', words, newProvisionerButton(view, place)))
  return table({
    caption: 'Provisioners',
    rows,
    columns: [
      {
        label: 'Connection',
        cell: (row) => connectionLink(view, row),
      },
      { label: 'Connector', cell: (row) => row.connector },
      { label: 'State', cell: (row) => (row.connectorEnabled ? badge('Enabled', 'good') : badge('Disabled', 'off')) },
      { label: 'Changes', cell: (row) => (row.blocking ? 'Wait for the target' : 'Go out afterwards') },
      { label: 'Just in time', cell: (row) => (row.jit ? 'Provisioned too' : 'Not provisioned') },
      {
        label: 'Remove',
        acts: true,
        cell: (row) =>
          changeLink(view, {
            label: html`Remove<span class="unseen"> ${row.connection}, ${row.connector}</span>`,
            href: `${place.path}/${row.connectorId}/delete`,
            kind: 'quiet',
          }),
      },
    ],
  })
}

function connectionLink(view: View, { connectionId, connection }: Provisioner): Content {
  const path = `${view.root}/connections/${connectionId}/outbound`
  return mayOpen(view, path) ? html`<a href="${path}">${connection}</a>` : html`<strong>${connection}</strong>`
}

export function newProvisionerPage(
  view: View,
  place: Place,
  choices: { readonly targets: readonly Target[]; readonly taken: readonly string[] },
  { values, errors }: Draft,
): Html {
  return consolePage(view, {
    section: place.section,
    title: 'New Provisioner',
    crumbs: place.crumbs,
    lead: `Users and groups changed by ${place.whose} go out through the connector.`,
    body: [errorSummary(errors), panel({}, choices.targets.length === 0 ? noTargets(view) : form())],
  })

  function form(): Html {
    return html`<form method="post" action="${place.path}/new">
      ${tokenField(view.formToken)} ${targetFields(choices.targets, choices.taken, { values, errors })}
      ${checkbox({
        name: 'jit',
        label: 'Provision people who arrive just in time',
        checked: valueOf(values, 'jit') === 'on',
        help: 'Who becomes a user here by signing in at a connection is provisioned as well.',
      })}
      ${checkbox({
        name: 'blocking',
        label: 'Changes wait for the target',
        checked: valueOf(values, 'blocking') === 'on',
        help: 'A change is made only after the target took it. What it refuses, or cannot take while it is away, is not made here either.',
      })}
      <div class="buttons">
        ${button({ label: 'Finish', kind: 'primary' })} ${linkButton({ label: 'Cancel', href: place.path })}
      </div>
    </form>`
  }
}

function noTargets(view: View): Html {
  const path = `${view.root}/connections`
  return emptyState(
    'No connector to choose yet',
    'Add a connection, and a connector on its tab Outbound Provisioning.',
    mayOpen(view, path) && linkButton({ label: 'Go to Connections', href: path }),
  )
}

/** Both may be chosen in any order, without script: the connectors stand under the names of their connections. */
function targetFields(targets: readonly Target[], taken: readonly string[], { values, errors }: Draft): Content {
  const connections = new Map(targets.map((one) => [one.connectionId, one.connectionName]))
  return [
    select({
      name: 'connection',
      label: 'Connection',
      required: true,
      empty: 'Select a connection',
      choices: [...connections].map(([value, label]) => ({ value, label })),
      value: valueOf(values, 'connection'),
      error: errorOf(errors, 'connection'),
    }),
    select({
      name: 'connector',
      label: 'Provisioning Connector',
      required: true,
      empty: 'Select a connector',
      choices: targets.map((one) => ({
        value: one.id,
        label: taken.includes(one.id) ? `${one.name} (is there already)` : one.name,
        disabled: taken.includes(one.id),
        group: one.connectionName,
      })),
      value: valueOf(values, 'connector'),
      error: errorOf(errors, 'connector'),
    }),
  ]
}

export function removeProvisionerPage(view: View, place: Place, row: Provisioner): Html {
  return consolePage(view, {
    section: place.section,
    title: 'Remove provisioner',
    crumbs: place.crumbs,
    body: confirmation({
      question: `Remove ${row.connector} of ${row.connection}?`,
      goes: [
        `Changes made by ${place.whose} do not go out through this connector any more.`,
        'What was provisioned stays at the target, and the connector stays where it is.',
      ],
      action: `${place.path}/${row.connectorId}/delete`,
      cancel: place.path,
      label: 'Remove provisioner',
      formToken: view.formToken,
    }),
  })
}
