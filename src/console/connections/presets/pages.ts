import { html } from 'hono/html'
import { PRESETS } from '../../../connections/presets/presets.ts'
import type { ProviderPreset } from '../../../db/schema.ts'
import { button, errorOf, errorSummary, field, type Html, linkButton, tokenField } from '../../../html.ts'
import { codeBlock, panel } from '../../../html/parts.ts'
import { type Draft, valueOf } from '../../form.ts'
import { consolePage, type View } from '../../frame.ts'
import { fieldsOfPreset, type FormField } from './form.ts'
import { PRESET_LINES } from './words.ts'

export function presetPath(view: View, preset: ProviderPreset): string {
  return `${view.root}/connections/new/${preset}`
}

export function presetPage(view: View, preset: ProviderPreset, draft: Draft): Html {
  const { label, registration } = PRESETS[preset]
  const { values, errors } = draft
  return consolePage(view, {
    section: 'connections',
    title: label,
    crumbs: [
      { label: 'Connections', href: `${view.root}/connections` },
      { label: 'New Connection', href: `${view.root}/connections/new` },
    ],
    lead: PRESET_LINES[preset],
    body: [
      errorSummary(errors),
      preset === 'postern' ? '' : registrationPanel(view, registration),
      panel(
        { title: 'Connection', lead: preset === 'postern' ? IN_ONE_STEP : GIVEN_THERE },
        html`<form method="post" action="${presetPath(view, preset)}">
          ${tokenField(view.formToken)}
          ${field({
            name: 'name',
            label: 'Name',
            required: true,
            maxlength: 100,
            autocomplete: 'off',
            value: valueOf(values, 'name') ?? label,
            error: errorOf(errors, 'name'),
            help: 'People see it on the sign-in page: “Sign In With …”.',
          })}
          ${fieldsOfPreset(preset).map((one) => presetField(one, draft))}
          <div class="buttons">
            ${button({ label: 'Create', kind: 'primary' })}
            ${linkButton({ label: 'Cancel', href: `${view.root}/connections/new` })}
          </div>
        </form>`,
      ),
    ],
  })
}

const GIVEN_THERE = 'What you are given there. The rest is known, and can be changed afterwards.'
const IN_ONE_STEP =
  'This server registers itself there as a client, with a key of its own. Where it is registered by hand, take a Standard-Based IdP.'

function registrationPanel(view: View, registration: string): Html {
  return panel(
    { title: 'Register this server there', lead: registration },
    html`<div>
      <p class="label">Callback URL</p>
      ${codeBlock('callback-url', `${view.scope.issuer}/commonauth`)}
    </div>`,
  )
}

/** What is secret is not shown again, not even to whoever has just typed it. */
function presetField({ name, label, isRequired, placeholder, help }: FormField, { values, errors }: Draft): Html {
  const shared = {
    name,
    label,
    required: isRequired,
    autocomplete: 'off',
    error: errorOf(errors, name),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(help === undefined ? {} : { help }),
  }
  switch (name) {
    case 'clientSecret':
    case 'initialAccessToken':
      return field({ ...shared, type: 'password' })
    case 'privateKey':
      return field({ ...shared, type: 'lines' })
    case 'allowedTenants':
      return field({ ...shared, type: 'lines', value: valueOf(values, name) })
    default:
      return field({ ...shared, value: valueOf(values, name) })
  }
}
