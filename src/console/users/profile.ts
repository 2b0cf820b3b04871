import { z } from 'zod'
import { type Complex, isComplex, type Resource } from '../../scim/schema.ts'

const line = z.string().trim().max(256, 'Use at most 256 characters.').default('')
const email = line.refine((value) => value === '' || z.email().safeParse(value).success, 'Give an e-mail address.')
const userName = z.string().trim().min(1, 'Give a user name.').max(256, 'Use at most 256 characters.')

export const newUserForm = z.object({
  userName,
  givenName: line,
  familyName: line,
  email,
  password: z.string().min(1, 'Give a password.'),
})

export const profileForm = z.object({
  version: z.coerce.number().int(),
  userName,
  givenName: line,
  familyName: line,
  displayName: line,
  email,
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

/** What the profile's form shows of a user. */
export function profileOf(user: {
  readonly [attribute: string]: unknown
}): Record<Exclude<keyof Profile, 'active'>, string> {
  const name = isComplex(user.name) ? user.name : {}
  return {
    userName: textOf(user.userName),
    givenName: textOf(name.givenName),
    familyName: textOf(name.familyName),
    displayName: textOf(user.displayName),
    email: textOf(mainOf(user.emails)?.value),
    phone: textOf(mainOf(user.phoneNumbers)?.value),
  }
}

/** The user with what the form has, and nothing else, changed. What the form shows as it was stays as it was. */
export function editProfile(user: Resource, form: Profile): Resource {
  const shown = profileOf(user)
  const edited: Resource = { ...user, active: form.active === 'on' }
  if (form.userName !== shown.userName) edited.userName = form.userName
  if (form.displayName !== shown.displayName) assign(edited, 'displayName', form.displayName)
  if (form.givenName !== shown.givenName || form.familyName !== shown.familyName) {
    // A formatted name that was made of the old parts would contradict the new ones.
    const { formatted: _formatted, ...name }: Complex = isComplex(user.name) ? { ...user.name } : {}
    assign(name, 'givenName', form.givenName)
    assign(name, 'familyName', form.familyName)
    if (Object.keys(name).length > 0) edited.name = name
    else delete edited.name
  }
  if (form.email !== shown.email) edited.emails = replaceMain(user.emails, form.email)
  if (form.phone !== shown.phone) edited.phoneNumbers = replaceMain(user.phoneNumbers, form.phone)
  return edited
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

function assign(target: Complex, name: string, value: string): void {
  if (value === '') delete target[name]
  else target[name] = value
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
