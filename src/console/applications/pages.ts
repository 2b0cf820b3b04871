import { html } from 'hono/html'
import type { ApplicationRow } from '../../applications/queries.ts'
import { type Template, TEMPLATES } from '../../applications/settings.ts'
import { button, type Content, errorOf, errorSummary, field, type Html, linkButton, tokenField } from '../../html.ts'
import { select } from '../../html/choices.ts'
import { cardLinks, emptyState, panel } from '../../html/parts.ts'
import { type ListState, pager, searchBox, table } from '../../html/table.ts'
import { timeAgo } from '../../html/time.ts'
import { changeLink } from '../changes.ts'
import { type Draft, valueOf } from '../form.ts'
import { consolePage, type View } from '../frame.ts'
import { grantBoxes, methodField, redirectUrlsField } from './protocol/basics.ts'

export type ApplicationList = {
  readonly state: ListState
  readonly total: number
  readonly rows: readonly ApplicationRow[]
}

export function applicationsPage(view: View, list: ApplicationList): Html {
  return consolePage(view, {
    section: 'applications',
    title: 'Applications',
    lead: 'What people sign in to with their account here.',
    action: changeLink(view, { label: 'New Application', href: `${view.root}/applications/new`, kind: 'primary' }),
    body: [html`<div class="bar">${searchBox(list.state, 'Search by name')}</div>`, applicationTable(view, list)],
  })
}

function applicationTable(view: View, list: ApplicationList): Content {
  if (list.rows.length === 0) return panel({}, noApplications(view, list))
  return [
    table({
      caption: 'Applications',
      state: list.state,
      rows: list.rows,
      columns: [
        { label: 'Name', sort: 'name', cell: (row) => nameCell(view, row) },
        { label: 'Template', cell: (row) => templateLabel(row) },
        { label: 'Client ID', cell: (row) => html`<code>${row.clientId}</code>` },
        { label: 'Created', cell: (row) => timeAgo(row.created, view.scope.now) },
      ],
    }),
    pager(list.state, list.total, { one: 'application', many: 'applications' }),
  ]
}

function nameCell(view: View, row: ApplicationRow): Content {
  const link = html`<a href="${view.root}/applications/${row.id}">${row.name}</a>`
  return row.description === null ? link : html`${link}<span class="sub">${row.description}</span>`
}

export function templateLabel(row: ApplicationRow): string {
  return templateOf(row.template)?.label ?? row.template
}

export function templateOf(name: string): (typeof TEMPLATES)[Template] | undefined {
  return Object.entries(TEMPLATES).find(([known]) => known === name)?.[1]
}

function noApplications(view: View, { state, total }: ApplicationList): Html {
  if (state.q !== '') {
    return emptyState(
      'No application was found',
      html`No name contains “${state.q}”.`,
      linkButton({ label: 'Show all applications', href: state.path }),
    )
  }
  if (total > 0) return emptyState('Nothing on this page', html`<a href="${state.path}">Go to the first page.</a>`)
  const words = 'Register an application to let people sign in to it over OpenID Connect.'
  const action = changeLink(view, { label: 'New Application', href: `${view.root}/applications/new` })
  return emptyState('No applications yet', words, action)
}

export function templatesPage(view: View): Html {
  return consolePage(view, {
    section: 'applications',
    title: 'New Application',
    crumbs: [{ label: 'Applications', href: `${view.root}/applications` }],
    lead: 'Choose what kind of application it is.',
    body: cardLinks(
      Object.entries(TEMPLATES).map(([name, { label, words }]) => ({
        title: label,
        href: `${view.root}/applications/new/${name}`,
        words,
      })),
    ),
  })
}

export function newApplicationPage(view: View, template: Template, { values, errors }: Draft): Html {
  const { label, words } = TEMPLATES[template]
  const shared = (name: string) => ({ name, value: valueOf(values, name), error: errorOf(errors, name) })
  return consolePage(view, {
    section: 'applications',
    title: label,
    crumbs: [
      { label: 'Applications', href: `${view.root}/applications` },
      { label: 'New Application', href: `${view.root}/applications/new` },
    ],
    lead: words,
    body: [
      errorSummary(errors),
      panel(
        {},
        html`<form method="post" action="${view.root}/applications/new/${template}">
          ${tokenField(view.formToken)}
          ${field({ ...shared('name'), label: 'Name', required: true, maxlength: 100, autocomplete: 'off', autofocus: errors.length === 0 })}
          ${select({ ...shared('protocol'), label: 'Protocol', choices: [{ value: 'oidc', label: 'OpenID Connect' }], value: 'oidc' })}
          ${templateFields(template, { values, errors })}
          <div class="buttons">
            ${button({ label: 'Create', kind: 'primary' })}
            ${linkButton({ label: 'Cancel', href: `${view.root}/applications` })}
          </div>
        </form>`,
      ),
    ],
  })
}

/** Where people are sent back to, if the template sends anybody; of a standard-based one all that a template decides. */
function templateFields(template: Template, draft: Draft): Content {
  const { grantTypes, tokenEndpointAuthMethod } = TEMPLATES[template]
  const hasCode = grantTypes.some((type) => type === 'authorization_code')
  if (template !== 'standard-based-application') return hasCode ? redirectUrlsField(draft, [], true) : ''
  return [
    redirectUrlsField(draft, [], false),
    methodField(draft, tokenEndpointAuthMethod),
    grantBoxes(draft, grantTypes),
  ]
}
