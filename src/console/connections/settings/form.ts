/** What a form of a connection's settings comes to: a new authenticator, or a change of it. */
import { z } from 'zod'
import {
  type AuthenticatorChange,
  authenticatorChange,
  type AuthenticatorInput,
  authenticatorInput,
} from '../../../connections/authenticator/settings.ts'
import { connectionChange } from '../../../connections/settings.ts'
import { type FieldError, Problem } from '../../../core/errors.ts'
import { type FormValues, messageOf } from '../../../http.ts'
import { linesIn } from '../../applications/lines.ts'
import { valueOf } from '../../form.ts'
import { SETTING_FIELDS } from './fields.ts'
import { isSent, settingOf } from './values.ts'

const anyForm = z.record(z.string(), z.union([z.string(), z.array(z.string())]))

/** A form may have a part of the fields: what it does not have stays as it is. */
export const settingsForm = anyForm.transform((values, context): AuthenticatorChange => {
  const read = readSettings(values)
  return checked(authenticatorChange, read, values, context)
})

/** For a connection that does not sign anybody in yet. */
export const newAuthenticatorForm = anyForm.transform((values, context): AuthenticatorInput => {
  const { settings, errors } = readSettings(values)
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null))
  return checked(authenticatorInput, { settings: { type: 'oidc', ...given }, errors }, values, context)
})

type Read = { readonly settings: Record<string, unknown>; readonly errors: readonly FieldError[] }

function readSettings(values: FormValues): Read {
  const settings: Record<string, unknown> = {}
  const errors: FieldError[] = []
  for (const field of SETTING_FIELDS.filter((one) => isSent(one, values))) {
    const parsed = settingOf(field, values)
    if (!parsed.ok) errors.push({ field: field.name, message: parsed.message })
    else if (parsed.value !== undefined) settings[field.name] = parsed.value
  }
  return { settings, errors }
}

function checked<S extends z.ZodType>(
  schema: S,
  { settings, errors }: Read,
  values: FormValues,
  context: z.core.$RefinementCtx,
): z.output<S> {
  const parsed = schema.safeParse(settings)
  if (parsed.success && errors.length === 0) return parsed.data
  const known = new Set(errors.map(({ field }) => field))
  const found = parsed.success ? [] : parsed.error.issues.map((issue) => faultOf(issue, values))
  for (const { field, message } of [...errors, ...found.filter(({ field }) => !known.has(field))]) {
    context.addIssue({ code: 'custom', message, path: [field] })
  }
  return z.NEVER
}

/** Beside the field that has it; of a list it says which line. */
function faultOf(issue: z.core.$ZodIssue, values: FormValues): FieldError {
  const [field = '', place] = issue.path.map(String)
  const message = messageOf(issue)
  if (place === undefined) return { field, message }
  const line = /^\d+$/.test(place) ? linesIn(valueOf(values, field) ?? '')[Number(place)] : place
  return { field, message: `${line ?? place}: ${message}` }
}

/** What the command found wrong, by the names of the fields: `authenticator.parameters.hd` stands in `parameters`. */
export async function inFields<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const errors = error.errors.map(({ field, message }) => {
      const [, name, part] = /^authenticator\.(\w+)(?:\.(.+))?$/.exec(field) ?? []
      if (name === undefined) return { field, message }
      return { field: name, message: part === undefined ? message : `${part}: ${message}` }
    })
    throw new Problem(error.status, error.message, errors, { cause: error })
  }
}

/** The e-mail domains, one a line. */
export const domainsForm = z
  .object({ domains: z.string().default('').transform(linesIn) })
  .transform((form, context) => {
    const parsed = connectionChange.pick({ domains: true }).safeParse(form)
    if (parsed.success) return { domains: parsed.data.domains ?? [] }
    for (const { path, message } of parsed.error.issues) {
      const line = typeof path[1] === 'number' ? `${form.domains[path[1]]}: ` : ''
      context.addIssue({ code: 'custom', message: line + message, path: ['domains'] })
    }
    return z.NEVER
  })
