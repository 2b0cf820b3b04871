import { expect, test } from 'vitest'
import type { PushOutcome } from '../../../src/outbound/outcome.ts'
import { type Circumstances, signOf } from '../../../src/outbound/target/signs.ts'

const DONE: PushOutcome = { kind: 'done', remoteId: 'r', created: true }
const failed = (kind: 'down' | 'refused' | 'forbidden' | 'blocked' | 'rejected'): PushOutcome => ({
  kind,
  error: 'why',
})
const retry = (retryAfterMs = 0): PushOutcome => ({ kind: 'retry', error: 'why', retryAfterMs })

test.each<[string, PushOutcome, Partial<Circumstances>, string]>([
  ['a delivery that arrived', DONE, {}, 'answers'],
  ['one for which nothing had to be sent', DONE, { requests: 0, status: undefined }, 'nothing'],
  ['no answer', failed('down'), { status: undefined }, 'silent'],
  ['one fault', retry(), { status: 500 }, 'stumbles'],
  ['a fault, the fifth in a row', retry(), { status: 500, inARow: 4 }, 'silent'],
  ['a fault after a wait', retry(), { status: 503, isProbe: true }, 'silent'],
  ['a fault of the token endpoint after a wait', retry(), { status: undefined, isProbe: true }, 'silent'],
  ['a name that is still another’s', retry(), { status: 200, isProbe: true, inARow: 9 }, 'answers'],
  ['Retry-After', retry(7), { status: 429 }, 'asks'],
  ['a refused credential', failed('refused'), { status: 401 }, 'refuses'],
  ['one resource that is forbidden', failed('forbidden'), { status: 403, inARow: 3 }, 'stumbles'],
  ['the fifth in a row that is forbidden', failed('forbidden'), { status: 403, inARow: 4 }, 'refuses'],
  ['a method that is not there', failed('blocked'), { status: 405 }, 'answers'],
  ['an address that was not called', failed('blocked'), { status: undefined }, 'nothing'],
  ['a resource that is not taken', failed('rejected'), { status: 400 }, 'answers'],
])('%s', (_what, outcome, change, kind) => {
  const usual = { status: 200, requests: 1, isProbe: false, inARow: 0 }
  expect(signOf(outcome, { ...usual, ...change }).kind).toBe(kind)
})
