import { html } from 'hono/html'
import type { CustomAttribute } from '../../db/schema.ts'
import { type Content, errorSummary, type Html, linkButton } from '../../html.ts'
import { codeBlock, confirmation, facts, panel } from '../../html/parts.ts'
import { table } from '../../html/table.ts'
import { CUSTOM_USER_URN } from '../../scim/schemas/custom.ts'
import { changeForm, mayChange, readOnlyNote } from '../changes.ts'
import type { Draft } from '../form.ts'
import { consolePage, type View } from '../frame.ts'
import { mayRead } from '../permissions.ts'
import { changeFields } from './fields.ts'
import { TYPES } from './form.ts'
import { attributeColumns, attributePath } from './pages.ts'

export function attributePage(view: View, attribute: CustomAttribute, draft: Draft): Html {
  const path = attributePath(view, attribute)
  const isComplex = attribute.type === 'complex'
  return consolePage(view, {
    section: 'attributes',
    title: attribute.name,
    crumbs: [{ label: 'Attributes', href: `${view.root}/attributes` }],
    body: [
      errorSummary(draft.errors),
      readOnlyNote(view, path),
      panel({}, changeForm(view, path, changeFields(draft, attribute, isComplex))),
      panel({ title: 'What stays as it is', lead: 'Users have values already that depend on it.' }, fixed(attribute)),
      attribute.subAttributes ? partTable(attribute.subAttributes) : '',
      mayChange(view, path)
        ? panel(
            { title: 'Delete attribute', lead: 'That takes that no user has a value of it any more.', destroys: true },
            html`<div>${linkButton({ label: 'Delete attribute', href: `${path}/delete`, kind: 'danger' })}</div>`,
          )
        : '',
    ],
  })
}

function fixed({ name, type, multiValued, caseExact }: CustomAttribute): Html {
  return facts([
    ['Path in SCIM', codeBlock('path', `${CUSTOM_USER_URN}:${name}`)],
    ['Type', TYPES[type]],
    ['How many', multiValued ? 'Several' : 'One'],
    ['Upper and lower case', type !== 'complex' && (caseExact ? 'Differ in searches' : 'Do not matter in searches')],
  ])
}

function partTable(rows: NonNullable<CustomAttribute['subAttributes']>): Html {
  return table({
    caption: 'Sub-attributes',
    rows,
    columns: [
      {
        label: 'Sub-attribute',
        cell: ({ name, description }) => [
          html`<strong>${name}</strong>`,
          description !== '' && html`<span class="sub">${description}</span>`,
        ],
      },
      ...attributeColumns,
    ],
  })
}

/** `users` are those who have a value of it. */
export function deleteAttributePage(view: View, attribute: CustomAttribute, users: number, draft: Draft): Html {
  return consolePage(view, {
    section: 'attributes',
    title: 'Delete attribute',
    crumbs: [
      { label: 'Attributes', href: `${view.root}/attributes` },
      { label: attribute.name, href: attributePath(view, attribute) },
    ],
    body: [
      errorSummary(draft.errors),
      users > 0 ? usedPanel(view, attribute, users) : deleteConfirmation(view, attribute),
    ],
  })
}

/** A value is lost by nobody's mistake: each is taken away by somebody who sees whose it is. */
function usedPanel(view: View, attribute: CustomAttribute, users: number): Html {
  const filter = new URLSearchParams({ q: `${CUSTOM_USER_URN}:${attribute.name} pr` })
  const words = users === 1 ? 'One user has a value of it' : `${users.toLocaleString('en')} users have a value of it`
  const find: Content = mayRead(view.permissions, '/console/users')
    ? linkButton({ label: 'Show these users', href: `${view.root}/users?${filter}` })
    : ''
  return panel(
    { title: 'This attribute is in use' },
    html`<p>${words}. No value is deleted along with an attribute: it has to be taken away first.</p>
      <div class="buttons">${find} ${linkButton({ label: 'Back', href: attributePath(view, attribute) })}</div>`,
  )
}

function deleteConfirmation(view: View, attribute: CustomAttribute): Html {
  const path = attributePath(view, attribute)
  return confirmation({
    question: `Delete ${attribute.name}?`,
    goes: [
      'No user has a value of it, so that no value is lost.',
      'SCIM clients that send it are refused from then on. This cannot be undone.',
    ],
    action: `${path}/delete`,
    cancel: path,
    label: 'Delete attribute',
    formToken: view.formToken,
  })
}
