import { html } from 'hono/html'
import type { SignUpPolicy } from '../../db/schema.ts'
import { checkbox, errorOf, errorSummary, type Html } from '../../html.ts'
import { radios } from '../../html/choices.ts'
import { codeBlock, facts, panel } from '../../html/parts.ts'
import { changeForm, readOnlyNote } from '../changes.ts'
import { type Draft, valueOf } from '../form.ts'
import { consolePage, type View } from '../frame.ts'

export const SIGN_UP_LEAD = 'Choose whether people may make an account for themselves, and what their user name is.'

export function signUpPath(view: View): string {
  return `${view.root}/sign-up`
}

export function signUpSettingsPage(view: View, policy: SignUpPolicy, draft: Draft): Html {
  return consolePage(view, {
    section: 'login-registration',
    title: 'Sign-up',
    crumbs: [{ label: 'Login & Registration', href: `${view.root}/login-registration` }],
    lead: 'Whether people may make an account for themselves.',
    body: [
      errorSummary(draft.errors),
      readOnlyNote(view, signUpPath(view)),
      panel({}, changeForm(view, signUpPath(view), fields(policy, draft))),
      panel({ title: 'Where people sign up' }, [
        facts([['Page', codeBlock('sign-up', `${view.scope.issuer}/signup`)]]),
        mailNote(view),
      ]),
    ],
  })
}

function fields(policy: SignUpPolicy, { values, errors }: Draft): Html {
  const isDraft = Object.keys(values).length > 0
  return html`${checkbox({
    name: 'enabled',
    label: 'People may sign up',
    checked: isDraft ? valueOf(values, 'enabled') === 'on' : policy.enabled,
    help: 'The sign-in page leads to the sign-up page then, and applications may ask for it with prompt=create.',
  })}
  ${radios({
    name: 'userName',
    label: 'The user name is',
    value: valueOf(values, 'userName') ?? policy.userName,
    error: errorOf(errors, 'userName'),
    choices: [
      {
        value: 'email',
        label: 'the e-mail address',
        help: 'Nobody learns who has an account: whoever has one already is told so by mail.',
      },
      { value: 'chosen', label: 'chosen', help: 'A name that is taken is said to be so.' },
    ],
  })}`
}

function mailNote({ scope }: View): Html {
  const words =
    scope.platform.config.mail.kind === 'none'
      ? 'This server sends no mail: accounts are made at once, and nobody shows that an address is hers.'
      : 'An account is made once the link that was mailed to the address has been followed.'
  return html`<p class="help">${words}</p>`
}
