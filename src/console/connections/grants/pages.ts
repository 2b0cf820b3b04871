import { html } from 'hono/html'
import type { ConnectionRow } from '../../../connections/queries.ts'
import type { FieldError } from '../../../core/errors.ts'
import type { RoleRow } from '../../../directory/roles/queries.ts'
import { button, checkbox, type Content, errorOf, errorSummary, field, hidden, type Html } from '../../../html.ts'
import { type Choice, datalist, radios, select } from '../../../html/choices.ts'
import { panel } from '../../../html/parts.ts'
import { changeForm, mayChange } from '../../changes.ts'
import type { View } from '../../frame.ts'
import { audienceInWords } from '../../users/user-pages.ts'
import { connectionPage, connectionPath } from '../connection-pages.ts'
import { CLAIMS } from '../jit/pages.ts'
import type { GrantFields, GrantKind, GrantRow } from './form.ts'

export type GrantsPage = {
  readonly groups: GrantFields
  readonly roles: GrantFields
  /** What is wrong, and with which of the two forms. */
  readonly errors: readonly FieldError[]
  readonly at: GrantKind | undefined
  readonly allRoles: readonly RoleRow[]
  readonly someGroups: readonly string[]
}

const WORDS = {
  groups: { title: 'Groups', one: 'group', many: 'groups' },
  roles: { title: 'Roles', one: 'role', many: 'roles' },
} as const

export function grantsPage(view: View, connection: ConnectionRow, page: GrantsPage): Html {
  return connectionPage(view, connection, 'groups', [
    errorSummary(page.errors),
    html`<p class="help">
      What the provider has somebody in can put her into groups here and give her roles, at every sign-in. It is
      remembered what came from here: what the provider takes away takes away exactly that.
    </p>`,
    grantPanel(view, connection, 'groups', page),
    grantPanel(view, connection, 'roles', page),
    datalist('claims', CLAIMS),
    datalist('groups', page.someGroups),
  ])
}

function grantPanel(view: View, connection: ConnectionRow, kind: GrantKind, page: GrantsPage): Html {
  const path = `${connectionPath(view, connection)}/groups`
  const errors = page.at === kind ? page.errors : []
  const fields = page[kind]
  const { title, many } = WORDS[kind]
  // Two forms have the same names: those of the one that is not looked at would point to the other.
  const within = (name: string) => (kind === 'roles' ? `roles.${name}` : name)
  const isSet = fields.claim !== ''
  return panel(
    { title, lead: isSet ? `From the claim ${fields.claim}.` : `No ${many} are given here yet.` },
    changeForm(view, path, [
      hidden('kind', kind),
      html`<button class="unseen" type="submit" name="go" value="save">Update</button>`,
      field({
        name: within('claim'),
        label: 'Claim',
        list: 'claims',
        autocomplete: 'off',
        value: fields.claim,
        error: errorOf(errors, within('claim')),
        help: `Such as groups or realm_access.roles: a list, or one value. Left empty, no ${many} are given.`,
      }),
      fields.rows.map((row, i) => rowFields(kind, row, i, within, errors, page)),
      mayChange(view, path) ? html`<div>${button({ label: 'Add a row', name: 'go', value: 'add' })}</div>` : '',
      choices(kind, fields, within, errors),
    ]),
  )
}

function choices(
  kind: GrantKind,
  fields: GrantFields,
  within: (name: string) => string,
  errors: readonly FieldError[],
): Content {
  const { one, many } = WORDS[kind]
  return [
    checkbox({
      name: within('byName'),
      label: `What is in no row counts for the ${one} of that very name`,
      checked: fields.byName,
      error: errorOf(errors, within('byName')),
      help:
        kind === 'roles'
          ? 'If there is one that permits nothing in this server: a role that does is given by a row alone.'
          : 'If there is one that gives no such role; groups are not made.',
    }),
    radios({
      name: within('sync'),
      label: 'At every sign-in',
      value: fields.sync,
      error: errorOf(errors, within('sync')),
      choices: [
        { value: 'merge', label: 'Merge', help: `Takes away what it had given, and no other ${many}.` },
        { value: 'replace', label: 'Replace', help: `Takes away all other ${many} of hers as well.` },
      ],
    }),
  ]
}

function rowFields(
  kind: GrantKind,
  row: GrantRow,
  i: number,
  within: (name: string) => string,
  errors: readonly FieldError[],
  { allRoles }: GrantsPage,
): Html {
  const word = within(`word-${i}`)
  const target = within(`target-${i}`)
  const shared = { name: target, error: errorOf(errors, target), value: row.target }
  return html`<fieldset class="rule">
    <legend>Row ${i + 1}</legend>
    ${field({ name: word, label: 'The provider says', value: row.word, error: errorOf(errors, word), autocomplete: 'off' })}
    ${
      kind === 'groups'
        ? field({ ...shared, label: 'Group', list: 'groups', autocomplete: 'off' })
        : select({ ...shared, label: 'Role', choices: roleChoices(allRoles, row.target), empty: 'Choose a role' })
    }
    ${button({ label: html`Remove<span class="unseen"> row ${i + 1}</span>`, kind: 'quiet', name: 'go', value: `remove-${i}` })}
  </fieldset>`
}

function roleChoices(roles: readonly RoleRow[], present: string): readonly Choice[] {
  const known = roles.map((role) => ({ value: role.id, label: `${role.displayName} (${audienceInWords(role)})` }))
  const isGone = present !== '' && !roles.some(({ id }) => id === present)
  return isGone ? [...known, { value: present, label: `${present} (deleted)` }] : known
}
