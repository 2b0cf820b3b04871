/** Which user name a new person gets. Pure. */
import { type Claims, readerOfClaims, rootOf, textIn, textOfClaim } from './said.ts'
import { EMAIL } from './showable.ts'

const MAX_USER_NAME = 100
/** No colon: a Basic header could not carry it (RFC 7617 section 2). */
const USER_NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+'-]*$/u
/** A UUID, hexadecimal digits, or base64url: made by a machine, and nothing that a person could be found by. */
const OPAQUE =
  /^(\P{L}+|[\da-fA-F]{8}(-[\da-fA-F]{4}){3}-[\da-fA-F]{12}|[\da-fA-F]{16,}|(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w-]{20,})$/u

/**
 * A user name that people can read, find and type: the claim that the connection has chosen; or else what the provider
 * has for it, an e-mail address that is not said to be unverified, given.family, or the name at the connection. A chosen
 * one may be a number, as those of employees are: somebody wants it so.
 */
export function readableUserName(claims: Claims, connectionName: string, userNameClaim?: string): string {
  const chosen = userNameClaim === undefined ? undefined : chosenName(claims, userNameClaim)
  if (chosen !== undefined) return chosen
  const [given, family] = [textOfClaim(claims, 'given_name'), textOfClaim(claims, 'family_name')]
  const email = textOfClaim(claims, 'email') ?? ''
  const candidates = [
    textOfClaim(claims, 'preferred_username'),
    claims.email_verified !== false && EMAIL.test(email) ? email : undefined,
    given && family && `${slug(given, '.')}.${slug(family, '.')}`,
  ]
  const name = textOfClaim(claims, 'name') ?? given ?? family ?? textOfClaim(claims, 'nickname') ?? ''
  return (
    candidates.find((one) => isUserName(one) && !OPAQUE.test(one)) ??
    `${slug(name, '.') || 'user'}@${slug(connectionName, '-') || 'connection'}`
  )
}

function chosenName(claims: Claims, path: string): string | undefined {
  // Whoever may call herself as she likes at the provider could call herself by anybody's address.
  if (rootOf(path) === 'email' && claims.email_verified === false) return undefined
  const found = readerOfClaims(claims)(path)
  const name = typeof found === 'number' ? String(found) : textIn(found)
  return isUserName(name) ? name : undefined
}

/** Whether a text will do as a user name that a provider or its person has chosen. */
export function isUserName(name: string | undefined): name is string {
  return name !== undefined && name.length <= MAX_USER_NAME && USER_NAME.test(name)
}

/** Letters and digits in lower case, with `joint` between the words: at most 40 characters. */
export function slug(text: string, joint: '.' | '-'): string {
  const words =
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  return [...words.join(joint)].slice(0, 40).join('').replace(/[.-]$/, '')
}
