import type { AuthorizationPolicy } from '../../db/schema.ts'
import { checkbox, errorSummary, type Html } from '../../html.ts'
import { panel } from '../../html/parts.ts'
import { changeForm, readOnlyNote } from '../changes.ts'
import { type Draft, valueOf } from '../form.ts'
import { consolePage, type View } from '../frame.ts'

export const AUTHORIZATION_LEAD = 'What every application has to do when it asks somebody to sign in.'

export function authorizationPolicyPath(view: View): string {
  return `${view.root}/authorization-policy`
}

export function authorizationPolicyPage(view: View, policy: AuthorizationPolicy, { values, errors }: Draft): Html {
  const isDraft = Object.keys(values).length > 0
  const name = 'requirePushedAuthorizationRequests'
  const box = checkbox({
    name,
    label: 'Every application has to push its requests (PAR)',
    checked: isDraft ? valueOf(values, name) === 'on' : policy[name],
    help: 'A request that comes in the address of the browser alone is refused, whichever application sends it. Of one application alone this is demanded on its Protocol tab.',
  })
  return consolePage(view, {
    section: 'login-registration',
    title: 'Authorization requests',
    crumbs: [{ label: 'Login & Registration', href: `${view.root}/login-registration` }],
    lead: AUTHORIZATION_LEAD,
    body: [
      errorSummary(errors),
      readOnlyNote(view, authorizationPolicyPath(view)),
      panel({}, changeForm(view, authorizationPolicyPath(view), box)),
    ],
  })
}
