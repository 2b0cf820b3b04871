/** A decision in sentences, for an administrator. Pure. */
import { isRecord } from '../../../core/json-value.ts'
import type { Details } from '../decide.ts'

export type Decided = { readonly decision: string; readonly reason: string; readonly details: Details }

export function explain({ decision, reason, details }: Decided): string {
  const because = REASONS[reason]?.(details) ?? `The reason is ${reason}.`
  const failed = decision === 'failed' && typeof details.why === 'string' ? [details.why] : []
  const rules = decision === 'create' || decision === 'ask' || decision === 'refuse' ? rulesIn(details) : []
  return [because, ...rules, ...ignoredIn(details), ...failed].join(' ')
}

type Sentence = (details: Details) => string

const REASONS: Readonly<Record<string, Sentence>> = {
  'linked-before': () => 'The account that is linked with this person is signed in to.',
  new: ({ userName }) => `A new account is made${typeof userName === 'string' ? `: ${userName}` : ''}.`,
  'linked-by-attribute': (details) => proofOr(details, 'The account with her verified address is linked.'),
  'linked-by-external-id': (details) =>
    proofOr(details, `The account whose externalId is the claim ${textIn(details, 'externalIdClaim')} is linked.`),
  proved: () => 'She has signed in to the account, which is linked now.',
  'asked-by-herself': () => 'Who is signed in has linked her account with this person.',
  'linked-by-administrator': () => 'An administrator has linked the account.',
  asked: ({ asks, errors }) => {
    const isAgain = Array.isArray(errors) && errors.length > 0
    return `She is asked ${isAgain ? 'again' : 'first'} for ${asked(asks)}; there is no account before she has answered.`
  },
  deactivated: ({ by }) =>
    `Her account is deactivated (known by ${wayOf(by)}); a deactivated person gets no other one.`,
  deleted: ({ by }) => `Her account was deleted (known by ${wayOf(by)}); under Deleted users she can be let back in.`,
  'jit-off': () => 'Nobody is linked with this person, and just-in-time provisioning is off.',
  'domain-not-allowed': ({ domain, email }) =>
    domain === undefined
      ? `Only people of the connection’s domains get an account, and her e-mail address is ${email === 'missing' ? 'missing' : 'not verified by the provider'}.`
      : `Only people of the connection’s domains get an account, and ${String(domain)} is none of them.`,
  ambiguous: () => 'Several accounts may be hers; an administrator has to link the right one.',
  'linked-elsewhere': () =>
    'The account that would be hers is linked with another person of the same provider; an administrator has to say who is who.',
  'proof-outdated': () => 'The account that she has signed in to is not the one that would be hers any more.',
  'target-refused': () => 'A target that has to take the account first did not.',
  'not-provisioned': () => 'What was decided could not be stored.',
}

function proofOr({ by }: Details, linked: string): string {
  return by === undefined
    ? `${linked.replace(' is linked.', ' would be linked')}, once she has signed in to it.`
    : linked
}

function asked(asks: unknown): string {
  if (!isRecord(asks)) return 'what is missing'
  const named = ['userName', 'password', 'consent'].filter((name) => asks[name] === true)
  const words = named.map((name) => (name === 'userName' ? 'a user name' : name === 'password' ? 'a password' : name))
  const attributes = Array.isArray(asks.attributes) ? asks.attributes.map(String) : []
  return [...words, ...attributes].join(', ')
}

function wayOf(by: unknown): string {
  return by === 'link'
    ? 'her link'
    : by === 'userName'
      ? 'her user name'
      : by === 'address'
        ? 'her e-mail address'
        : 'her externalId'
}

/** Why the rules of linking did not name anybody. */
function rulesIn({ rules }: Details): string[] {
  if (!Array.isArray(rules)) return []
  return rules.filter(isRecord).flatMap((rule) => {
    const outcome = OUTCOMES[String(rule.outcome)]
    return outcome === undefined
      ? []
      : [`By the rule ${textIn(rule, 'claim')} = ${textIn(rule, 'attribute')} ${outcome}.`]
  })
}

/** What of the provider's word on groups and roles was not used. */
function ignoredIn({ ignoredClaims }: Details): string[] {
  if (!Array.isArray(ignoredClaims)) return []
  return ignoredClaims.filter(isRecord).map((one) => {
    const why = IGNORED[String(one.why)] ?? 'it cannot be used'
    return `The claim ${textIn(one, 'claim')} changes nothing: ${why}.`
  })
}

const IGNORED: Readonly<Record<string, string>> = {
  overage:
    'the provider says that there are too many to be told (of Entra ID: let it send those of the application only)',
  shape: 'it is no list of names or ids',
  'too-many': 'it lists more than anybody is in',
}

const OUTCOMES: Readonly<Record<string, string>> = {
  'no-claim': 'nobody was looked for: the claim is missing',
  'not-verified': 'nobody was looked for: it is not the address that the provider has verified',
  'other-domain': 'nobody was looked for: the address is of no domain of the connection',
  'not-verified-here': 'an account was found, but there the address is not verified',
  declined: 'an account was found that she said is not hers',
  nobody: 'nobody was found',
}

function textIn(record: Readonly<Record<string, unknown>>, name: string): string {
  const value = record[name]
  return typeof value === 'string' ? value : '?'
}
