/** How somebody who has an account here already comes to it through the connection. */
import { html } from 'hono/html'
import type { ConnectionRow } from '../../../connections/queries.ts'
import { button, checkbox, type Content, errorOf, field, type Html } from '../../../html.ts'
import { select } from '../../../html/choices.ts'
import { panel } from '../../../html/parts.ts'
import { changeForm } from '../../changes.ts'
import { type Draft, drawnFrom, valueOf } from '../../form.ts'
import type { View } from '../../frame.ts'
import { connectionPath } from '../connection-pages.ts'
import { RULES } from './form.ts'

const ATTRIBUTES = [
  { value: 'emails', label: 'E-mail address' },
  { value: 'userName', label: 'User name' },
] as const

const LEAD =
  'Who arrives is known by the provider’s own name for her, and by nothing else. Unless you say so here, nobody comes to an account that is there already by looking like its owner: she gets one of her own, or links it herself on her account page.'

export function linkingPanel(view: View, connection: ConnectionRow, domains: readonly string[], draft: Draft): Html {
  return panel(
    { title: 'Accounts that are there already', lead: LEAD },
    changeForm(
      view,
      `${connectionPath(view, connection)}/jit/linking`,
      [
        drawnFrom(connection),
        conditions(domains),
        Array.from({ length: RULES }, (_, i) => ruleFields(connection, i, draft)),
        rest(connection, draft),
      ],
      // The page has one button Update, which the tutorial names.
      button({ label: 'Save linking', kind: 'primary' }),
    ),
  )
}

function conditions(domains: readonly string[]): Html {
  const which = domains.length > 0 ? domains.join(', ') : 'it has none yet, so no rule finds anybody'
  return html`<div class="help">
    <p>A rule finds an account only if all of this holds:</p>
    <ul class="goes">
      <li>the provider says that the address is verified (email_verified), and it is verified here as well;</li>
      <li>its domain belongs to this connection (${which});</li>
      <li>exactly one user has it, and she is active.</li>
    </ul>
    <p>The second rule counts where the first finds nobody.</p>
  </div>`
}

function ruleFields({ jit }: ConnectionRow, i: number, { values, errors }: Draft): Html {
  const rule = jit.linking?.rules?.[i]
  const [claim, attribute] = [`rule-${i + 1}-claim`, `rule-${i + 1}-attribute`]
  return html`<fieldset class="rule">
    <legend>${i === 0 ? 'First rule' : 'Second rule'}</legend>
    ${field({
      name: claim,
      label: 'Claim',
      list: 'claims',
      autocomplete: 'off',
      value: valueOf(values, claim) ?? rule?.claim,
      error: errorOf(errors, claim),
      ...(i === 0 ? { help: 'Such as email. Left empty, the rule is none.' } : {}),
    })}
    ${select({
      name: attribute,
      label: 'Is the',
      choices: ATTRIBUTES,
      value: valueOf(values, attribute) ?? rule?.attribute,
      error: errorOf(errors, attribute),
    })}
  </fieldset>`
}

function rest({ jit }: ConnectionRow, { values, errors }: Draft): Content {
  const isDraft = valueOf(values, 'externalIdClaim') !== undefined
  return [
    checkbox({
      name: 'proof',
      label: 'She signs in to that account first',
      checked: isDraft ? valueOf(values, 'proof') === 'on' : jit.linking?.proof === true,
      error: errorOf(errors, 'proof'),
      help: 'Whom a rule finds has to prove that the account is hers before it is linked. Without this it is linked at once.',
    }),
    field({
      name: 'externalIdClaim',
      label: 'Claim that is the externalId of SCIM',
      list: 'claims',
      autocomplete: 'off',
      value: valueOf(values, 'externalIdClaim') ?? jit.linking?.externalIdClaim,
      error: errorOf(errors, 'externalIdClaim'),
      help: 'For a provider whose organization also provisions its people here over SCIM. Such as oid of Microsoft Entra ID: whom it provisioned and who signs in are one person.',
    }),
  ]
}
