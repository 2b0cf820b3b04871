import { html } from 'hono/html'
import type { ConnectionRow, ConnectorRow } from '../../../connections/queries.ts'
import { button, type Content, errorOf, errorSummary, field, type Html, linkButton } from '../../../html.ts'
import { datalist, radios, select } from '../../../html/choices.ts'
import { emptyState, facts, panel } from '../../../html/parts.ts'
import { changeForm, mayChange, mayOpen, readOnlyNote } from '../../changes.ts'
import { consolePage, type View } from '../../frame.ts'
import { connectionPath } from '../connection-pages.ts'
import { connectorCrumbs } from '../connectors/place.ts'
import type { FieldError } from '../../../core/errors.ts'
import { BASES, type MappingFields, type Row, SOURCES, WHEN } from './form.ts'
import { transformsOf } from './transforms.ts'

function mappingPath(view: View, connection: ConnectionRow, connector: ConnectorRow): string {
  return `${connectionPath(view, connection)}/connectors/${connector.id}/attributes`
}

/** The way to it from the connector's page. */
export function mappingPart(view: View, connection: ConnectionRow, connector: ConnectorRow): Html {
  const { mapping } = connector.settings
  const rules = mapping?.rules.length ?? 0
  return panel(
    {
      title: 'Attribute mapping',
      lead:
        mapping === undefined
          ? 'Users go out as they are here.'
          : `${BASES[mapping.base]}, changed by ${rules} ${rules === 1 ? 'rule' : 'rules'}.`,
    },
    html`<div>${linkButton({ label: 'Attribute mapping', href: mappingPath(view, connection, connector) })}</div>`,
  )
}

const PATHS = html`A path is an attribute of SCIM: <code>userName</code>, <code>name.givenName</code>,
  <code>emails[type eq "work"].value</code>,
  <code>urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department</code>. Transforms stand one behind the
  other, with a bar between: <code>trim | lowerCase | split "@" 0</code>.`

export type MappingPage = {
  readonly fields: MappingFields
  readonly errors: readonly FieldError[]
  /** The attributes that may be named, for suggestions. */
  readonly paths: readonly string[]
  readonly user: string
  /** What would be sent of her, as JSON. */
  readonly preview?: string | undefined
}

export function mappingPage(view: View, connection: ConnectionRow, connector: ConnectorRow, page: MappingPage): Html {
  const path = mappingPath(view, connection, connector)
  const { fields, errors } = page
  const connectorHref = path.replace(/\/attributes$/, '')
  return consolePage(view, {
    section: 'connections',
    title: 'Attribute mapping',
    crumbs: connectorCrumbs(view, connection, connector),
    lead: `What users are at the target of ${connector.name}.`,
    body: [
      errorSummary(errors),
      readOnlyNote(view, path),
      changeForm(
        view,
        path,
        html`<div class="stack">${rulesPanel(view, path, page)} ${previewPanel(view, page)}</div>`,
        html`<div class="buttons">
          ${button({ label: 'Update', kind: 'primary', name: 'go', value: 'save' })}
          ${linkButton({ label: 'Cancel', href: connectorHref })}
        </div>`,
      ),
      transformsHelp(PATHS, '{name.givenName}.{name.familyName}'),
      datalist('paths', page.paths),
    ],
  })

  function rulesPanel(view: View, path: string, { errors }: MappingPage): Html {
    const add = button({ label: 'Add a rule', name: 'go', value: 'add' })
    return panel(
      { title: 'Rules', lead: 'Each gives one attribute at the target its value. The last one has the last word.' },
      [
        // What Enter presses in a field: the first button of a form.
        mayChange(view, path) ? html`<button class="unseen" type="submit" name="go" value="save">Update</button>` : '',
        radios({
          name: 'base',
          label: 'What goes out besides',
          choices: Object.entries(BASES).map(([value, label]) => ({ value, label })),
          value: fields.base,
          error: errorOf(errors, 'base'),
        }),
        fields.rows.length === 0
          ? emptyState('No rules yet', 'Without one, users go out as they are here.', mayChange(view, path) && add)
          : [fields.rows.map((row, i) => ruleFields(row, i, errors)), html`<div>${mayChange(view, path) && add}</div>`],
      ],
    )
  }
}

function ruleFields(row: Row, i: number, errors: readonly FieldError[]): Html {
  const named = (name: string) => ({ name: `${name}-${i}`, error: errorOf(errors, `${name}-${i}`) })
  const choices = (words: Readonly<Record<string, string>>) =>
    Object.entries(words).map(([value, label]) => ({ value, label }))
  return html`<fieldset class="rule">
    <legend>Rule ${i + 1}</legend>
    ${field({ ...named('target'), label: 'At the target', value: row.target, list: 'paths', autocomplete: 'off' })}
    ${select({ ...named('from'), label: 'Value', choices: choices(SOURCES), value: row.from })}
    ${field({ ...named('value'), label: 'Attribute or constant', value: row.value, list: row.from === 'constant' ? undefined : 'paths', autocomplete: 'off' })}
    ${field({ ...named('transforms'), label: 'Transforms', value: row.transforms, autocomplete: 'off' })}
    ${select({ ...named('on'), label: 'When', choices: choices(WHEN), value: row.on })}
    ${button({ label: html`Remove<span class="unseen"> rule ${i + 1}</span>`, kind: 'quiet', name: 'go', value: `remove-${i}` })}
  </fieldset>`
}

/** Who may not read users sees none here either. */
function previewPanel(view: View, { user, preview, errors }: MappingPage): Content {
  if (!mayOpen(view, `${view.root}/users`)) return ''
  return panel(
    { title: 'Preview', lead: 'What would be sent of a user by the rules above. Nothing is saved or sent.' },
    html`<div class="bar">
        ${field({ name: 'user', label: 'User name', value: user, error: errorOf(errors, 'user'), autocomplete: 'off' })}
        ${button({ label: 'Preview', name: 'go', value: 'preview' })}
      </div>
      ${preview === undefined ? '' : html`<pre class="preview" id="preview" tabindex="0">${preview}</pre>`}`,
  )
}

/** What may be written in a rule; `lead` says what its source is, and `template` is one of such sources. */
export function transformsHelp(lead: Content, template: string): Html {
  return panel({ title: 'Paths and transforms', lead }, facts(transformsOf(template)))
}
