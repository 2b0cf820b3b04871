import { html } from 'hono/html'
import type { Provisioner } from '../../applications/queries.ts'
import type { Content, Html } from '../../html.ts'
import { cardLinks } from '../../html/parts.ts'
import { mayOpen } from '../changes.ts'
import { consolePage, type View } from '../frame.ts'
import { AUTHORIZATION_LEAD, authorizationPolicyPath } from '../authorization-policy/pages.ts'
import { policyPath } from '../password-policy/pages.ts'
import { ALERTS_LEAD, alertsPath } from './alerts/pages.ts'
import { REGISTRATION_LEAD, registrationPath } from '../client-registration/pages.ts'
import { SIGN_UP_LEAD, signUpPath } from '../sign-up/pages.ts'
import { KEYS_LEAD, keysPath } from '../signing-keys/pages.ts'
import { newProvisionerButton, type Place, provisionerList } from '../provisioners/pages.ts'

const OUTBOUND = 'Outbound Provisioning Configuration'
const OUTBOUND_LEAD = 'Configure outbound provisioning settings for the resident application.'

const POLICY_LEAD = 'Choose what a password needs: its length, what it is made of, and which may not come back.'

export function loginRegistrationPage(view: View): Html {
  return consolePage(view, {
    section: 'login-registration',
    title: 'Login & Registration',
    lead: 'What holds for the whole organization.',
    body: [
      waysOn(view, 'Provisioning Settings', [
        { title: OUTBOUND, href: residentPath(view), words: OUTBOUND_LEAD },
        { title: 'Alerts', href: alertsPath(view), words: ALERTS_LEAD },
      ]),
      waysOn(view, 'Registration', [{ title: 'Sign-up', href: signUpPath(view), words: SIGN_UP_LEAD }]),
      waysOn(view, 'Passwords', [{ title: 'Password policy', href: policyPath(view), words: POLICY_LEAD }]),
      waysOn(view, 'Applications', [
        { title: 'Client registration', href: registrationPath(view), words: REGISTRATION_LEAD },
        { title: 'Authorization requests', href: authorizationPolicyPath(view), words: AUTHORIZATION_LEAD },
      ]),
      waysOn(view, 'Tokens', [{ title: 'Signing keys', href: keysPath(view), words: KEYS_LEAD }]),
    ],
  })
}

function waysOn(view: View, title: string, cards: Parameters<typeof cardLinks>[0]): Content {
  const open = cards.filter(({ href }) => mayOpen(view, href))
  if (open.length === 0) return ''
  return html`<section class="stack">
    <h2>${title}</h2>
    ${cardLinks(open)}
  </section>`
}

function residentPath(view: View): string {
  return `${view.root}/login-registration/provisioning/outbound`
}

/** The provisioners of the resident application; `isInside` for the pages that lie behind their list. */
export function residentPlace(view: View, isInside: boolean): Place {
  const path = residentPath(view)
  const up = { label: 'Login & Registration', href: `${view.root}/login-registration` }
  return {
    section: 'login-registration',
    path,
    crumbs: isInside ? [up, { label: OUTBOUND, href: path }] : [up],
    whose: 'the resident application',
  }
}

export function residentPage(view: View, rows: readonly Provisioner[]): Html {
  const place = residentPlace(view, false)
  const words =
    'The resident application is this console, the SCIM and management APIs, and people who arrive just in time. Choose the connectors that are to hear of their changes.'
  return consolePage(view, {
    section: place.section,
    title: OUTBOUND,
    crumbs: place.crumbs,
    lead: OUTBOUND_LEAD,
    action: rows.length > 0 ? newProvisionerButton(view, place) : '',
    body: provisionerList(view, place, rows, words),
  })
}
