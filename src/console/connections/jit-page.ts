import { html } from 'hono/html'
import { z } from 'zod'
import type { ConnectionRow } from '../../connections/queries.ts'
import { checkbox, errorOf, errorSummary, flash, type Html } from '../../html.ts'
import { radios, select } from '../../html/choices.ts'
import { panel } from '../../html/parts.ts'
import { changeForm } from '../changes.ts'
import { type Draft, valueOf } from '../form.ts'
import type { View } from '../frame.ts'
import { connectionPage, connectionPath } from './connection-pages.ts'

/** A scheme that is not offered is not sent, and stays as it is. */
export const jitForm = z.object({
  enabled: z
    .literal('on')
    .optional()
    .transform((value) => value === 'on'),
  userStore: z.literal('PRIMARY'),
  scheme: z.literal('silent').optional(),
  attributeSync: z.enum(['override', 'preserveLocal', 'none'], 'Choose one.'),
})

const SCHEMES = [
  { value: 'username', label: 'Prompt for username, password and consent' },
  { value: 'password', label: 'Prompt for password and consent' },
  { value: 'consent', label: 'Prompt for consent' },
  { value: 'silent', label: 'Provision silently' },
] as const

const SYNCS = [
  { value: 'override', label: 'Override: the profile follows the provider' },
  { value: 'preserveLocal', label: 'Preserve local: what the provider does not say stays' },
  { value: 'none', label: 'None: the profile is filled once, on arrival' },
] as const

export function jitPage(view: View, connection: ConnectionRow, { values, errors }: Draft): Html {
  const isDraft = Object.keys(values).length > 0
  const { jit } = connection
  return connectionPage(view, connection, 'jit', [
    errorSummary(errors),
    connection.authenticator === null ? flash(NO_AUTHENTICATOR(view, connection), 'warning') : '',
    panel(
      {},
      changeForm(
        view,
        `${connectionPath(view, connection)}/jit`,
        html`${checkbox({
          name: 'enabled',
          label: 'Just-in-Time (JIT) User Provisioning',
          checked: isDraft ? valueOf(values, 'enabled') === 'on' : jit.enabled,
          help: 'Whoever arrives through this connection for the first time becomes a user here.',
        })}
        ${select({
          name: 'userStore',
          label: 'User store',
          choices: [{ value: 'PRIMARY', label: 'PRIMARY' }],
          value: jit.userStore,
          error: errorOf(errors, 'userStore'),
        })}
        ${radios({
          name: 'scheme',
          label: 'Provisioning scheme',
          choices: SCHEMES.map((scheme) =>
            scheme.value === 'silent' ? scheme : { ...scheme, disabled: true, help: 'not offered yet' },
          ),
          value: valueOf(values, 'scheme') ?? jit.scheme,
          error: errorOf(errors, 'scheme'),
        })}
        ${select({
          name: 'attributeSync',
          label: 'Attribute sync',
          choices: SYNCS,
          value: valueOf(values, 'attributeSync') ?? jit.attributeSync,
          error: errorOf(errors, 'attributeSync'),
          help: 'What happens to the profile each time the person signs in again.',
        })} `,
      ),
    ),
  ])
}

const NO_AUTHENTICATOR = (view: View, connection: ConnectionRow) =>
  html`Nobody can sign in through this connection yet. Fill in its
    <a href="${connectionPath(view, connection)}/settings">settings</a> first.`
