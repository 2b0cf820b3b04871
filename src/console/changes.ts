/** What changes something, for those alone who may change it: permissions.ts knows by the address that it leads to. */
import { html } from 'hono/html'
import { button, type Content, type Html, linkButton, tokenField } from '../html.ts'
import type { View } from './frame.ts'
import { mayRead, permissionFor } from './permissions.ts'

/** Whether a link may lead somebody to this address of the console. */
export function mayOpen({ scope, permissions }: View, address: string): boolean {
  return mayRead(permissions, address.slice(scope.base.length))
}

/** Whether somebody may send a form to this address of the console. */
export function mayChange({ scope, permissions }: View, address: string): boolean {
  const needed = permissionFor(address.slice(scope.base.length), 'POST')
  return needed === undefined || permissions.has(needed)
}

/** A form of what is there already. Who may only read sees what is in it, and cannot send it. */
export function changeForm(view: View, action: string, fields: Content, send: Content = update()): Html {
  if (!mayChange(view, action)) {
    return html`<fieldset class="read-only" aria-label="You can read this, and not change it" disabled>
      ${fields}
    </fieldset>`
  }
  return html`<form method="post" action="${action}">${tokenField(view.formToken)} ${fields} ${send}</form>`
}

function update(): Html {
  return button({ label: 'Update', kind: 'primary' })
}

/** A way to a page that is nothing but a form. */
export function changeLink(view: View, link: Parameters<typeof linkButton>[0]): Html | '' {
  return mayChange(view, link.href) ? linkButton(link) : ''
}

/** Said once on a page whose forms cannot be sent. */
export function readOnlyNote(view: View, address: string): Html | '' {
  return mayChange(view, address) ? '' : html`<p class="help">You can read this, and not change it.</p>`
}
