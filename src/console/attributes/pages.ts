import { html } from 'hono/html'
import type { CustomAttribute } from '../../db/schema.ts'
import { button, type Content, errorSummary, type Html, linkButton, tokenField } from '../../html.ts'
import { codeBlock, emptyState, panel } from '../../html/parts.ts'
import { table } from '../../html/table.ts'
import { CUSTOM_USER_URN } from '../../scim/schemas/custom.ts'
import { changeLink } from '../changes.ts'
import type { Draft } from '../form.ts'
import { consolePage, type View } from '../frame.ts'
import { newFields } from './fields.ts'
import { TYPES } from './form.ts'

/** A name can be any word, `new` too: what has a name stands below a word of its own. */
export function attributePath(view: View, { name }: { readonly name: string }): string {
  return `${view.root}/attributes/custom/${name}`
}

export function attributesPage(view: View, attributes: readonly CustomAttribute[]): Html {
  return consolePage(view, {
    section: 'attributes',
    title: 'Attributes',
    lead: 'What this organization knows of its users beyond SCIM’s own attributes.',
    action: newAttributeLink(view, 'primary'),
    body: [
      attributes.length > 0 ? attributeTable(view, attributes) : panel({}, noAttributes(view)),
      panel(
        { title: 'Extension schema', lead: 'SCIM clients find these attributes in a user, and in /Schemas, under:' },
        codeBlock('schema', CUSTOM_USER_URN),
      ),
    ],
  })
}

function newAttributeLink(view: View, kind: 'primary' | 'plain'): Content {
  return changeLink(view, { label: 'New Attribute', href: `${view.root}/attributes/new`, kind })
}

function attributeTable(view: View, rows: readonly CustomAttribute[]): Html {
  return table({
    caption: 'Attributes',
    rows,
    columns: [{ label: 'Name', cell: (row) => nameCell(view, row) }, ...attributeColumns],
  })
}

function nameCell(view: View, row: CustomAttribute): Content {
  const link = html`<a href="${attributePath(view, row)}">${row.name}</a>`
  return row.description === '' ? link : html`${link}<span class="sub">${row.description}</span>`
}

/** What an attribute, and a part of one, is like. */
export const attributeColumns = [
  { label: 'Type', cell: typeCell },
  { label: 'How many', cell: ({ multiValued }: CustomAttribute) => (multiValued ? 'Several' : 'One') },
  { label: 'Required', cell: ({ required }: CustomAttribute) => (required ? 'Yes' : 'No') },
  { label: 'Changes', cell: ({ mutability }: CustomAttribute) => (mutability === 'immutable' ? 'Set once' : 'Yes') },
  { label: 'Shown', cell: ({ returned }: CustomAttribute) => (returned === 'request' ? 'On request' : 'Always') },
]

function typeCell({ type, subAttributes }: CustomAttribute): Content {
  const parts = subAttributes?.map(({ name }) => name).join(', ')
  return parts === undefined ? TYPES[type] : html`${TYPES[type]}<span class="sub">${parts}</span>`
}

function noAttributes(view: View): Html {
  const words =
    'Add one for what SCIM does not know, such as a shoe size. Users get a field for it, and SCIM clients find it.'
  return emptyState('No attributes of your own yet', words, newAttributeLink(view, 'plain'))
}

export function newAttributePage(view: View, draft: Draft): Html {
  return consolePage(view, {
    section: 'attributes',
    title: 'New Attribute',
    crumbs: [{ label: 'Attributes', href: `${view.root}/attributes` }],
    body: [
      errorSummary(draft.errors),
      panel(
        {},
        html`<form method="post" action="${view.root}/attributes/new">
          ${tokenField(view.formToken)}
          ${
            // Enter in a field presses the first button of a form: it is not to ask for more room.
            html`<button type="submit" class="unseen" tabindex="-1" aria-hidden="true"></button>`
          }
          ${newFields(draft)}
          <div class="buttons">
            ${button({ label: 'Create', kind: 'primary' })}
            ${linkButton({ label: 'Cancel', href: `${view.root}/attributes` })}
          </div>
        </form>`,
      ),
    ],
  })
}
