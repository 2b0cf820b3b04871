import { html } from 'hono/html'
import { initiateLoginAddress } from '../../applications/initiate-login.ts'
import { type Content, type Html, linkButton } from '../../html.ts'
import { panel } from '../../html/parts.ts'
import { inWords } from '../../oidc/consent/scope-words.ts'
import type { GivenConsent } from '../../oidc/consent/queries.ts'
import { confirmationPage } from '../confirm.ts'
import { accountPage, type AccountView, sectionPath } from '../frame.ts'
import { writtenDay } from '../time.ts'
import { applicationWords } from './words.ts'

export function applicationsPage(view: AccountView, consents: readonly GivenConsent[]): Html {
  const words = applicationWords(view.language)
  return accountPage(view, {
    section: 'applications',
    body:
      consents.length === 0
        ? panel({}, html`<p class="help">${words.none}</p>`)
        : consents.map((one) => consentPanel(view, one)),
  })
}

function consentPanel(view: AccountView, consent: GivenConsent): Html {
  const { applicationId, application, scopes, grantedAt } = consent
  const words = applicationWords(view.language)
  return panel(
    {
      title: application,
      lead: html`${words.since} ${writtenDay(grantedAt, view.language)}`,
      action: linkButton({
        label: html`${words.withdraw}<span class="unseen"> ${application}</span>`,
        href: withdrawPath(view, applicationId),
      }),
    },
    html`<ul class="goes">
        ${scopes.map((scope) => html`<li>${inWords(view.language, scope)}</li>`)}
      </ul>
      ${startLink(view, consent)}`,
  )
}

/** Where a sign-in to it begins, if it said so (OpenID Connect Core section 4). */
function startLink(view: AccountView, consent: GivenConsent): Content {
  const href = initiateLoginAddress(view.scope, consent)
  if (href === undefined) return ''
  return html`<div>
    <a class="button plain" href="${href}" rel="noreferrer"
      >${applicationWords(view.language).open(consent.application)}</a
    >
  </div>`
}

export function withdrawPage(view: AccountView, { applicationId, application }: GivenConsent): Html {
  const words = applicationWords(view.language)
  return confirmationPage(view, {
    section: 'applications',
    action: withdrawPath(view, applicationId),
    goes: words.goes(application),
    label: words.withdraw,
    title: words.question(application),
  })
}

function withdrawPath(view: AccountView, applicationId: string): string {
  return sectionPath(view, 'applications', `/${encodeURIComponent(applicationId)}/withdraw`)
}
