/** What a step of a test sent and was answered. */
import { html } from 'hono/html'
import { isRecord } from '../../../core/json-value.ts'
import type { TrialCall, TrialRecord } from '../../../federation/trial/record.ts'
import type { Step } from '../../../federation/trial/steps.ts'
import type { Content, Html } from '../../../html.ts'
import { facts } from '../../../html/parts.ts'

export function factsOfStep(record: TrialRecord, step: Step): Content {
  switch (step.name) {
    case 'metadata':
      return [addresses(record), calls(step.calls)]
    case 'request':
      return [requestFacts(record), calls(step.calls)]
    case 'answer':
      return texts(record.ended?.answer ?? {})
    case 'keys':
      return [keyFacts(step.calls), calls(step.calls)]
    case 'token':
      return [tokenFacts(step.calls), calls(step.calls)]
    case 'idToken':
      return idTokenFacts(step.calls)
    case 'userinfo':
      return [calls(step.calls), step.calls.map((call) => (call.said === undefined ? '' : json('Claims', call.said)))]
  }
}

function addresses({ server }: TrialRecord): Content {
  if (!server) return ''
  return facts([
    ['Issuer', code(server.issuer)],
    ['Authorization', code(server.authorization)],
    ['Token', code(server.token)],
    ['Keys', code(server.keys)],
    ['User info', code(server.userinfo)],
    ['Pushed requests', code(server.pushed)],
    ['Logout', code(server.endSession)],
  ])
}

function requestFacts({ request }: TrialRecord): Content {
  if (!request) return ''
  return facts([['Sent to', code(request.endpoint)], ...rows(request.parameters)])
}

function texts(parameters: Readonly<Record<string, string>>): Html {
  return facts(rows(parameters))
}

function rows(parameters: Readonly<Record<string, string>>) {
  return Object.entries(parameters).map(([name, value]) => [name, code(value)] as const)
}

function keyFacts(made: readonly TrialCall[]): Content {
  const said = made.at(-1)?.said
  const keys = isRecord(said) && Array.isArray(said.keys) ? said.keys.filter(isRecord) : []
  if (keys.length === 0) return ''
  const words = keys.map(({ kid, alg, kty }) => [kid, alg ?? kty].filter((one) => typeof one === 'string').join(' '))
  return facts([[keys.length === 1 ? 'Key' : 'Keys', words.map((one) => html`<div>${code(one)}</div>`)]])
}

function tokenFacts(made: readonly TrialCall[]): Content {
  const said = made.at(-1)?.said
  if (!isRecord(said)) return ''
  const known = ['token_type', 'expires_in', 'scope', 'error', 'error_description']
  return facts(known.map((name) => [name, code(said[name])] as const))
}

function idTokenFacts(made: readonly TrialCall[]): Content {
  const idToken = made.at(-1)?.idToken
  return idToken ? [json('Header', idToken.header), json('Claims', idToken.claims)] : ''
}

/** The requests of a step, and how they were answered. */
function calls(made: readonly TrialCall[]): Content {
  if (made.length === 0) return ''
  return html`<ul class="lines">
    ${made.map(
      (call) => html`<li class="help">${call.method} <code>${call.url}</code>: ${call.status ?? call.fault ?? ''}</li>`,
    )}
  </ul>`
}

function code(value: unknown): Content {
  if (value === undefined || value === null || value === '') return ''
  return html`<code>${typeof value === 'string' ? value : JSON.stringify(value)}</code>`
}

export function json(title: string, value: unknown): Html {
  return html`<div>
    <p class="label">${title}</p>
    <pre class="shown" tabindex="0">${JSON.stringify(value, undefined, 2)}</pre>
  </div>`
}
