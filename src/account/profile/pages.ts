import { html } from 'hono/html'
import type { FieldError } from '../../core/errors.ts'
import { inOrderOfNames, LANGUAGES } from '../../core/language.ts'
import { button, errorOf, errorSummary, field, hidden, type Html, linkButton, tokenField } from '../../html.ts'
import { select } from '../../html/choices.ts'
import { badge, facts, panel } from '../../html/parts.ts'
import { LANGUAGE_NAMES } from '../../html/words.ts'
import { accountPage, type AccountView, sectionPath } from '../frame.ts'
import { accountWords } from '../words.ts'
import { languagesFor, type Profile } from './edit.ts'
import { profileWords } from './words.ts'

export type ShownProfile = {
  readonly userName: string
  /** As it is, which the form sends back, and as it was typed. */
  readonly shown: Profile
  readonly typed: Profile
  readonly email: string | undefined
  readonly isVerified: boolean
  readonly canMail: boolean
  readonly errors: readonly FieldError[]
}

export function profilePage(view: AccountView, profile: ShownProfile): Html {
  return accountPage(view, {
    section: 'profile',
    body: [errorSummary(profile.errors), form(view, profile), emailPanel(view, profile)],
  })
}

function form(view: AccountView, { userName, shown, typed, errors }: ShownProfile): Html {
  const words = profileWords(view.language)
  const of = (name: keyof Profile) => ({
    name,
    label: words[name],
    value: typed[name],
    error: errorOf(errors, name),
  })
  const choices = languagesFor(shown.language).map((value) => ({
    value,
    label: LANGUAGE_NAMES[LANGUAGES.find((one) => one === value) ?? 'en'],
  }))
  const known = choices.map((choice) =>
    LANGUAGES.some((one) => one === choice.value) ? choice : { ...choice, label: choice.value },
  )
  return panel(
    {},
    html`${facts([[words.userName, userName]])}
      <form method="post" action="${sectionPath(view, 'profile')}">
        ${tokenField(view.formToken)} ${hidden('shown', JSON.stringify(shown))}
        ${field({ ...of('displayName'), autocomplete: 'name', maxlength: 200 })}
        <div class="pair">
          ${inOrderOfNames(
            view.language,
            field({ ...of('givenName'), autocomplete: 'given-name', maxlength: 200 }),
            field({ ...of('familyName'), autocomplete: 'family-name', maxlength: 200 }),
          )}
        </div>
        ${field({ ...of('phone'), type: 'tel', autocomplete: 'tel', maxlength: 40 })}
        ${select({ ...of('language'), choices: known, empty: words.noLanguage })}
        <div>${button({ label: words.save, kind: 'primary' })}</div>
      </form>`,
  )
}

function emailPanel(view: AccountView, { email, isVerified, canMail }: ShownProfile): Html {
  const words = profileWords(view.language)
  const state = isVerified ? badge(words.confirmed, 'good') : badge(words.unconfirmed, 'wait')
  const change = linkButton({
    label: html`${words.change}<span class="unseen"> ${words.email}</span>`,
    href: sectionPath(view, 'profile', '/email'),
  })
  return panel({ title: words.email }, [
    html`<p>${email === undefined ? words.noEmail : html`<strong>${email}</strong> ${state}`}</p>`,
    canMail ? '' : html`<p class="help">${words.noMail}</p>`,
    canMail
      ? html`<div class="buttons">
          ${
            email === undefined || isVerified
              ? ''
              : html`<form class="inline" method="post" action="${sectionPath(view, 'profile')}">
                  ${tokenField(view.formToken)} ${hidden('send', 'link')} ${button({ label: words.confirm })}
                </form>`
          }
          ${change}
        </div>`
      : '',
  ])
}

export function emailPage(view: AccountView, typed: string, errors: readonly FieldError[] = []): Html {
  const words = profileWords(view.language)
  return accountPage(view, {
    section: 'profile',
    title: words.changeTitle,
    body: [
      errorSummary(errors),
      panel(
        { lead: words.changeLead },
        html`<form method="post" action="${sectionPath(view, 'profile', '/email')}">
          ${tokenField(view.formToken)}
          ${field({
            name: 'email',
            label: words.newEmail,
            type: 'email',
            value: typed,
            autocomplete: 'email',
            required: true,
            maxlength: 200,
            error: errorOf(errors, 'email'),
          })}
          <div class="buttons">
            ${button({ label: words.send, kind: 'primary' })}
            ${linkButton({ label: accountWords(view.language).cancel, href: sectionPath(view, 'profile') })}
          </div>
        </form>`,
      ),
    ],
  })
}
