/** What somebody who signs up has typed. Pure. */
import { z } from 'zod'
import type { FieldError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import type { SignUpPolicy } from '../../db/schema.ts'
import type { Newcomer } from '../../mail/orders.ts'
import { signUpWords } from './words.ts'

const LONGEST = 200
/** As directory/users/columns.ts, and no @: a name that is another's address would be taken for her when she signs in. */
const UNFIT = /^\s|\s$|@|[\p{Cc}\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]/u

const NAMES = ['userName', 'email', 'givenName', 'familyName'] as const

/** The fields as they were typed, without the blanks around them. */
export function typedNewcomer(
  form: Readonly<Record<string, unknown>>,
  policy: Pick<SignUpPolicy, 'userName'>,
): Newcomer {
  const [userName = '', email = '', givenName = '', familyName = ''] = NAMES.map((name) => {
    const value = form[name]
    return typeof value === 'string' ? value.trim() : ''
  })
  return { userName: policy.userName === 'email' ? email : userName, email, givenName, familyName }
}

export function faultsOf(
  newcomer: Newcomer,
  policy: Pick<SignUpPolicy, 'userName'>,
  language: Language,
): readonly FieldError[] {
  const words = signUpWords(language)
  const long = NAMES.filter((name) => newcomer[name].length > LONGEST).map((field) => ({
    field,
    message: words.tooLong(words[field]),
  }))
  if (long.length > 0) return long
  const isEmail = z.email().safeParse(newcomer.email).success
  return [
    ...(policy.userName === 'chosen' ? nameFaults(newcomer.userName, language) : []),
    ...(isEmail ? [] : [{ field: 'email', message: words.enterEmail }]),
  ]
}

export function nameFaults(userName: string, language: Language): readonly FieldError[] {
  const words = signUpWords(language)
  if (userName === '') return [{ field: 'userName', message: words.enterUserName }]
  return UNFIT.test(userName) ? [{ field: 'userName', message: words.badUserName }] : []
}
