import { describe, expect, test } from 'vitest'
import type { LoginFlow, SignInOption } from '../../src/db/schema.ts'
import {
  type Done,
  firstSteps,
  owesSecondStep,
  policyOf,
  secondStep,
  stepUp,
  withEarlier,
  withSecond,
} from '../../src/session/second-factor.ts'

const ONE: LoginFlow = { steps: [{ options: ['password'] }] }
const two = (...options: SignInOption[]): LoginFlow => ({ steps: [{ options: ['password'] }, { options }] })
const PWD = { methods: ['pwd'], amr: ['pwd'] }
const FED = { methods: ['idp-1'], amr: ['fed'] }
const PASSKEY = { methods: ['passkey'], amr: ['swk', 'user', 'mfa'] }
const APP = { totp: true, passkey: false }
const KEY = { totp: false, passkey: true }
const BOTH = { totp: true, passkey: true }
const NONE = { totp: false, passkey: false }

describe('who is asked for a second factor', () => {
  test.each<[string, LoginFlow, Done, typeof APP, string]>([
    ['one step, and she has none', ONE, PWD, NONE, 'none '],
    ['one step, and she has an app', ONE, PWD, APP, 'ask totp'],
    ['one step, and she has both', ONE, PWD, BOTH, 'ask totp,passkey'],
    ['one step at a provider, and she has an app', ONE, FED, APP, 'ask totp'],
    ['one step that asks for nothing', { ...ONE, secondFactor: 'never' }, PWD, BOTH, 'none '],
    ['one step, of everybody, and she has none', { ...ONE, secondFactor: 'always' }, PWD, NONE, 'enrol totp,passkey'],
    ['two steps, and she has none', two('totp'), PWD, NONE, 'enrol totp'],
    ['two steps, and she has what they take', two('totp', 'passkey'), PWD, KEY, 'ask passkey'],
    [
      'two steps, of whoever has one, and she has none',
      { ...two('totp'), secondFactor: 'enrolled' },
      PWD,
      NONE,
      'none ',
    ],
    [
      'two steps, of whoever has one, and she has another',
      { ...two('totp'), secondFactor: 'enrolled' },
      PWD,
      KEY,
      'none ',
    ],
    ['two steps, and she has another one: she shows that first', two('passkey'), PWD, APP, 'ask totp'],
    [
      'two steps, and she has shown the other one',
      two('passkey'),
      { methods: ['pwd', 'totp'], amr: ['pwd', 'otp', 'mfa'] },
      APP,
      'enrol passkey',
    ],
    ['a passkey that verified its user is two factors at once', two('totp'), PASSKEY, APP, 'none '],
    ['she has done it', ONE, withSecond(PWD, 'totp', ['otp']), BOTH, 'none '],
    [
      'she has done another one than the flow takes',
      two('passkey'),
      withSecond(PWD, 'totp', ['otp']),
      BOTH,
      'ask passkey',
    ],
    ['a recovery code stands in for the app', two('totp'), withSecond(PWD, 'recovery', ['otp']), APP, 'none '],
    ['and for nothing else', two('passkey'), withSecond(PWD, 'recovery', ['otp']), BOTH, 'ask passkey'],
  ])('%s', (_what, flow, done, enrolled, expected) => {
    const step = secondStep(flow, done, enrolled)
    expect(`${step.kind} ${step.kind === 'none' ? '' : step.options.join(',')}`).toBe(expected)
  })

  test('two steps mean everybody and one whoever has one, unless the flow says so itself', () => {
    expect([policyOf(ONE), policyOf(two('totp'))]).toEqual(['enrolled', 'always'])
    expect(policyOf({ ...two('totp'), secondFactor: 'enrolled' })).toBe('enrolled')
  })

  test('the console and one’s own pages ask whoever has one', () => {
    expect(owesSecondStep({ ...PWD, enrolled: APP })).toBe(true)
    expect(owesSecondStep({ ...PWD, enrolled: NONE })).toBe(false)
    expect(owesSecondStep({ ...PASSKEY, enrolled: BOTH })).toBe(false)
  })

  test('what an application wishes is asked of whoever has it, though the flow asks for nothing', () => {
    expect(stepUp({ ...ONE, secondFactor: 'never' }, APP)).toEqual({ kind: 'ask', options: ['totp'] })
    expect(stepUp(ONE, NONE)).toEqual({ kind: 'none' })
  })
})

test('what was done is kept once each, and two steps are mfa (RFC 8176 section 2)', () => {
  const once = withSecond(PWD, 'totp', ['otp'])
  expect(once).toEqual({ methods: ['pwd', 'totp'], amr: ['pwd', 'otp', 'mfa'] })
  expect(withSecond(once, 'totp', ['otp'])).toEqual(once)
})

describe('a sign-in in a session that goes on', () => {
  const done = (methods: string[], amr: string[]): Done => ({ methods, amr })

  test.each<[string, Done, Done, string[], string[]]>([
    ['by another connection', done(['b'], ['fed']), FED, ['b', 'idp-1'], ['fed']],
    ['by a password after a connection', PWD, FED, ['pwd', 'idp-1'], ['pwd', 'fed']],
    ['by the same way again', FED, done(['idp-1', 'pwd'], ['fed', 'pwd']), ['idp-1', 'pwd'], ['fed', 'pwd']],
    [
      'after a password and a second step, which does not count any more',
      FED,
      withSecond(PWD, 'totp', ['otp']),
      ['idp-1', 'pwd'],
      ['fed', 'pwd'],
    ],
    [
      'with a second step of its own',
      withSecond(FED, 'totp', ['otp']),
      PWD,
      ['idp-1', 'totp', 'pwd'],
      ['fed', 'otp', 'mfa', 'pwd'],
    ],
    ['after a passkey, which stays the first', FED, PASSKEY, ['passkey', 'idp-1'], ['fed']],
    ['by a passkey', PASSKEY, FED, ['passkey', 'idp-1'], ['swk', 'user', 'mfa', 'fed']],
  ])('%s', (_what, now, earlier, methods, amr) => {
    expect(withEarlier(now, earlier)).toEqual({ methods, amr })
  })

  test('a passkey counts as a first step only where it was one', () => {
    expect(firstSteps(withSecond(PWD, 'passkey', ['swk']))).toEqual(['pwd'])
    expect(firstSteps(withEarlier(FED, PASSKEY))).toEqual(['passkey', 'idp-1'])
    expect(firstSteps(withEarlier(FED, withSecond(PWD, 'passkey', ['swk'])))).toEqual(['idp-1', 'pwd'])
  })

  test('a passkey before it is not a second step of this sign-in: whoever has to do one is asked', () => {
    expect(secondStep(two('totp'), withEarlier(FED, PASSKEY), APP).kind).toBe('ask')
    expect(secondStep(two('totp'), withSecond(withEarlier(FED, PASSKEY), 'totp', ['otp']), APP).kind).toBe('none')
  })
})
