import { html } from 'hono/html'
import { type Permission, PERMISSIONS } from '../../directory/permissions.ts'
import { attr, describedBy, field, fieldId, type Html, notesOf } from '../../html.ts'
import type { View } from '../frame.ts'

/** What the console and the APIs know how to permit. Nobody gives what she has not. */
export function permissionBoxes(view: View, ticked: readonly string[], error: string | undefined): Html {
  const control = { name: 'permissions', label: 'Permissions', error }
  return html`<fieldset class="choices" id="${fieldId('permissions')}" ${describedBy(control)}>
    <legend>Permissions</legend>
    ${Object.entries(PERMISSIONS).map(([name, words]) => {
      const isOwn = view.permissions.has(name)
      return box(
        name,
        isOwn ? words : `${words}. You do not have it, and cannot give it.`,
        ticked.includes(name),
        !isOwn,
      )
    })}
    ${notesOf(control)}
  </fieldset>`
}

function box(name: string, words: string, isTicked: boolean, isDisabled: boolean): Html {
  const id = `permission-${name.replace(':', '-')}`
  return html`<div class="field check">
    <input
      type="checkbox"
      id="${id}"
      name="permissions"
      value="${name}"
      aria-describedby="${id}-help"
      ${attr('checked', isTicked)}${attr('disabled', isDisabled)}
    />
    <label for="${id}"><code>${name}</code></label>
    <p class="help" id="${id}-help">${words}</p>
  </div>`
}

export function permissionLines(value: string, error: string | undefined): Html {
  return field({
    name: 'permissions',
    label: 'Permissions',
    type: 'lines',
    value,
    error,
    help: 'In the application’s own words, one a line, without blanks: such as invoices:read.',
  })
}

/** The permission in words, where it is one of ours. */
export function permissionInWords(name: string): string {
  return (Object.entries(PERMISSIONS) as [Permission, string][]).find(([known]) => known === name)?.[1] ?? ''
}
