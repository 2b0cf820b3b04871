import { html } from 'hono/html'
import type { ConnectionRow } from '../../../connections/queries.ts'
import { checkbox, type Content, errorOf, errorSummary, field, flash, type Html } from '../../../html.ts'
import { datalist, radios, select } from '../../../html/choices.ts'
import { panel } from '../../../html/parts.ts'
import { changeForm } from '../../changes.ts'
import { type Draft, drawnFrom, valueOf } from '../../form.ts'
import type { View } from '../../frame.ts'
import { connectionPage, connectionPath } from '../connection-pages.ts'
import { linkingPanel } from './linking-part.ts'
import { SCHEMES, SYNCS } from './words.ts'

export function jitPage(view: View, connection: ConnectionRow, domains: readonly string[], draft: Draft): Html {
  const path = `${connectionPath(view, connection)}/jit`
  return connectionPage(view, connection, 'jit', [
    errorSummary(draft.errors),
    connection.authenticator === null ? flash(noAuthenticator(view, connection), 'warning') : '',
    panel({}, changeForm(view, path, [drawnFrom(connection), provisioningFields(connection, domains, draft)])),
    linkingPanel(view, connection, domains, draft),
    datalist('claims', CLAIMS),
  ])
}

/** What providers say of people (OIDC Core section 5.1), and what some of them add. */
export const CLAIMS = [
  'sub',
  'preferred_username',
  'email',
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'picture',
  'profile',
  'locale',
  'zoneinfo',
  'phone_number',
  'address.locality',
  'upn',
  'oid',
  'employee_id',
  'department',
  'groups',
  'roles',
]

function provisioningFields({ jit }: ConnectionRow, domains: readonly string[], { values, errors }: Draft): Content {
  // The forms of this page share a draft: a box that was not in the one that was sent is not unticked.
  const isDraft = valueOf(values, 'attributeSync') !== undefined
  const ticked = (name: string, set: boolean) => (isDraft ? valueOf(values, name) === 'on' : set)
  return html`${checkbox({
    name: 'enabled',
    label: 'Just-in-Time (JIT) User Provisioning',
    checked: ticked('enabled', jit.enabled),
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
    choices: SCHEMES,
    value: valueOf(values, 'scheme') ?? jit.scheme,
    error: errorOf(errors, 'scheme'),
    help: 'What is asked of somebody who arrives for the first time.',
  })}
  ${radios({
    name: 'attributeSync',
    label: 'Attribute sync',
    choices: SYNCS,
    value: valueOf(values, 'attributeSync') ?? jit.attributeSync,
    error: errorOf(errors, 'attributeSync'),
    help: 'What happens to the profile each time the person signs in again. The tab Attributes may say otherwise of a single attribute.',
  })}
  ${field({
    name: 'userNameClaim',
    label: 'User name claim',
    list: 'claims',
    autocomplete: 'off',
    value: valueOf(values, 'userNameClaim') ?? jit.userNameClaim,
    error: errorOf(errors, 'userNameClaim'),
    help: 'The claim that a new user name is. Left empty: preferred_username, the e-mail address or the name, whichever can be read best. A name that somebody has gets an ending of its own.',
  })}
  ${field({
    name: 'requiredAttributes',
    label: 'Required attributes',
    type: 'lines',
    value: valueOf(values, 'requiredAttributes') ?? jit.requiredAttributes?.join('\n'),
    error: errorOf(errors, 'requiredAttributes'),
    help: 'One a line, such as emails or name.familyName. What the provider does not say of a new person, she is asked for.',
  })}
  ${checkbox({
    name: 'restrictToDomains',
    label: 'Only people of the connection’s e-mail domains',
    checked: ticked('restrictToDomains', jit.restrictToDomains === true),
    error: errorOf(errors, 'restrictToDomains'),
    help:
      domains.length > 0
        ? `Others get no account: ${domains.join(', ')}.`
        : 'Others get no account. The connection has no domains yet: its settings name them.',
  })}`
}

function noAuthenticator(view: View, connection: ConnectionRow): Html {
  return html`Nobody can sign in through this connection yet. Fill in its
    <a href="${connectionPath(view, connection)}/settings">settings</a> first.`
}
