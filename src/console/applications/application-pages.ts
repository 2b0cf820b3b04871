import { html } from 'hono/html'
import { initiateLoginAddress } from '../../applications/initiate-login.ts'
import type { ApplicationRow, Provisioner } from '../../applications/queries.ts'
import { type Content, errorSummary, type Html, linkButton } from '../../html.ts'
import { confirmation, panel, pageTabs } from '../../html/parts.ts'
import { changeForm, mayChange, mayOpen, readOnlyNote } from '../changes.ts'
import { type Draft, drawnFrom } from '../form.ts'
import { consolePage, type View } from '../frame.ts'
import { nameAndDescription } from '../name-fields.ts'
import { newProvisionerButton, type Place, provisionerList } from '../provisioners/pages.ts'
import { templateLabel } from './pages.ts'

export type ApplicationTab = 'general' | 'protocol' | 'api-access' | 'login-flow' | 'provisioning'
const TABS: readonly (readonly [ApplicationTab, string])[] = [
  ['general', 'General'],
  ['protocol', 'Protocol'],
  ['api-access', 'API Access'],
  ['login-flow', 'Login Flow'],
  ['provisioning', 'Provisioning'],
]

export function applicationPath(view: View, application: { readonly id: string }): string {
  return `${view.root}/applications/${application.id}`
}

/** The way back up from a page that lies behind the application's tabs. */
export function applicationCrumbs(view: View, application: ApplicationRow) {
  return [
    { label: 'Applications', href: `${view.root}/applications` },
    { label: application.name, href: applicationPath(view, application) },
  ]
}

/** The frame of an application's pages: its name, its tabs. */
export function applicationPage(view: View, application: ApplicationRow, tab: ApplicationTab, body: Content): Html {
  const path = applicationPath(view, application)
  return consolePage(view, {
    section: 'applications',
    title: application.name,
    crumbs: [{ label: 'Applications', href: `${view.root}/applications` }],
    lead: application.description ?? templateLabel(application),
    body: [pageTabs('Application', path, TABS, tab), readOnlyNote(view, path), body],
  })
}

export function generalPage(view: View, application: ApplicationRow, draft: Draft): Html {
  const path = applicationPath(view, application)
  return applicationPage(view, application, 'general', [
    errorSummary(draft.errors),
    panel({}, changeForm(view, path, [drawnFrom(application), nameAndDescription(application, draft)])),
    startPanel(view, application),
    mayChange(view, path)
      ? panel(
          { title: 'Delete application', lead: 'Nobody can sign in to it afterwards. Users stay.', destroys: true },
          html`<div>${linkButton({ label: 'Delete application', href: `${path}/delete`, kind: 'danger' })}</div>`,
        )
      : '',
  ])
}

/** Where a sign-in to the application begins, if it said so (OpenID Connect Core section 4). */
function startPanel(view: View, application: ApplicationRow): Content {
  const href = initiateLoginAddress(view.scope, application)
  if (href === undefined) return ''
  const link = html`<a class="button plain" href="${href}" rel="noreferrer">Open ${application.name}</a>`
  return panel(
    { title: 'Sign in to it', lead: 'The application begins a sign-in of its own there.' },
    html`<div>${link}</div>`,
  )
}

/** The application's provisioners; `isInside` for the pages that lie behind their list. */
export function provisioningPlace(view: View, application: ApplicationRow, isInside: boolean): Place {
  const path = `${applicationPath(view, application)}/provisioning`
  const crumbs = applicationCrumbs(view, application)
  return {
    section: 'applications',
    path,
    crumbs: isInside ? [...crumbs, { label: 'Provisioning', href: path }] : crumbs,
    whose: application.name,
  }
}

export function provisioningPage(view: View, application: ApplicationRow, rows: readonly Provisioner[]): Html {
  const place = provisioningPlace(view, application, false)
  const resident = `${view.root}/login-registration/provisioning/outbound`
  const words = html`Its changes go out as those of the
  ${mayOpen(view, resident) ? html`<a href="${resident}">resident application</a>` : 'resident application'} do, until
  it has provisioners of its own.`
  return applicationPage(view, application, 'provisioning', [
    rows.length > 0
      ? html`<div class="title">
          <div>
            <h2>Outbound Provisioning</h2>
            <p class="lead">
              In place of the resident application’s provisioners, for changes made by this application.
            </p>
          </div>
          <div class="buttons">${newProvisionerButton(view, place)}</div>
        </div>`
      : '',
    provisionerList(view, place, rows, words),
  ])
}

export function deleteApplicationPage(view: View, application: ApplicationRow, provisioners: number): Html {
  const path = applicationPath(view, application)
  return consolePage(view, {
    section: 'applications',
    title: 'Delete application',
    crumbs: applicationCrumbs(view, application),
    body: confirmation({
      question: `Delete ${application.name}?`,
      goes: [
        'Its client ID and secret are worth nothing any more: nobody can sign in to it. This cannot be undone.',
        'Sign-ins to it that are under way end.',
        provisioners > 0 &&
          `${provisioners} of its own ${provisioners === 1 ? 'provisioner goes' : 'provisioners go'} too.`,
      ].filter((line) => line !== false),
      action: `${path}/delete`,
      cancel: path,
      label: 'Delete application',
      formToken: view.formToken,
    }),
  })
}
