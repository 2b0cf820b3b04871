import { describe, expect, test } from 'vitest'
import type { LoginFlow, RequestedClaims } from '../../src/db/schema.ts'
import { nextStep } from '../../src/oidc/next-step.ts'
import type { Session } from '../../src/session/queries.ts'

const PASSWORD: LoginFlow = { steps: [{ options: ['password'] }] }
const FEDERATED: LoginFlow = { steps: [{ options: [{ connection: 'idp-1' }] }] }
/** The request came at second 1000. */
const CREATED = 1000

type Situation = {
  prompt?: string[]
  maxAge?: number
  loginFlow?: LoginFlow
  signedInAt?: number
  method?: string
  hintedUserId?: string
  /** False for an application of somebody else. */
  firstParty?: boolean
  consentedBy?: string
  asked?: string[]
  given?: string[]
  acrValues?: string[]
  claims?: RequestedClaims
  /** What else is so of the session. */
  session?: Partial<Session>
}

function sessionOf(session: Pick<Session, 'method' | 'authenticatedAt'> & Partial<Session>): Session {
  return {
    userId: 'kim',
    userName: 'kim',
    displayName: null,
    sid: 's',
    methods: [session.method],
    amr: session.method === 'pwd' ? ['pwd'] : ['fed'],
    secondFactorAt: null,
    enrolled: { totp: false, passkey: false },
    ...session,
  }
}

function stepOf(situation: Situation, now = CREATED) {
  const { prompt = [], maxAge, loginFlow = PASSWORD, signedInAt, method = 'pwd', hintedUserId, firstParty } = situation
  const { consentedBy = null, asked = ['openid'], given } = situation
  const at = (seconds: number) => new Date(seconds * 1000)
  const parameters = {
    prompt,
    ...(maxAge === undefined ? {} : { maxAge }),
    ...(hintedUserId === undefined ? {} : { hintedUserId }),
    ...(situation.acrValues ? { acrValues: situation.acrValues } : {}),
    ...(situation.claims ? { claims: situation.claims } : {}),
  }
  const clientMetadata = firstParty === undefined ? {} : { firstParty }
  const session: Session | undefined =
    signedInAt === undefined ? undefined : sessionOf({ method, authenticatedAt: at(signedInAt), ...situation.session })
  const request = { parameters, application: { loginFlow, clientMetadata }, created: at(CREATED), consentedBy }
  return nextStep(request, session, { asked, given }, at(now)).kind
}

describe('who has to sign in, and who goes on (OpenID Connect Core 3.1.2.3)', () => {
  test.each<[string, Situation, string]>([
    ['nobody is signed in', {}, 'sign-in'],
    ['somebody is signed in', { signedInAt: 10 }, 'issue'],
    ['prompt=none and nobody is signed in (3.1.2.6)', { prompt: ['none'] }, 'login-required'],
    ['prompt=none and somebody is signed in', { prompt: ['none'], signedInAt: 10 }, 'issue'],
    ['prompt=login, although somebody is signed in', { prompt: ['login'], signedInAt: 10 }, 'sign-in'],
    ['prompt=login, and she has signed in since', { prompt: ['login'], signedInAt: 1001 }, 'issue'],
    [
      'prompt=select_account, although somebody is signed in',
      { prompt: ['select_account'], signedInAt: 10 },
      'sign-in',
    ],
    ['id_token_hint of who is signed in', { hintedUserId: 'kim', signedInAt: 10 }, 'issue'],
    ['id_token_hint of somebody else (3.1.2.1)', { hintedUserId: 'lee', signedInAt: 10 }, 'sign-in'],
    [
      'id_token_hint of somebody else, and prompt=none (3.1.2.1)',
      { hintedUserId: 'lee', prompt: ['none'], signedInAt: 10 },
      'login-required',
    ],
    [
      'id_token_hint of somebody else, and she signed in as another one for this request',
      { hintedUserId: 'lee', signedInAt: 1001 },
      'login-required',
    ],
    ['max_age, and the sign-in is as old as that', { maxAge: 100, signedInAt: 900 }, 'issue'],
    ['max_age, and the sign-in is older', { maxAge: 99, signedInAt: 900 }, 'sign-in'],
    [
      'max_age, the sign-in is older, and prompt=none',
      { maxAge: 99, prompt: ['none'], signedInAt: 900 },
      'login-required',
    ],
    ['max_age=0 means a sign-in for this very request', { maxAge: 0, signedInAt: 999 }, 'sign-in'],
    ['a session of a method that the login flow does not offer', { signedInAt: 10, method: 'idp-1' }, 'sign-in'],
    ['a session by password where only a connection is offered', { signedInAt: 10, loginFlow: FEDERATED }, 'sign-in'],
    ['a session by the connection that is offered', { signedInAt: 10, method: 'idp-1', loginFlow: FEDERATED }, 'issue'],
    ['a session of another connection', { signedInAt: 10, method: 'idp-2', loginFlow: FEDERATED }, 'sign-in'],
    [
      'a session of another method, new as it is, and prompt=none',
      { signedInAt: 1001, method: 'idp-2', prompt: ['none'] },
      'login-required',
    ],
  ])('%s', (_what, situation, step) => {
    expect(stepOf(situation)).toBe(step)
  })

  test('who took longer than max_age over the rest of the way is not asked again', () => {
    expect(stepOf({ maxAge: 1, signedInAt: 1010 }, 1100)).toBe('issue')
  })
})

describe('who owes a second step, and who goes on without', () => {
  const TWO = 'urn:postern:acr:2fa'
  const APP = { enrolled: { totp: true, passkey: false } }
  const DONE = { ...APP, methods: ['pwd', 'totp'], amr: ['pwd', 'otp', 'mfa'] }
  const NEVER: LoginFlow = { ...PASSWORD, secondFactor: 'never' }
  const essential = { id_token: { acr: { essential: true, value: TWO } } }
  test.each<[string, Situation, string]>([
    ['she has a factor', { session: APP }, 'second-step'],
    ['she has a factor, and prompt=none', { session: APP, prompt: ['none'] }, 'login-required'],
    ['she has done it', { session: DONE }, 'issue'],
    ['the flow asks for none', { session: APP, loginFlow: NEVER }, 'issue'],
    [
      'the flow asks for none, and the application wishes it',
      { session: APP, loginFlow: NEVER, acrValues: [TWO] },
      'second-step',
    ],
    ['it is wished, and prompt=none', { session: APP, loginFlow: NEVER, acrValues: [TWO], prompt: ['none'] }, 'issue'],
    ['it is wished, and she has none', { acrValues: [TWO] }, 'issue'],
    ['it is essential, and she has one', { session: APP, loginFlow: NEVER, claims: essential }, 'second-step'],
    ['it is essential, and she has none', { claims: essential }, 'unmet-acr'],
    ['it is essential, she has none, and prompt=none', { claims: essential, prompt: ['none'] }, 'unmet-acr'],
    ['it is essential, and she has done it', { session: DONE, claims: essential }, 'issue'],
    ['everybody has to, and she has none', { loginFlow: { ...PASSWORD, secondFactor: 'always' } }, 'second-step'],
  ])('%s: %#', (_what, situation, step) => {
    expect(stepOf({ signedInAt: 10, ...situation })).toBe(step)
  })

  test('who has to sign in anew does so from the first step', () => {
    expect(stepOf({ signedInAt: 10, session: APP, prompt: ['login'] })).toBe('sign-in')
    expect(stepOf({ signedInAt: 10, session: { ...DONE, methods: ['idp-1', 'totp'] }, method: 'idp-1' })).toBe(
      'sign-in',
    )
  })
})

describe('who is asked for consent (OpenID Connect Core 3.1.2.4)', () => {
  test.each<[string, Situation, string]>([
    ['an application of which nobody said whose it is', {}, 'issue'],
    ['an application of the tenant', { firstParty: true }, 'issue'],
    ['an application of somebody else', { firstParty: false }, 'consent'],
    ['an application of somebody else that asks for nothing', { firstParty: false, asked: [] }, 'consent'],
    ['one that was let all that it asks for', { firstParty: false, given: ['email', 'openid'] }, 'issue'],
    [
      'one that asks for more than it was let',
      { firstParty: false, asked: ['openid', 'email'], given: ['openid'] },
      'consent',
    ],
    ['prompt=consent, although it was let', { firstParty: false, prompt: ['consent'], given: ['openid'] }, 'consent'],
    ['prompt=consent of an application of the tenant', { firstParty: true, prompt: ['consent'] }, 'consent'],
    ['prompt=consent, and she said yes to this request', { prompt: ['consent'], consentedBy: 'kim' }, 'issue'],
    [
      'prompt=consent, and somebody else said yes to this request',
      { prompt: ['consent'], consentedBy: 'lee' },
      'consent',
    ],
    ['prompt=none, and nobody was asked (3.1.2.6)', { firstParty: false, prompt: ['none'] }, 'consent-required'],
    ['prompt=none, and it was let', { firstParty: false, prompt: ['none'], given: ['openid'] }, 'issue'],
  ])('%s', (_what, situation, step) => {
    expect(stepOf({ signedInAt: 10, ...situation })).toBe(step)
  })

  test('nobody is asked before she has signed in', () => {
    expect(stepOf({ firstParty: false })).toBe('sign-in')
    expect(stepOf({ firstParty: false, consentedBy: 'kim', prompt: ['login'], signedInAt: 10 })).toBe('sign-in')
  })
})
