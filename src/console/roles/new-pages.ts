import { html } from 'hono/html'
import type { ApplicationRow } from '../../applications/queries.ts'
import { button, type Content, errorOf, errorSummary, field, type Html, linkButton, tokenField } from '../../html.ts'
import { select } from '../../html/choices.ts'
import { emptyState, panel, tabs } from '../../html/parts.ts'
import { type Draft, valueOf, valuesOf } from '../form.ts'
import { consolePage, type View } from '../frame.ts'
import { permissionBoxes, permissionLines } from './permission-fields.ts'

/** A role that permits something here. */
export function newOrganizationRolePage(view: View, draft: Draft): Html {
  return newRolePage(view, 'organization', draft, [
    nameField(draft),
    permissionBoxes(view, valuesOf(draft.values, 'permissions'), errorOf(draft.errors, 'permissions')),
  ])
}

/** A role whose permissions are an application's words. */
export function newApplicationRolePage(view: View, applications: readonly ApplicationRow[], draft: Draft): Html {
  if (applications.length === 0) {
    const none = emptyState('No applications yet', 'There is no application where a role could count.')
    return framed(view, 'application', panel({}, none))
  }
  return newRolePage(view, 'application', draft, [
    nameField(draft),
    select({
      name: 'application',
      label: 'Application',
      required: true,
      empty: 'Select Application',
      choices: applications.map(({ id, name }) => ({ value: id, label: name })),
      value: valueOf(draft.values, 'application'),
      error: errorOf(draft.errors, 'application') ?? errorOf(draft.errors, 'audience'),
    }),
    permissionLines(valueOf(draft.values, 'permissions') ?? '', errorOf(draft.errors, 'permissions')),
  ])
}

type Audience = 'organization' | 'application'

function addressOf(view: View, audience: Audience): string {
  return audience === 'organization' ? `${view.root}/roles/new` : `${view.root}/roles/new/application`
}

function newRolePage(view: View, audience: Audience, { errors }: Draft, fields: Content): Html {
  return framed(view, audience, [
    errorSummary(errors),
    panel(
      {},
      html`<form method="post" action="${addressOf(view, audience)}">
        ${tokenField(view.formToken)} ${fields}
        <div class="buttons">
          ${button({ label: 'Create', kind: 'primary' })} ${linkButton({ label: 'Cancel', href: `${view.root}/roles` })}
        </div>
      </form>`,
    ),
  ])
}

function framed(view: View, audience: Audience, body: Content): Html {
  const tab = (name: Audience, label: string) => ({
    label,
    href: addressOf(view, name),
    current: name === audience,
  })
  return consolePage(view, {
    section: 'roles',
    title: 'New Role',
    crumbs: [{ label: 'Roles', href: `${view.root}/roles` }],
    lead: 'A role counts in the organization, and permits something here, or in one application, which reads it itself.',
    body: [tabs('Audience', [tab('organization', 'Organization'), tab('application', 'Application')]), body],
  })
}

function nameField({ values, errors }: Draft): Html {
  return field({
    name: 'displayName',
    label: 'Name',
    required: true,
    value: valueOf(values, 'displayName'),
    error: errorOf(errors, 'displayName'),
    autocomplete: 'off',
    autofocus: errors.length === 0,
  })
}
