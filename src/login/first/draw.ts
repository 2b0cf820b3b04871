/** The sign-in page for what a person is asked: all at once, or her name first and then the password. */
import { listDomainsOf } from '../../connections/domains/queries.ts'
import type { FieldError } from '../../core/errors.ts'
import { knownSignUpPolicy } from '../../directory/sign-up/known.ts'
import { domainOfAddress } from '../../directory/verified/address.ts'
import { aboutApplication } from '../../html/about-application.ts'
import { type AppContext, contentSecurityPolicy, formTargetsOf } from '../../http.ts'
import type { Scope } from '../../platform.ts'
import { type SignInStage, signInPage } from '../pages.ts'
import { firstStepOptions } from '../passkeys/options.ts'
import { passkeyForm } from '../passkeys/pages.ts'
import { passkeyWords } from '../passkeys/words.ts'
import { secondWords } from '../second/words.ts'
import { waysBeside } from '../ways/pages.ts'
import type { Asked } from './asked.ts'
import { findOfferedOfAddress, type Offered, pathTo } from './straight.ts'

export type Typed = { readonly userName: string; readonly remember: boolean; readonly errors: readonly FieldError[] }
export const NOTHING_TYPED: Typed = { userName: '', remember: false, errors: [] }

type Status = 200 | 401 | 422 | 429 | 503

/** `stage` is what is asked now; without it the first. */
export async function drawSignIn(
  c: AppContext,
  asked: Asked,
  typed: Typed,
  status: Status = 200,
  stage: SignInStage = asked.options.identifierFirst ? 'name' : 'all',
): Promise<Response> {
  const { scope, formToken } = c.var
  c.header('Content-Security-Policy', contentSecurityPolicy(formTargetsOf(asked.pending?.parameters.redirectUri)))
  const { options, query, language, pending } = asked
  // Of people who were refused; it depends on the domain alone, and not on whether there is an account.
  const theirs = status === 200 ? undefined : await findOfferedOfAddress(scope, options, typed.userName)
  const hint = theirs && {
    domain: domainOfAddress(typed.userName) ?? '',
    name: theirs.name,
    href: pathTo(scope, asked, theirs, typed.userName),
  }
  const buttons = stage === 'password' ? [] : (await buttonsOf(scope, options)).filter((one) => one.id !== theirs?.id)
  const passkeys = options.passkey && stage !== 'password' ? await passkeysPart(c, asked) : ''
  const below = options.password
    ? waysBeside({ scope, language, goOn: query, hasSignUp: (await knownSignUpPolicy(scope)).enabled })
    : ''
  return c.html(
    signInPage({
      ...typed,
      scope,
      language,
      formToken,
      stage,
      options,
      connections: buttons.map((one) => ({ name: one.name, href: pathTo(scope, asked, one) })),
      hint,
      application: pending?.application.name,
      about: pending && aboutApplication(scope, pending.application, language),
      query,
      passkeys,
      below,
    }),
    status,
  )
}

/** Where people are asked their address first, a connection that has domains is found by it and needs no button. */
async function buttonsOf(
  scope: Scope,
  { identifierFirst, connections }: Asked['options'],
): Promise<readonly Offered[]> {
  if (!identifierFirst) return connections
  const domains = await listDomainsOf(
    scope,
    connections.map(({ id }) => id),
  )
  return connections.filter(({ id }) => (domains.get(id) ?? []).length === 0)
}

async function passkeysPart(c: AppContext, { options, query, language }: Asked) {
  const { scope, formToken, browserHash } = c.var
  const words = secondWords(language)
  return passkeyForm({
    kind: 'get',
    action: `${scope.base}/login/passkey`,
    formToken,
    fields: { ...query, remember: '' },
    options: await firstStepOptions(scope, browserHash),
    label: passkeyWords(language).signInWith,
    autofill: options.password,
    isPrimary: !options.password,
    notes: { failed: words.passkeyFailed, missing: words.passkeyMissing, script: words.passkeyScript },
  })
}
