/** What the forms of connectors are put together from. */
import { html } from 'hono/html'
import { attr, checkbox, type Content, errorOf, field, type Field, hidden, type Html } from '../../../html.ts'
import { type Choice, select } from '../../../html/choices.ts'
import { type Draft, valueOf } from '../../form.ts'
import type { Fields } from './kind.ts'

type Options = Partial<Pick<Field, 'help' | 'placeholder' | 'required' | 'type' | 'inputmode'>>

export type Inputs = {
  /** Which type of connector the form is of. */
  type(): Html
  text(name: string, label: string, options?: Options): Html
  secret(name: string, label: string, options?: Options): Html
  choice(name: string, label: string, choices: readonly Choice[]): Html
  check(name: string, label: string, help: string): Html
  more(names: readonly string[], begin: Fields, fields: Content): Html
}

/** With what was typed or else what is set. A secret is never shown; `given` says which there are already. */
export function inputsOf(set: Fields, given: readonly string[], { values, errors }: Draft): Inputs {
  const isDraft = Object.keys(values).length > 0
  const shared = (name: string) => ({
    name,
    value: valueOf(values, name) ?? set[name],
    error: errorOf(errors, name),
    autocomplete: 'off',
  })
  return {
    type: () => hidden('type', set.type ?? ''),
    text: (name, label, options = {}) => field({ ...shared(name), label, ...options }),
    secret: (name, label, { help, ...options } = {}) =>
      field({
        name,
        label,
        type: 'password',
        autocomplete: 'new-password',
        error: errorOf(errors, name),
        ...options,
        help: given.includes(name) ? 'One is set. It is never shown; leave this empty to keep it.' : help,
      }),
    choice: (name, label, choices) => select({ ...shared(name), label, choices }),
    check: (name, label, help) =>
      checkbox({
        name,
        label,
        help,
        checked: (isDraft ? valueOf(values, name) : set[name]) === 'on',
      }),
    more: (names, begin, fields) => moreSettings(names, { set, begin, draft: { values, errors } }, fields),
  }
}

/** What most connectors need not be told, folded; open where something is wrong in it, or not as it begins. */
export function moreSettings(
  names: readonly string[],
  { set, begin, draft }: { readonly set: Fields; readonly begin: Fields; readonly draft: Draft },
  fields: Content,
): Html {
  const isOpen = names.some(
    (name) =>
      errorOf(draft.errors, name) !== undefined || (valueOf(draft.values, name) ?? set[name] ?? '') !== begin[name],
  )
  return html`<details class="more" ${attr('open', isOpen)}>
    <summary>More settings</summary>
    <div class="stack">${fields}</div>
  </details>`
}

/** The fields about passwords. */
export function passwordInputs({ check, secret }: Inputs, help: string): readonly Html[] {
  return [
    check(
      'passwordProvisioning',
      'Enable Password Provisioning',
      'Passwords go out when they are set, so that people can sign in at the target with the same one.',
    ),
    secret('defaultPassword', 'Default Password', { help }),
  ]
}

/** Who goes out, and how many may go at once. */
export const LIMITS = ['userFilter', 'deletionGuard'] as const
export function limitInputs(inputs: Inputs): readonly Html[] {
  return [userFilterInput(inputs), guardInput(inputs)]
}

export function userFilterInput({ text }: Inputs): Html {
  return text('userFilter', 'User Filter', {
    placeholder: 'userType eq "Employee"',
    help: 'A SCIM filter. Only users who match it go out; who does not any more goes from the target.',
  })
}

export function guardInput({ text }: Inputs): Html {
  return text('deletionGuard', 'Deletion Guard', {
    placeholder: '25',
    inputmode: 'numeric',
    help: 'In percent. When more of the target than this would be removed within a day, removals wait for your yes. 100: never.',
  })
}

/** The two fields of a provisioning pattern. */
export function patternInputs({ text }: Inputs, pattern: string, separator: string): readonly Html[] {
  return [
    text('pattern', pattern, {
      placeholder: '{UD,UN,TD,IDP}',
      help: 'What the name of an account is made of: UD user store domain, UN user name, TD tenant domain, IDP this connection. Empty: the user name.',
    }),
    text('separator', separator, { placeholder: '_', help: 'What stands between the parts. Empty: _' }),
  ]
}
