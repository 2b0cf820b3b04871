import { html } from 'hono/html'
import type { ConnectionRow } from '../../../connections/queries.ts'
import { type SignInFailure, wordsOf } from '../../../federation/failure.ts'
import type { TrialRecord } from '../../../federation/trial/record.ts'
import { type Step, type StepName, stepsOf } from '../../../federation/trial/steps.ts'
import { button, type Content, flash, type Html, linkButton, tokenField } from '../../../html.ts'
import { badge, panel } from '../../../html/parts.ts'
import { timeAgo } from '../../../html/time.ts'
import { consolePage, type View } from '../../frame.ts'
import { connectionCrumbs, connectionPath } from '../connection-pages.ts'
import { factsOfStep } from './facts.ts'
import { adviceOn, SKIPPED_WORDS, STEP_WORDS } from './words.ts'

/** `result` is what would become of the person, where somebody may see that. */
export function trialPage(view: View, connection: ConnectionRow, record: TrialRecord, result: Content): Html {
  const steps = stepsOf(record)
  return consolePage(view, {
    section: 'connections',
    title: 'Test of the connection',
    crumbs: connectionCrumbs(view, connection),
    lead: 'The whole way of a sign-in, step by step. Nobody is signed in, and nothing is stored or changed by it.',
    action: testAgain(view, connection, record),
    body: [
      summary(view, connection, record, steps),
      html`<ol class="trial">
        ${steps.map((step) => html`<li>${stepPanel(connection, record, step)}</li>`)}
      </ol>`,
      result,
    ],
  })
}

function testAgain(view: View, connection: ConnectionRow, record: TrialRecord): Content {
  const isUnderWay = record.request !== undefined && !record.ended
  if (isUnderWay) return ''
  return html`<form class="inline" method="post" action="${connectionPath(view, connection)}/test">
    ${tokenField(view.formToken)} ${button({ label: 'Test again' })}
  </form>`
}

function summary(view: View, connection: ConnectionRow, record: TrialRecord, steps: readonly Step[]): Content {
  const failed = steps.find(({ state }) => state === 'failed')
  if (failed) return flash(`It fails at: ${STEP_WORDS[failed.name].title}. See below why, and what to do.`, 'warning')
  if (record.ended) {
    return flash(html`The provider vouched for somebody ${timeAgo(new Date(record.ended.at), view.scope.now)}.`)
  }
  return panel(
    {
      title: 'Sign in at the provider',
      lead: `The first steps went well. Go on to ${connection.name} in this window; you come back here.`,
    },
    html`<div>
      ${linkButton({ label: `Sign in at ${connection.name}`, href: record.request?.url ?? '', kind: 'primary' })}
    </div>`,
  )
}

const BADGES = {
  ok: ['✓ Done', 'good'],
  failed: ['✗ Failed', 'bad'],
  waits: ['Waits', 'wait'],
  skipped: ['Not reached', 'off'],
} as const

function stepPanel(connection: ConnectionRow, record: TrialRecord, step: Step): Html {
  const { title, lead } = STEP_WORDS[step.name]
  const isAbsent = step.state === 'skipped' && record.ended !== undefined && record.ended.failure === undefined
  const [word, tone] = isAbsent || isUnsigned(record, step) ? (['None', 'off'] as const) : BADGES[step.state]
  const absent = word === 'None' ? SKIPPED_WORDS[step.name] : undefined
  return panel({ title, lead: absent ?? lead, action: badge(word, tone) }, [
    step.failure ? failurePart(connection, step.failure, step.name) : keysFault(step),
    step.state === 'skipped' || step.state === 'waits' ? '' : factsOfStep(record, step),
  ])
}

function isUnsigned({ server }: TrialRecord, { name }: Step): boolean {
  return name === 'keys' && server !== undefined && server.keys === undefined
}

function failurePart({ name }: ConnectionRow, failure: SignInFailure, step: StepName): Html {
  const { sentence } = wordsOf(failure, 'en', name)
  return html`<div class="stack">
    <p><strong>${sentence}</strong></p>
    ${'reason' in failure ? html`<p><code>${failure.reason}</code></p>` : ''}
    <p>${adviceOn(failure, step)}</p>
  </div>`
}

/** Found at the start already, though nothing has failed of it yet. */
function keysFault({ name, state, calls }: Step): Content {
  if (name !== 'keys' || state !== 'failed') return ''
  const why = calls.at(-1)?.fault ?? `status ${calls.at(-1)?.status ?? 'unknown'}`
  return html`<p>
    <strong>The keys cannot be read</strong> (<code>${why}</code>), so no ID token can be verified. Check the JWKS
    endpoint in the settings.
  </p>`
}
