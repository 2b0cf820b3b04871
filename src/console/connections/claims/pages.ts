import { html } from 'hono/html'
import type { ConnectionRow } from '../../../connections/queries.ts'
import type { FieldError } from '../../../core/errors.ts'
import type { ClaimRule } from '../../../db/schema.ts'
import { button, type Content, errorOf, errorSummary, field, type Html, linkButton } from '../../../html.ts'
import { datalist, select } from '../../../html/choices.ts'
import { confirmation, emptyState, panel } from '../../../html/parts.ts'
import { table } from '../../../html/table.ts'
import { changeForm, changeLink } from '../../changes.ts'
import { consolePage, type View } from '../../frame.ts'
import { connectionCrumbs, connectionPage, connectionPath } from '../connection-pages.ts'
import { CLAIMS } from '../jit/pages.ts'
import { SYNC_LABELS, SYNCS } from '../jit/words.ts'
import { transformsHelp } from '../mapping/pages.ts'
import { wordsOf } from '../mapping/transforms.ts'
import type { ClaimRow } from './form.ts'
import { STANDARD_RULES } from '../../../federation/claims/standard.ts'

export function claimsPath(view: View, connection: { readonly id: string }): string {
  return `${connectionPath(view, connection)}/attributes`
}

export function claimsPage(view: View, connection: ConnectionRow): Html {
  const path = claimsPath(view, connection)
  const { mapping } = connection.jit
  const lead =
    mapping === undefined
      ? 'What the provider says of a person who arrives, and where it goes in the profile: the standard claims.'
      : 'What the provider says of a person who arrives, and where it goes in the profile: this connection’s own mapping.'
  return connectionPage(view, connection, 'attributes', [
    html`<p class="help">
      ${lead} The subject (<code>sub</code>) is kept as the linked account, and the user name is chosen on the tab
      Just-in-Time Provisioning.
    </p>`,
    mapping?.length === 0
      ? panel({}, emptyState('Nothing is taken over', 'A new account has a user name, and nothing else.'))
      : ruleTable(connection, mapping ?? STANDARD_RULES),
    html`<div class="buttons">
      ${changeLink(view, { label: 'Change the mapping', href: `${path}/edit`, kind: 'primary' })}
      ${mapping === undefined ? '' : changeLink(view, { label: 'Use the standard claims', href: `${path}/standard` })}
    </div>`,
  ])
}

function ruleTable({ jit }: ConnectionRow, rules: readonly ClaimRule[]): Html {
  const usual = `${SYNC_LABELS[jit.attributeSync]} (as the connection)`
  return table({
    caption: 'Attribute mapping',
    rows: rules,
    columns: [
      { label: 'Claim', cell: sourceCell },
      { label: 'Attribute', cell: (row) => html`<code>${row.target}</code>` },
      {
        label: 'Transforms',
        cell: (row) => (row.transforms?.length ? html`<code>${wordsOf(row.transforms)}</code>` : ''),
      },
      { label: 'Sync', cell: (row) => (row.sync === undefined ? usual : SYNC_LABELS[row.sync]) },
    ],
  })
}

function sourceCell({ source, constant }: ClaimRule): Content {
  if (source !== undefined) return html`<code>${source}</code>`
  return constant === undefined ? 'Several' : html`The constant <code>${JSON.stringify(constant)}</code>`
}

export type ClaimsEditor = {
  readonly rows: readonly ClaimRow[]
  readonly errors: readonly FieldError[]
  /** The attributes that may be named, for suggestions. */
  readonly paths: readonly string[]
}

export function claimsEditor(view: View, connection: ConnectionRow, { rows, errors, paths }: ClaimsEditor): Html {
  const path = claimsPath(view, connection)
  const add = button({ label: 'Add a rule', name: 'go', value: 'add' })
  return consolePage(view, {
    section: 'connections',
    title: 'Attribute mapping',
    crumbs: connectionCrumbs(view, connection, { label: 'Attributes', path: '/attributes' }),
    lead: 'Each rule gives one attribute the value of a claim. The last one for an attribute has the last word.',
    body: [
      errorSummary(errors),
      changeForm(
        view,
        `${path}/edit`,
        panel({ title: 'Rules' }, [
          // What Enter presses in a field: the first button of a form.
          html`<button class="unseen" type="submit" name="go" value="save">Update</button>`,
          rows.length === 0
            ? emptyState('No rules', 'Without one, nothing that the provider says is taken over.', add)
            : [rows.map((row, i) => ruleFields(row, i, errors)), html`<div>${add}</div>`],
        ]),
        html`<div class="buttons send">
          ${button({ label: 'Update', kind: 'primary', name: 'go', value: 'save' })}
          ${linkButton({ label: 'Cancel', href: path })}
        </div>`,
      ),
      transformsHelp(CLAIM_PATHS, '{given_name}.{family_name}'),
      datalist('paths', paths),
      datalist('claims', CLAIMS),
    ],
  })
}

const CLAIM_PATHS = html`A claim may lie in another, <code>address.locality</code>, be one of several,
  <code>groups[0]</code>, or have dots in its name, which then stands in quotes:
  <code>"https://example.com/dept"</code>. An attribute is a SCIM path such as <code>name.givenName</code> or
  <code>emails[type eq "work"].value</code>. Transforms stand one behind the other, with a bar between:
  <code>trim | lowerCase | split "@" 0</code>; a template names claims.`

const SYNC_CHOICES = SYNCS.map(({ value, label }) => ({ value, label }))
const SOURCES = [
  { value: 'source', label: 'The claim' },
  { value: 'constant', label: 'The constant' },
]

function ruleFields(row: ClaimRow, i: number, errors: readonly FieldError[]): Html {
  const named = (name: string) => ({ name: `${name}-${i}`, error: errorOf(errors, `${name}-${i}`) })
  const list = row.from === 'constant' ? undefined : 'claims'
  return html`<fieldset class="rule">
    <legend>Rule ${i + 1}</legend>
    ${select({ ...named('from'), label: 'Value', choices: SOURCES, value: row.from })}
    ${field({ ...named('value'), label: 'Claim or constant', value: row.value, list, autocomplete: 'off' })}
    ${field({ ...named('target'), label: 'Attribute', value: row.target, list: 'paths', autocomplete: 'off' })}
    ${field({ ...named('transforms'), label: 'Transforms', value: row.transforms, autocomplete: 'off' })}
    ${field({ ...named('fallback'), label: 'Where there is no value', value: row.fallback, autocomplete: 'off' })}
    ${select({ ...named('sync'), label: 'Sync', choices: SYNC_CHOICES, empty: 'As the connection', value: row.sync })}
    ${button({ label: html`Remove<span class="unseen"> rule ${i + 1}</span>`, kind: 'quiet', name: 'go', value: `remove-${i}` })}
  </fieldset>`
}

export function standardPage(view: View, connection: ConnectionRow): Html {
  const path = claimsPath(view, connection)
  const count = connection.jit.mapping?.length ?? 0
  return consolePage(view, {
    section: 'connections',
    title: 'Use the standard claims',
    crumbs: connectionCrumbs(view, connection, { label: 'Attributes', path: '/attributes' }),
    body: confirmation({
      question: `Use the standard claims for ${connection.name}?`,
      goes: [
        `Its own mapping goes: ${count} ${count === 1 ? 'rule' : 'rules'}. This cannot be undone.`,
        'Profiles stay as they are until their people sign in again.',
      ],
      action: `${path}/standard`,
      cancel: path,
      label: 'Use the standard claims',
      formToken: view.formToken,
    }),
  })
}
