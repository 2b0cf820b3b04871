import { html } from 'hono/html'
import type { FieldError } from '../../../core/errors.ts'
import { button, type Content, errorSummary, hidden, type Html, linkButton, strong } from '../../../html.ts'
import { within } from '../../../html/words.ts'
import { arrivalPath } from '../../../session/return-to.ts'
import { arrivalForm, arrivalPage, type ArrivalView } from '../pages.ts'
import { proofWords } from './words.ts'

/** What is known of somebody who seems to have an account already. */
export type Claimed = {
  /** The address that she came with. Nothing is told of the account that she does not know already. */
  readonly address: string | undefined
  /** Whether she could have a new account instead. */
  readonly hasChoice: boolean
}

/** She is to sign in to that account, whoever she is. `another`: whom she has signed in as instead. */
export function provePage(view: ArrivalView, { address, hasChoice, another }: Claimed & { another?: string }): Html {
  const say = proofWords(view.language)
  const lead = address === undefined ? say.proveLeadUnnamed : within(say.proveLead, strong(address))
  return arrivalPage(view, say.proveTitle, [
    another === undefined
      ? ''
      : html`<p class="flash warning" role="status">${within(say.another, strong(another))}</p>`,
    html`<p>${lead}</p>
      <p>${say.proveHow(view.connection)}</p>`,
    linkButton({ label: say.signIn, href: signInPath(view), kind: 'primary', wide: true }),
    hasChoice ? insteadPart(view) : '',
  ])
}

/** She has signed in to it: what comes of that is told before it is done. */
export function linkPage(
  view: ArrivalView,
  {
    address,
    userName,
    proof,
    errors,
  }: Pick<Claimed, 'address'> & { userName: string; proof: string; errors: readonly FieldError[] },
): Html {
  const say = proofWords(view.language)
  return arrivalPage(view, say.linkTitle(view.connection), [
    errorSummary(errors),
    html`<p>${within(say.linkLead, strong(userName))} ${say.linkHow(view.connection)}</p>`,
    address === undefined ? '' : html`<p>${within(say.linkWith, strong(address))}</p>`,
    arrivalForm(view, [
      hidden('proof', proof),
      button({ label: say.link, kind: 'primary', wide: true, name: 'act', value: 'link' }),
    ]),
  ])
}

/** Nothing is asked any more, because the connection was changed meanwhile or because she wants a new account. */
export function readyPage(view: ArrivalView, errors: readonly FieldError[]): Html {
  const say = proofWords(view.language)
  return arrivalPage(view, say.readyTitle, [
    errorSummary(errors),
    html`<p>${say.readyLead}</p>`,
    arrivalForm(view, button({ label: say.goOn, kind: 'primary', wide: true, name: 'act', value: 'go' })),
  ])
}

/** She signs in anew, whoever is signed in: that is what shows that the account is hers. */
function signInPath({ scope, query }: ArrivalView): string {
  const back = arrivalPath(scope, query.arrival ?? '')
  return `${scope.base}/login?${new URLSearchParams({ return_to: back })}`
}

function insteadPart({ scope, language, query }: ArrivalView): Content {
  const say = proofWords(language)
  const href = `${scope.base}/login/arrival?${new URLSearchParams({ ...query, new: '1' })}`
  return html`<p>${say.notMine}: <a href="${href}">${say.newInstead}</a></p>`
}
