import { html } from 'hono/html'
import type { FieldError } from '../../core/errors.ts'
import type { TotpFactor } from '../../directory/factors/queries.ts'
import { errorSummary, type Html, linkButton } from '../../html.ts'
import { shownName } from '../../html/branding/parts.ts'
import { facts, panel } from '../../html/parts.ts'
import type { Seed } from '../../login/factors/enrolment.ts'
import { enrolmentForm } from '../../login/factors/pages.ts'
import { factorWords } from '../../login/factors/words.ts'
import { confirmationPage } from '../confirm.ts'
import { accountPage, type AccountView, sectionPath } from '../frame.ts'
import { codesPanel } from '../recovery-codes/pages.ts'
import { writtenDay } from '../time.ts'
import { totpWords } from './words.ts'

/** While there is no authenticator app: its key, to be confirmed. */
export function appOffPage(
  view: AccountView,
  enrolment: { readonly seed: Seed; readonly sealed: string; readonly errors: readonly FieldError[] },
): Html {
  const words = factorWords(view.language)
  const form = enrolmentForm({
    ...enrolment,
    issuer: shownName(view.scope.tenant),
    account: view.person.userName,
    action: sectionPath(view, 'totp'),
    formToken: view.formToken,
    fields: {},
    words,
  })
  return accountPage(view, {
    section: 'totp',
    body: [errorSummary(enrolment.errors), panel({ title: words.appTitle }, form)],
  })
}

/** While it is on. */
export function appOnPage(view: AccountView, factor: TotpFactor, codesLeft: number): Html {
  const words = totpWords(view.language)
  const day = (time: Date) => writtenDay(time, view.language)
  const list = facts([
    [words.since, day(factor.created)],
    [words.lastUsed, day(factor.lastUsed)],
  ])
  const remove = linkButton({ label: words.remove, href: sectionPath(view, 'totp', '/remove'), kind: 'danger' })
  return accountPage(view, {
    section: 'totp',
    body: [
      panel({ title: factorWords(view.language).appTitle, lead: words.isOn }, [
        list,
        html`<div class="buttons">${remove}</div>`,
      ]),
      codesPanel(view, codesLeft),
    ],
  })
}

export function removeAppPage(view: AccountView): Html {
  const words = totpWords(view.language)
  const action = sectionPath(view, 'totp', '/remove')
  return confirmationPage(view, {
    section: 'totp',
    action,
    goes: [words.goes],
    label: words.remove,
    title: words.question,
  })
}
