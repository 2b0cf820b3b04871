/** The forms of the sign-in page. Each goes to the page's own address, so that it can be asked for again, in another language say. */
import { html } from 'hono/html'
import type { FieldError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import { button, checkbox, errorOf, field, hidden, type Html, linkButton, tokenField } from '../../html.ts'
import type { Scope } from '../../platform.ts'
import type { SignInOptions } from '../options.ts'
import { loginWords } from '../words.ts'
import { firstWords } from './words.ts'

type Form = {
  readonly scope: Scope
  readonly language: Language
  readonly formToken: string
  readonly options: SignInOptions
  readonly query: Readonly<Record<string, string>>
  readonly userName: string
  readonly remember: boolean
  readonly errors: readonly FieldError[]
}

/** User name and password at once. */
export function passwordForm(page: Form): Html {
  const { language, options, userName, remember, errors } = page
  const say = loginWords(language)
  return html`<form method="post" action="${actionOf(page)}">
    ${shared(page)}
    ${field({
      name: 'username',
      label: say.username,
      value: userName,
      placeholder: say.usernameHint,
      autocomplete: options.passkey ? 'username webauthn' : 'username',
      required: true,
      autofocus: errors.length === 0 && userName === '',
      error: errorOf(errors, 'username'),
    })}
    ${passwordField(page, errors.length === 0 && userName !== '')}
    ${checkbox({ name: 'remember', label: say.remember, checked: remember })}
    ${button({ label: say.signIn, kind: 'primary', wide: true })}
  </form>`
}

/** Who she is, and nothing else: where it goes on depends on that. */
export function nameForm(page: Form): Html {
  const { language, options, userName, errors } = page
  const say = firstWords(language)
  return html`<form method="post" action="${actionOf(page)}">
    ${shared(page)}
    ${field({
      name: 'username',
      label: options.password ? say.nameOrAddress : say.address,
      value: userName,
      autocomplete: options.passkey ? 'username webauthn' : 'username',
      required: true,
      autofocus: errors.length === 0,
      error: errorOf(errors, 'username'),
    })}
    ${button({ label: say.goOn, kind: 'primary', wide: true })}
  </form>`
}

/** The password of whom the page before was told; another form leads back to that, with what was typed. */
export function passwordOfForm(page: Form): Html {
  const { language, userName, remember, errors } = page
  const say = firstWords(language)
  return html`<form method="post" action="${actionOf(page)}">
      ${shared(page)}
      <div class="field">
        <label for="field-username">${say.nameOrAddress}</label>
        <input type="text" id="field-username" name="username" value="${userName}" autocomplete="username" readonly />
      </div>
      ${passwordField(page, errors.length === 0)}
      ${checkbox({ name: 'remember', label: loginWords(language).remember, checked: remember })}
      ${button({ label: loginWords(language).signIn, kind: 'primary', wide: true })}
    </form>
    <form method="post" action="${actionOf(page)}">
      ${shared(page)} ${hidden('username', userName)}
      ${button({ label: say.another, kind: 'quiet', wide: true, name: 'back', value: 'on' })}
    </form>`
}

/** Where people of a domain sign in, for one of them who was refused here. */
export function hintOf(
  language: Language,
  { domain, name, href }: { readonly domain: string; readonly name: string; readonly href: string },
): Html {
  return html`<p>${firstWords(language).peopleOf(domain, name)}</p>
    ${linkButton({ label: loginWords(language).signInWith(name), href, wide: true })}`
}

function passwordField({ language, errors }: Form, autofocus: boolean): Html {
  const say = loginWords(language)
  return field({
    name: 'password',
    label: say.password,
    type: 'password',
    placeholder: say.passwordHint,
    autocomplete: 'current-password',
    required: true,
    autofocus,
    error: errorOf(errors, 'password'),
  })
}

function shared({ formToken, query }: Form): Html {
  return html`${tokenField(formToken)} ${Object.entries(query).map(([name, value]) => hidden(name, value))}`
}

function actionOf({ scope, query }: Form): string {
  const search = new URLSearchParams(query).toString()
  return `${scope.base}/login${search === '' ? '' : `?${search}`}`
}
