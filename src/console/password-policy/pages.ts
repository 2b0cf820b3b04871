import { html } from 'hono/html'
import type { PasswordPolicy } from '../../db/schema.ts'
import { describePolicy } from '../../directory/passwords/policy.ts'
import { checkbox, errorOf, errorSummary, field, type Html } from '../../html.ts'
import { facts, panel } from '../../html/parts.ts'
import { changeForm, readOnlyNote } from '../changes.ts'
import { type Draft, valueOf } from '../form.ts'
import { consolePage, type View } from '../frame.ts'

const CLASSES = [
  ['digit', 'A digit'],
  ['upperCase', 'An upper-case letter'],
  ['lowerCase', 'A lower-case letter'],
  ['special', 'A special character, such as ! or @'],
] as const

export function policyPath(view: View): string {
  return `${view.root}/password-policy`
}

export function policyPage(view: View, policy: PasswordPolicy, draft: Draft): Html {
  return consolePage(view, {
    section: 'password-policy',
    title: 'Password policy',
    lead: 'What a password needs, whoever sets it: an administrator in this console, or a client over SCIM.',
    body: [
      errorSummary(draft.errors),
      readOnlyNote(view, policyPath(view)),
      panel(
        { lead: 'It holds for passwords that are set from now on. Those that are set already stay as they are.' },
        changeForm(view, policyPath(view), policyFields(policy, draft)),
      ),
      panel({ title: 'As people are told' }, facts([['Password', describePolicy(policy)]])),
    ],
  })
}

function policyFields(policy: PasswordPolicy, { values, errors }: Draft): Html {
  const isDraft = Object.keys(values).length > 0
  const number = (name: 'minLength' | 'history') => ({
    name,
    value: valueOf(values, name) ?? String(policy[name]),
    error: errorOf(errors, name),
    required: true,
    inputmode: 'numeric' as const,
    autocomplete: 'off',
  })
  return html`${field({ ...number('minLength'), label: 'Minimum length', help: 'Characters, from 1 to 128. Length protects more than any mixture: NIST SP 800-63B-4 asks for 15.' })}
    <fieldset class="choices">
      <legend>A password needs at least</legend>
      ${CLASSES.map(([name, label]) =>
        checkbox({ name, label, checked: isDraft ? valueOf(values, name) === 'on' : policy[name] }),
      )}
    </fieldset>
    ${field({ ...number('history'), label: 'Former passwords that may not come back', help: 'From 0 to 24. With 0 none is kept.' })}`
}
