import type { FieldError } from '../../core/errors.ts'
import { html } from 'hono/html'
import { button, errorOf, errorSummary, field, type Html, tokenField } from '../../html.ts'
import { panel } from '../../html/parts.ts'
import { accountPage, type AccountView, sectionPath } from '../frame.ts'
import { passwordWords } from './words.ts'

/** `rules` is the tenant's policy in words; nothing that was typed is shown again. */
export function passwordPage(view: AccountView, rules: string, errors: readonly FieldError[] = []): Html {
  const words = passwordWords(view.language)
  const shared = (name: string) => ({ name, type: 'password' as const, required: true, error: errorOf(errors, name) })
  return accountPage(view, {
    section: 'password',
    body: [
      errorSummary(errors),
      panel(
        {},
        html`<form method="post" action="${sectionPath(view, 'password')}">
          ${tokenField(view.formToken)}
          ${field({ ...shared('current'), label: words.current, autocomplete: 'current-password' })}
          ${field({ ...shared('password'), label: words.next, autocomplete: 'new-password', help: rules })}
          <div>${button({ label: words.change, kind: 'primary' })}</div>
        </form>`,
      ),
    ],
  })
}

/** For somebody who has no password to change. */
export function noPasswordPage(view: AccountView): Html {
  const words = passwordWords(view.language)
  return accountPage(view, { section: 'password', body: panel({}, html`<p>${words.none}</p>`) })
}
