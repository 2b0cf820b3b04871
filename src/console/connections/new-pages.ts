import { html } from 'hono/html'
import { button, type Content, errorOf, errorSummary, field, type Html, linkButton, tokenField } from '../../html.ts'
import { panel, steps } from '../../html/parts.ts'
import { type Draft, valueOf } from '../form.ts'
import { consolePage, type View } from '../frame.ts'
import { KINDS } from './pages.ts'
import { BASICS } from './settings/fields.ts'
import { groupFields, NOTHING_SET } from './settings/parts.ts'

const STEPS = ['General Settings', 'Authenticator']

function newPage(view: View, kind: keyof typeof KINDS, lead: string, { errors }: Draft, body: Content): Html {
  return consolePage(view, {
    section: 'connections',
    title: KINDS[kind],
    crumbs: [
      { label: 'Connections', href: `${view.root}/connections` },
      { label: 'New Connection', href: `${view.root}/connections/new` },
    ],
    lead,
    body: [errorSummary(errors), body],
  })
}

function nameField({ values, errors }: Draft): Html {
  return field({
    name: 'name',
    label: 'Name',
    required: true,
    placeholder: 'Enter a name for the connection.',
    value: valueOf(values, 'name'),
    error: errorOf(errors, 'name'),
    autocomplete: 'off',
    maxlength: 100,
    autofocus: errors.length === 0,
  })
}

function cancel(view: View): Html {
  return linkButton({ label: 'Cancel', href: `${view.root}/connections` })
}

export function newCustomPage(view: View, draft: Draft): Html {
  const form = html`<form method="post" action="${view.root}/connections/new/custom">
    ${tokenField(view.formToken)} ${nameField(draft)}
    ${field({
      name: 'description',
      label: 'Description',
      type: 'lines',
      placeholder: 'Enter a description of the connection.',
      value: valueOf(draft.values, 'description'),
      error: errorOf(draft.errors, 'description'),
    })}
    <div class="buttons">${button({ label: 'Create', kind: 'primary' })} ${cancel(view)}</div>
  </form>`
  return newPage(view, 'custom', 'Create a new Connection with minimum configurations.', draft, panel({}, form))
}

export function newProviderPage(view: View, draft: Draft): Html {
  const form = html`<form method="post" action="${view.root}/connections/new/standard-based">
    ${tokenField(view.formToken)} ${nameField(draft)}
    <p class="help">People see it on the sign-in page: “Sign In With …”.</p>
    <div class="buttons">${button({ label: 'Next', kind: 'primary' })} ${cancel(view)}</div>
  </form>`
  const lead = 'Let people sign in with their account at an OpenID Connect provider.'
  return newPage(view, 'standard-based', lead, draft, [steps(STEPS, 0), panel({}, form)])
}

export function newAuthenticatorPage(view: View, name: string, draft: Draft): Html {
  const path = `${view.root}/connections/new/standard-based`
  const form = html`<form method="post" action="${path}/authenticator">
    ${tokenField(view.formToken)} ${groupFields(BASICS, NOTHING_SET, draft)}
    <div class="buttons">
      ${button({ label: 'Finish', kind: 'primary' })} ${linkButton({ label: 'Previous', href: path })} ${cancel(view)}
    </div>
  </form>`
  const lead = html`For <strong>${name}</strong>: what its administrator gave you when our server was registered there.`
  return newPage(view, 'standard-based', `How ${name} signs people in.`, draft, [
    steps(STEPS, 1),
    panel({ title: BASICS.title, lead }, form),
  ])
}
