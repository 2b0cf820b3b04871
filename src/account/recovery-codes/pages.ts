import { html } from 'hono/html'
import { type Html, linkButton } from '../../html.ts'
import { panel } from '../../html/parts.ts'
import { continueButton, recoveryCodeList } from '../../login/factors/pages.ts'
import { factorWords } from '../../login/factors/words.ts'
import { confirmationPage } from '../confirm.ts'
import { accountPage, type AccountView } from '../frame.ts'
import type { SectionName } from '../sections.ts'
import { recoveryWords } from './words.ts'

/** How many recovery codes are left, and the way to new ones: a part of the pages of what they stand in for. */
export function codesPanel(view: AccountView, left: number): Html {
  const words = recoveryWords(view.language)
  return panel(
    { title: factorWords(view.language).codesTitle, lead: words.lead },
    html`<p>${left === 0 ? words.none : words.left(left)}</p>
      <div class="buttons">${linkButton({ label: words.renew, href: renewPath(view) })}</div>`,
  )
}

export function renewCodesPage(view: AccountView): Html {
  const words = recoveryWords(view.language)
  return confirmationPage(view, {
    section: 'totp',
    action: renewPath(view),
    goes: [words.goes],
    label: words.renew,
    title: words.question,
  })
}

/** Shown once: right after they were made. */
export function newCodesPage(
  view: AccountView,
  section: SectionName,
  { codes, next }: { readonly codes: readonly string[]; readonly next: string },
): Html {
  const words = factorWords(view.language)
  const body = panel({}, [recoveryCodeList(codes, words), html`<div>${continueButton(next, words)}</div>`])
  return accountPage(view, { section, title: words.codesTitle, isFinal: true, body })
}

function renewPath({ root }: AccountView): string {
  return `${root}/recovery-codes`
}
