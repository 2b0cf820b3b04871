import { html } from 'hono/html'
import { z } from 'zod'
import type { ApplicationRow } from '../../../applications/queries.ts'
import { FORMER_SECRET_SECONDS } from '../../../applications/secrets/commands.ts'
import { secretInput } from '../../../applications/settings.ts'
import { button, errorOf, errorSummary, type Html, linkButton, tokenField } from '../../../html.ts'
import { select } from '../../../html/choices.ts'
import { confirmation, panel } from '../../../html/parts.ts'
import { timeAgo } from '../../../html/time.ts'
import { type Draft, valueOf } from '../../form.ts'
import { consolePage, type View } from '../../frame.ts'
import { applicationCrumbs, applicationPath } from '../application-pages.ts'
import { METHODS } from './basics.ts'

const DAY = 86_400
/** How long the former secret may stay good, as the form offers it. */
const STAYS = [
  [0, 'Not at all: it ends at once'],
  [3600, 'An hour'],
  [DAY, 'A day'],
  [7 * DAY, 'A week'],
  [30 * DAY, 'Thirty days'],
] as const

export const secretForm = z
  .object({
    formerSecretSeconds: z
      .string()
      .regex(/^\d{1,8}$/, 'Choose one of these.')
      .transform(Number)
      .optional(),
    tokenEndpointAuthMethod: z.string().optional(),
  })
  .pipe(secretInput)

/** Asks before a new secret takes the place of the present one. */
export function newSecretPage(view: View, application: ApplicationRow, { values, errors }: Draft): Html {
  const path = applicationPath(view, application)
  const isSet = application.clientSecretHash !== null
  return consolePage(view, {
    section: 'applications',
    title: 'New client secret',
    crumbs: applicationCrumbs(view, application),
    body: [
      errorSummary(errors),
      panel(
        {
          title: `Make a new client secret for ${application.name}?`,
          lead: isSet
            ? 'The present secret becomes the former one. A former one that is still good ends.'
            : 'The application must prove itself with it from now on, with each request for a token.',
        },
        html`<form method="post" action="${path}/secret">
          ${tokenField(view.formToken)} ${isSet ? stayField({ values, errors }) : ''}
          ${methodField(application, { values, errors })}
          <p class="help">The new secret is shown once.</p>
          <div class="buttons">
            ${button({ label: 'Make a new secret', kind: 'primary' })}
            ${linkButton({ label: 'Cancel', href: `${path}/protocol` })}
          </div>
        </form>`,
      ),
    ],
  })
}

function stayField({ values, errors }: Draft): Html {
  return select({
    name: 'formerSecretSeconds',
    label: 'The present secret stays good for',
    choices: STAYS.map(([seconds, label]) => ({ value: String(seconds), label })),
    value: valueOf(values, 'formerSecretSeconds') ?? String(FORMER_SECRET_SECONDS),
    error: errorOf(errors, 'formerSecretSeconds'),
    help: 'Sign-ins fail from then on, unless the application has the new one.',
  })
}

function methodField({ tokenEndpointAuthMethod: present }: ApplicationRow, { values, errors }: Draft): Html {
  const choices = METHODS.filter(({ value }) => value.startsWith('client_secret_'))
  const isOne = choices.some(({ value }) => value === present)
  return select({
    name: 'tokenEndpointAuthMethod',
    label: 'Client authentication method',
    choices,
    value: valueOf(values, 'tokenEndpointAuthMethod') ?? (isOne ? present : 'client_secret_basic'),
    error: errorOf(errors, 'tokenEndpointAuthMethod'),
  })
}

export function endFormerSecretPage(view: View, application: ApplicationRow): Html {
  const path = applicationPath(view, application)
  const { formerSecretExpiresAt: until } = application
  return consolePage(view, {
    section: 'applications',
    title: 'End the former secret',
    crumbs: applicationCrumbs(view, application),
    body: confirmation({
      question: `End the former client secret of ${application.name} now?`,
      goes: [
        'Whatever still uses it is refused at once. This cannot be undone.',
        until && html`By itself it ends ${timeAgo(until, view.scope.now)}.`,
      ],
      action: `${path}/secret/former`,
      cancel: `${path}/protocol`,
      label: 'End the former secret',
      formToken: view.formToken,
    }),
  })
}
