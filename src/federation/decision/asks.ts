/** What a new person is asked on a page before there is an account, and what is made of her answers. Pure. */
import { claimTarget } from '../../connections/jit/claim-rules.ts'
import { unlessRefused } from '../../core/errors.ts'
import type { JitSettings, PasswordPolicy } from '../../db/schema.ts'
import { checkPassword } from '../../directory/passwords/policy.ts'
import { applyRules } from '../../scim/mapping/map.ts'
import { parseSource, valueAt } from '../../scim/mapping/place.ts'
import type { Resource, ResourceType } from '../../scim/schema.ts'
import { CUSTOM_USER_URN } from '../../scim/schemas/custom.ts'
import { canonicalValue, isBlank, isTaken as isGiven } from '../../scim/values.ts'
import { textIn } from '../claims/said.ts'
import { EMAIL } from '../claims/showable.ts'
import { isUserName } from '../claims/user-name.ts'
import { isDisguised } from './user-name.ts'

export type Asks = {
  readonly userName: boolean
  readonly password: boolean
  readonly consent: boolean
  /** SCIM paths that the account has to have, and the provider does not say. */
  readonly attributes: readonly string[]
}

/** What she has answered on the page: it is checked as if somebody else had made it up, and counts for what was asked. */
export type Answers = {
  readonly userName?: string
  readonly password?: string
  /** By the path that was asked, each as text. */
  readonly attributes?: Readonly<Record<string, string>>
  readonly consented?: boolean
}

/** `field` is `userName`, `password`, `consent` or the path of an attribute. */
export type AnswerError = {
  readonly field: string
  /** Nothing was answered; somebody has the name; it cannot be one; the tenant's policy refuses the password. */
  readonly fault: 'missing' | 'taken' | 'unfit' | 'weak'
}

/** What is asked of whom the provider describes so; undefined if nothing is. */
export function asksOf(
  { scheme, requiredAttributes = [] }: Pick<JitSettings, 'scheme' | 'requiredAttributes'>,
  type: ResourceType,
  user: Resource,
): Asks | undefined {
  const required = [...new Set([...requiredAttributes, ...ownRequired(type)])]
  const asks = {
    userName: scheme === 'username',
    password: scheme === 'username' || scheme === 'password',
    consent: scheme !== 'silent',
    attributes: required.filter((path) => isMissing(type, user, path)),
  }
  return asks.consent || asks.attributes.length > 0 ? asks : undefined
}

/** What the tenant requires of its own attributes; SCIM demands them of whoever has any of the extension (RFC 7643 section 6). */
function ownRequired(type: ResourceType): string[] {
  const own = type.extensions.find(({ schema }) => schema.id === CUSTOM_USER_URN)?.schema.attributes ?? []
  return own.filter(({ required }) => required).map(({ name }) => `${CUSTOM_USER_URN}:${name}`)
}

/** Missed by nobody: an attribute that is no more since it was required, and what nobody says of herself (externalId). */
function isMissing(type: ResourceType, user: Resource, path: string): boolean {
  const isBlankThere = unlessRefused(() => {
    claimTarget(type, path)
    return isBlank(parseSource(type, path)(user))
  })
  return isBlankThere === true
}

export type Answered = {
  readonly userName: string
  readonly user: Resource
  readonly errors: readonly AnswerError[]
}

type Asked = {
  readonly asks: Asks
  readonly type: ResourceType
  readonly policy: PasswordPolicy
  /** The name that is proposed, and the account with it. */
  readonly userName: string
  readonly user: Resource
  /** Somebody has the name that she chose, or had it and was deleted. */
  readonly isTaken: boolean
}

/** The account with what she answered. With errors it must not be made. */
export function answered({ asks, type, policy, isTaken, ...proposed }: Asked, answers: Answers): Answered {
  const chosen = answers.userName?.normalize('NFC').trim()
  const userName = asks.userName && chosen ? chosen : proposed.userName
  const { password } = answers
  const errors: AnswerError[] = []
  if (asks.userName) errors.push(...nameErrors(chosen, proposed.userName, isTaken))
  if (asks.password && !password) errors.push({ field: 'password', fault: 'missing' })
  else if (asks.password && password && checkPassword(policy, password)) {
    errors.push({ field: 'password', fault: 'weak' })
  }
  const given = attributesWith(type, { ...proposed.user, userName }, asks.attributes, answers.attributes ?? {})
  errors.push(...given.errors)
  if (asks.consent && answers.consented !== true) errors.push({ field: 'consent', fault: 'missing' })
  const user = asks.password && password ? { ...given.user, password } : given.user
  return { userName, user, errors }
}

/** No @ but that of the name that the provider proposes: whoever chose another's address would be taken for her. */
function nameErrors(chosen: string | undefined, proposed: string, isTaken: boolean): AnswerError[] {
  if (!chosen) return [{ field: 'userName', fault: 'missing' }]
  const isFit = isUserName(chosen) && !chosen.includes('@') && !isDisguised(chosen)
  if (chosen !== proposed && !isFit) return [{ field: 'userName', fault: 'unfit' }]
  return isTaken ? [{ field: 'userName', fault: 'taken' }] : []
}

function attributesWith(
  type: ResourceType,
  before: Resource,
  paths: readonly string[],
  given: Readonly<Record<string, string>>,
): { readonly user: Resource; readonly errors: readonly AnswerError[] } {
  let user = before
  const errors: AnswerError[] = []
  for (const path of paths) {
    const text = Object.hasOwn(given, path) ? (given[path] ?? '').normalize('NFC').trim() : ''
    const next = text === '' ? undefined : withAttribute(type, user, path, text)
    if (next) user = next
    else errors.push({ field: path, fault: text === '' ? 'missing' : 'unfit' })
  }
  return { user, errors }
}

function withAttribute(type: ResourceType, user: Resource, path: string, text: string): Resource | undefined {
  const place = claimTarget(type, path)
  const isBadEmail = place.name === 'emails' && !EMAIL.test(text)
  if (isBadEmail || textIn(text) === undefined) return undefined
  const none = { read: () => undefined, sent: undefined }
  const next = applyRules(type, [{ target: path, constant: text }], user, none)
  const { attribute } = place
  const canonical = unlessRefused(() => attribute && canonicalValue(attribute, valueAt(next, place), path, isGiven))
  return isBlank(canonical) ? undefined : (next as Resource)
}
