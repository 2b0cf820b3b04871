import { html } from 'hono/html'
import { type Content, errorSummary, type Html } from '../../html.ts'
import { badge, confirmation, emptyState, panel, type Tone } from '../../html/parts.ts'
import { table } from '../../html/table.ts'
import { timeAgo } from '../../html/time.ts'
import type { SigningKeyRow } from '../../oidc/keys/queries.ts'
import { ROTATION_DAYS } from '../../oidc/keys/rotation.ts'
import { changeLink, mayChange } from '../changes.ts'
import type { Draft } from '../form.ts'
import { consolePage, type View } from '../frame.ts'

export const KEYS_LEAD = 'What the tokens of this organization are signed with, and when the next keys follow.'

const STATES: Readonly<Record<SigningKeyRow['state'], readonly [word: string, tone: Tone]>> = {
  active: ['Active', 'good'],
  next: ['Next', 'wait'],
  retired: ['Retired', 'off'],
}

export function keysPath(view: View): string {
  return `${view.root}/signing-keys`
}

export function keysPage(view: View, rows: readonly SigningKeyRow[]): Html {
  return consolePage(view, {
    section: 'signing-keys',
    title: 'Signing keys',
    lead: `Keys follow one another by themselves after ${ROTATION_DAYS} days. The next ones are published before they sign, and retired ones stay published until the last token that they signed has expired.`,
    action: changeLink(view, { label: 'Rotate', href: `${keysPath(view)}/rotate`, kind: 'primary' }),
    body: [
      rows.length > 0
        ? keyTable(view, rows)
        : panel({}, emptyState('No keys yet', 'They are made when an application first asks for them.')),
      leakPanel(view),
    ],
  })
}

function keyTable({ scope }: View, rows: readonly SigningKeyRow[]): Html {
  const when = (time: Date | null): Content => (time ? timeAgo(time, scope.now) : '')
  return table({
    caption: 'Signing keys',
    rows,
    columns: [
      { label: 'Key ID', cell: ({ id }) => html`<code title="${id}">${id.slice(0, 12)}…</code>` },
      { label: 'Algorithm', cell: ({ alg }) => alg },
      { label: 'State', cell: ({ state }) => badge(...STATES[state]) },
      { label: 'Published', cell: ({ created }) => when(created) },
      {
        label: 'Signing since',
        cell: ({ activeAt, created, state }) => when(activeAt ?? (state === 'next' ? null : created)),
      },
      { label: 'Retired', cell: ({ retiredAt }) => when(retiredAt) },
      { label: 'Removed', cell: ({ expiresAt, state }) => when(state === 'retired' ? expiresAt : null) },
    ],
  })
}

function leakPanel(view: View): Content {
  const href = `${keysPath(view)}/replace`
  if (!mayChange(view, href)) return ''
  return panel(
    {
      title: 'A key has leaked',
      lead: 'Replace all keys at once. Everybody’s tokens end, and applications have to read the new keys.',
      destroys: true,
    },
    html`<div>${changeLink(view, { label: 'Replace all keys', href, kind: 'danger' })}</div>`,
  )
}

/** What is asked before keys change: the same form, with more to lose where a key has leaked. */
export const QUESTIONS = {
  rotate: {
    title: 'Rotate signing keys',
    question: 'Sign with the next keys from now on?',
    goes: [
      'The active keys are retired. Tokens that they signed stay good until they expire.',
      'Applications that read the keys as they should, by their ID, notice nothing.',
      'Other servers of this tenant follow within a minute.',
    ],
    label: 'Rotate',
  },
  replace: {
    title: 'Replace all keys',
    question: 'Replace all signing keys at once?',
    goes: [
      'Every access token and ID token that was signed so far is worth nothing; applications have to ask for new ones.',
      'Applications that keep the keys of before refuse new tokens until they read them again: five minutes, or more.',
      'Other servers of this tenant follow within a minute.',
    ],
    label: 'Replace all keys',
  },
} as const
export type Question = keyof typeof QUESTIONS

export function questionPage(view: View, name: Question, { errors }: Draft): Html {
  const { title, ...words } = QUESTIONS[name]
  const path = keysPath(view)
  return consolePage(view, {
    section: 'signing-keys',
    title,
    crumbs: [{ label: 'Signing keys', href: path }],
    body: [
      errorSummary(errors),
      confirmation({ ...words, action: `${path}/${name}`, cancel: path, formToken: view.formToken }),
    ],
  })
}
