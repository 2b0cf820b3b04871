import { html } from 'hono/html'
import type { ApplicationRow } from '../../applications/queries.ts'
import type { ConnectionRow } from '../../connections/queries.ts'
import { attr, checkbox, errorOf, errorSummary, type Html } from '../../html.ts'
import { radios } from '../../html/choices.ts'
import { policyOf, secondOptions } from '../../session/second-factor.ts'
import { changeForm, mayChange } from '../changes.ts'
import { type Draft, drawnFrom, valueOf, valuesOf } from '../form.ts'
import type { View } from '../frame.ts'
import { applicationPage, applicationPath } from './application-pages.ts'
import { nameOfOption } from './form.ts'

type Option = { readonly name: string; readonly label: string; readonly help?: string }

const FIRST: readonly Option[] = [
  { name: 'password', label: 'Username & Password' },
  { name: 'passkey', label: 'Passkey', help: 'By fingerprint, face or PIN. It is both steps at once.' },
]
const SECOND: readonly Option[] = [
  { name: 'totp', label: 'Code of an authenticator app', help: 'A recovery code stands in for it.' },
  { name: 'passkey', label: 'Passkey or security key' },
]
const POLICIES = [
  { value: 'never', label: 'Nobody', help: 'One step is enough, also for people who have a second factor.' },
  { value: 'enrolled', label: 'People who have one', help: 'Whoever has set up a second factor is asked for it.' },
  { value: 'always', label: 'Everybody', help: 'Who has none sets one up while signing in.' },
]

/** What people choose from on the sign-in page, and who does a second step. */
export function loginFlowPage(
  view: View,
  application: ApplicationRow,
  connections: readonly ConnectionRow[],
  { values, errors }: Draft,
): Html {
  const { loginFlow } = application
  const isDraft = errors.length > 0
  const second = isDraft ? valuesOf(values, 'second') : secondOptions(loginFlow)
  const policy = (isDraft ? valueOf(values, 'secondFactor') : undefined) ?? policyOf(loginFlow)
  return applicationPage(view, application, 'login-flow', [
    errorSummary(errors),
    html`<section class="panel">
      ${changeForm(view, `${applicationPath(view, application)}/login-flow`, [
        drawnFrom(application),
        html`<h2>Step 1</h2>
          <p class="help">People choose one of these on the sign-in page.</p>`,
        firstStep(view, application, connections, { values, errors }),
        checkbox({
          name: 'identifierFirst',
          label: 'Ask for the username or email address first',
          help: 'An address of a domain of a connection above leads to that connection; anything else, to the password. A connection with email domains has no button then.',
          checked: isDraft ? values.identifierFirst === 'on' : loginFlow.identifierFirst === true,
        }),
        html`<h2>Step 2</h2>`,
        radios({ name: 'secondFactor', label: 'Who is asked for a second factor', choices: POLICIES, value: policy }),
        boxes('second', 'What it may be', SECOND, second, errorOf(errors, 'second')),
      ])}
    </section>`,
  ])
}

function firstStep(
  view: View,
  application: ApplicationRow,
  connections: readonly ConnectionRow[],
  { values, errors }: Draft,
): Html {
  const present = (application.loginFlow.steps[0]?.options ?? []).map(nameOfOption)
  const ticked = errors.length > 0 ? valuesOf(values, 'options') : present
  const all = [...FIRST, ...connections.map((row) => ({ name: row.id, label: row.name }))]
  const inFlow = present.flatMap((name) => all.filter((one) => one.name === name))
  const others = all.filter((one) => !present.includes(one.name))
  const isOpen = others.some((one) => ticked.includes(one.name))
  return html`<div>
    ${boxes('options', 'Sign-in options', inFlow, ticked, errorOf(errors, 'options'), true)}
    <details class="more" ${attr('open', isOpen)}>
      <summary>Add Sign In Option</summary>
      ${others.map((one) => optionBox('options', one, ticked))}
      ${others.some(({ name }) => name !== 'passkey' && name !== 'password') ? '' : noMore(view, connections)}
    </details>
  </div>`
}

function boxes(
  name: string,
  label: string,
  options: readonly Option[],
  ticked: readonly string[],
  error: string | undefined,
  isUnseen = false,
): Html {
  const id = `field-${name}`
  return html`<fieldset class="choices" id="${id}" ${attr('aria-describedby', error && `${id}-error`)}>
    <legend ${attr('class', isUnseen && 'unseen')}>${label}</legend>
    ${options.map((one) => optionBox(name, one, ticked))}
    ${error ? html`<p class="error" id="${id}-error">${error}</p>` : ''}
  </fieldset>`
}

function optionBox(field: string, { name, label, help }: Option, ticked: readonly string[]): Html {
  const id = field === 'options' ? `option-${name}` : `${field}-${name}`
  return html`<div class="field check">
    <input
      type="checkbox"
      id="${id}"
      name="${field}"
      value="${name}"
      ${attr('checked', ticked.includes(name))}${attr('aria-describedby', help && `${id}-help`)}
    />
    <label for="${id}">${label}</label>
    ${help ? html`<p class="help" id="${id}-help">${help}</p>` : ''}
  </div>`
}

function noMore(view: View, connections: readonly ConnectionRow[]): Html {
  const words =
    connections.length === 0
      ? 'No connection can sign people in yet.'
      : 'Every connection that can sign people in is above.'
  const path = `${view.root}/connections/new`
  return html`<p class="help">${words} ${mayChange(view, path) ? html`<a href="${path}">New Connection</a>` : ''}</p>`
}
