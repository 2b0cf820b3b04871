import { html } from 'hono/html'
import { z } from 'zod'
import { addressOf } from '../../connections/connectors/types.ts'
import type { ConnectionRow, ConnectorRow } from '../../connections/queries.ts'
import type { RoleRow } from '../../directory/roles/queries.ts'
import { button, type Content, errorOf, errorSummary, flash, type Html, linkButton, tokenField } from '../../html.ts'
import { select } from '../../html/choices.ts'
import { badge, emptyState, panel, toggle } from '../../html/parts.ts'
import type { Health, TargetHealth } from '../../outbound/log/health/queries.ts'
import type { DeliveryView } from '../../outbound/log/queries.ts'
import { changeLink, mayChange } from '../changes.ts'
import type { Draft } from '../form.ts'
import type { View } from '../frame.ts'
import { connectionPage, connectionPath } from './connection-pages.ts'
import { conditionOf, healthPanel } from './deliveries/health.ts'
import { deliveryTable } from './deliveries/pages.ts'
import { deliveriesPath } from './deliveries/states.ts'
import type { Use } from './queries.ts'

export const rolesForm = z.object({ role: z.string().default(''), remove: z.string().optional() })

export type Outbound = {
  readonly connection: ConnectionRow
  readonly connectors: readonly ConnectorRow[]
  readonly uses: readonly Use[]
  readonly roles: readonly RoleRow[]
  /** The latest deliveries. */
  readonly latest: readonly DeliveryView[]
  readonly health: Health
}

export function outboundPage(view: View, outbound: Outbound, draft: Draft): Html {
  const { connection, connectors } = outbound
  const path = connectionPath(view, connection)
  const action = changeLink(view, { label: 'New Connector', href: `${path}/connectors/new`, kind: 'primary' })
  return connectionPage(view, connection, 'outbound', [
    errorSummary(draft.errors),
    nextStep(view, outbound),
    panel(
      {
        title: 'Outbound Provisioning Connectors',
        lead: 'Changes go out through every connector that is enabled.',
        action: connectors.length > 0 ? action : '',
      },
      connectors.length > 0
        ? connectorList(view, outbound)
        : emptyState(
            'No connectors yet',
            'A connector knows where this system takes users and groups, and how.',
            action,
          ),
    ),
    panel({ title: 'OutBound Provisioning Roles', lead: rolesLead(connection) }, roleForm(view, outbound, draft)),
    log(view, outbound),
  ])
}

/** What is still missing before anything goes out. */
function nextStep(view: View, { connectors, uses }: Outbound): Content {
  const enabled = connectors.filter((one) => one.enabled)
  if (enabled.length === 0 || uses.some((use) => enabled.some((one) => one.id === use.connectorId))) return ''
  const href = `${view.root}/login-registration/provisioning/outbound`
  return flash(
    html`Nothing is provisioned yet: no provisioner names this connector. Add one under
      <a href="${href}">Outbound Provisioning Configuration</a>.`,
    'warning',
  )
}

function connectorList(view: View, { connection, connectors, uses, health }: Outbound): Html {
  const path = `${connectionPath(view, connection)}/connectors`
  const edit = mayChange(view, path) ? 'Edit' : 'Show'
  return html`<ul class="rows">
    ${connectors.map((row) => {
      const here = `${path}/${row.id}`
      const target = health.targets.find((one) => one.connectorId === row.id)
      return html`<li>
        <span class="what">
          <span><strong>${row.name}</strong> ${target && troubleBadge(view, target)}</span>
          <span class="help">${addressOf(row.settings)}</span>
          <span class="help">${wordsOfUses(uses.filter((use) => use.connectorId === row.id))}</span>
        </span>
        ${enabledSwitch(view, here, row)}
        <span class="buttons">
          ${linkButton({ label: html`${edit}<span class="unseen"> ${row.name}</span>`, href: here, kind: 'quiet' })}
          ${changeLink(view, { label: html`Delete<span class="unseen"> ${row.name}</span>`, href: `${here}/delete`, kind: 'quiet' })}
        </span>
      </li>`
    })}
  </ul>`
}

/** Says here, too, that nothing is sent through an enabled connector. */
function troubleBadge(view: View, target: TargetHealth): Content {
  const { label, tone } = conditionOf(target, view.scope.now)
  return ['Paused', 'Quarantined', 'Asks', 'Waits'].includes(label) ? badge(label, tone) : ''
}

function enabledSwitch(view: View, path: string, row: ConnectorRow): Html {
  if (!mayChange(view, path)) return row.enabled ? badge('Enabled', 'good') : badge('Disabled', 'off')
  return toggle({ action: `${path}/enabled`, formToken: view.formToken, on: row.enabled, label: row.name })
}

function wordsOfUses(uses: readonly Use[]): string {
  return uses.length === 0 ? 'No provisioner names it.' : `For changes made by ${usersInWords(uses)}.`
}

/** Whose changes go out through a connector. */
export function usersInWords(uses: readonly Use[]): string {
  return uses.map((use) => use.application ?? 'the resident application').join(', ')
}

function rolesLead({ outboundRoles }: ConnectionRow): string {
  return outboundRoles.length > 0
    ? 'Only users who hold one of these roles are provisioned.'
    : 'No role is chosen: everybody is provisioned but administrators.'
}

function roleForm(view: View, { connection, roles }: Outbound, { errors }: Draft): Content {
  const chosen = roles.filter((role) => connection.outboundRoles.includes(role.id))
  const free = roles.filter((role) => !connection.outboundRoles.includes(role.id))
  const path = `${connectionPath(view, connection)}/outbound/roles`
  if (!mayChange(view, path)) return chosen.map((role) => role.displayName).join(', ')
  return html`<form method="post" action="${path}">
    ${tokenField(view.formToken)} ${chosen.length > 0 ? chips(chosen) : ''}
    <div class="bar">
      ${select({
        name: 'role',
        label: 'Role',
        empty: 'Select Role',
        choices: free.map((role) => ({ value: role.id, label: role.displayName })),
        error: errorOf(errors, 'role'),
      })}
      ${button({ label: 'Add', name: 'go', value: 'add' })}
    </div>
    <p class="help">Select and add as identity provider outbound provisioning roles.</p>
    ${button({ label: 'Update', kind: 'primary' })}
  </form>`
}

function chips(roles: readonly RoleRow[]): Html {
  return html`<ul class="chips">
    ${roles.map(
      (role) =>
        html`<li>
          ${role.displayName}<button
            type="submit"
            name="remove"
            value="${role.id}"
            aria-label="Remove ${role.displayName}"
          >
            ×
          </button>
        </li>`,
    )}
  </ul>`
}

/** Refreshes itself while somebody looks at it. */
function log(view: View, { connection, connectors, latest, health }: Outbound): Html {
  const path = deliveriesPath(view, connection)
  const body =
    latest.length > 0
      ? deliveryTable(view, connection, latest)
      : emptyState('Nothing was provisioned yet', 'Every change that goes out through this connection is listed here.')
  return html`<section id="log" class="stack" data-live="3000">
    ${connectors.length > 0 ? healthPanel(view, connection, health) : ''}
    ${panel(
      {
        title: 'Provisioning log',
        action: latest.length > 0 ? linkButton({ label: 'Show all', href: path }) : '',
      },
      body,
    )}
  </section>`
}
