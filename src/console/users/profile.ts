import { z } from 'zod'
import { Problem } from '../../core/errors.ts'
import { type Complex, isComplex, type Resource, type ResourceType } from '../../scim/schema.ts'
import { applyChanges, changeAt } from './attributes/edit.ts'

const line = z.string().trim().default('')
const isEmail = (value: string) => value === '' || z.email().safeParse(value).success
const WRONG_EMAIL = 'Give an e-mail address.'
const userName = z.string().trim().min(1, 'Give a user name.')

export const newUserForm = z.object({
  userName,
  givenName: line,
  familyName: line,
  email: line.refine(isEmail, WRONG_EMAIL),
  password: z.string().min(1, 'Give a password.'),
})

export const profileForm = z.object({
  version: z.coerce.number().int(),
  userName,
  givenName: line,
  familyName: line,
  displayName: line,
  email: line,
  phone: line,
  active: z.literal('on').optional(),
})
export type Profile = Omit<z.output<typeof profileForm>, 'version'>

/** The SCIM body that the form of a new user stands for. */
export function newUserBody(form: z.output<typeof newUserForm>): Complex {
  return {
    userName: form.userName,
    name: {
      ...(form.givenName && { givenName: form.givenName }),
      ...(form.familyName && { familyName: form.familyName }),
    },
    emails: form.email === '' ? [] : [{ value: form.email, primary: true }],
    password: form.password,
  }
}

/** What the profile's form shows of a user, as a browser sends it back. */
export function profileOf(user: {
  readonly [attribute: string]: unknown
}): Record<Exclude<keyof Profile, 'active'>, string> {
  const name = isComplex(user.name) ? user.name : {}
  return {
    userName: lineOf(user.userName),
    givenName: lineOf(name.givenName),
    familyName: lineOf(name.familyName),
    displayName: lineOf(user.displayName),
    email: lineOf(mainOf(user.emails)?.value),
    phone: lineOf(mainOf(user.phoneNumbers)?.value),
  }
}

/**
 * The user with what the form has, and nothing else, changed; what the form shows as it was stays as it was. Throws
 * Problem with each field that is wrong.
 */
export function editProfile(type: ResourceType, user: Resource, form: Profile): Resource {
  const shown = profileOf(user)
  if (form.email !== shown.email && !isEmail(form.email)) {
    throw new Problem(400, WRONG_EMAIL, [{ field: 'email', message: WRONG_EMAIL }])
  }
  const isActive = form.active === 'on'
  const { givenName, familyName } = form
  // A formatted name that was made of the old parts would contradict the new ones.
  const name = { formatted: null, givenName: givenName || null, familyName: familyName || null }
  const changes: (readonly [path: string, isOther: boolean, value: unknown, field?: string])[] = [
    ['active', (user.active !== false) !== isActive, isActive],
    ['userName', form.userName !== shown.userName, form.userName],
    ['displayName', form.displayName !== shown.displayName, form.displayName || null],
    ['name', givenName !== shown.givenName || familyName !== shown.familyName, name],
    ['emails', form.email !== shown.email, replaceMain(user.emails, form.email), 'email'],
    ['phoneNumbers', form.phone !== shown.phone, replaceMain(user.phoneNumbers, form.phone), 'phone'],
  ]
  const made = changes.filter(([, isOther]) => isOther)
  return applyChanges(
    type,
    user,
    made.map(([path, , value, field]) => changeAt(type, path, value, field)),
  )
}

/** The primary value of a multi-valued attribute, or the first if none is primary. */
function mainOf(values: unknown): Complex | undefined {
  const list = Array.isArray(values) ? values.filter(isComplex) : []
  return list.find((one) => one.primary === true) ?? list[0]
}

function replaceMain(values: unknown, value: string): Complex[] {
  const list = Array.isArray(values) ? values.filter(isComplex) : []
  const main = mainOf(values)
  if (value === '') return list.filter((one) => one !== main)
  if (!main) return [{ value, primary: true }]
  return list.map((one) => (one === main ? { ...one, value } : one))
}

/** Browsers take line breaks out of a line, and the form takes the blanks around it for a slip. */
function lineOf(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[\r\n]/g, '').trim() : ''
}
