import { z } from 'zod'
import { clientMetadata } from '../../../applications/client-metadata.ts'
import type { ApplicationRow } from '../../../applications/queries.ts'
import { type ApplicationChange, applicationChange } from '../../../applications/settings.ts'
import { type FieldError, Problem } from '../../../core/errors.ts'
import type { ClientMetadata } from '../../../db/schema.ts'
import type { FormValues } from '../../../http.ts'
import { valueOf, valuesOf } from '../../form.ts'
import { linesIn } from '../lines.ts'
import { METADATA_FIELDS } from './fields.ts'
import { settingOf } from './values.ts'

/**
 * The change that a form of the Protocol tab comes to. It may have a part of the fields: what it does not have stays as
 * it is. Grants are boxes, of which an unticked one sends nothing: they count where the client's method is sent.
 */
export function protocolForm(present: Pick<ApplicationRow, 'clientMetadata'>) {
  return z.record(z.string(), z.union([z.string(), z.array(z.string())])).transform((values, context) => {
    const { change, errors } = read(values, present.clientMetadata)
    for (const { field, message } of errors) context.addIssue({ code: 'custom', message, path: [field] })
    return errors.length > 0 ? z.NEVER : change
  })
}

type Read = { readonly change: ApplicationChange; readonly errors: readonly FieldError[] }

function read(values: FormValues, present: ClientMetadata): Read {
  const metadata = readMetadata(values, present)
  const parsed = applicationChange.safeParse({ ...readBasics(values), clientMetadata: metadata.settings })
  if (parsed.success) return { change: parsed.data, errors: metadata.errors }
  const known = new Set(metadata.errors.map(({ field }) => field))
  const found = parsed.error.issues.map((issue) => faultOf(issue, values)).filter(({ field }) => !known.has(field))
  return { change: {}, errors: [...metadata.errors, ...found] }
}

function readBasics(values: FormValues): Record<string, unknown> {
  const uris = valueOf(values, 'redirectUris')
  const method = valueOf(values, 'tokenEndpointAuthMethod')
  return {
    ...(uris === undefined ? {} : { redirectUris: linesIn(uris) }),
    ...(method === undefined ? {} : { tokenEndpointAuthMethod: method, grantTypes: valuesOf(values, 'grantTypes') }),
  }
}

function readMetadata(values: FormValues, present: ClientMetadata) {
  const settings: Record<string, unknown> = { ...present }
  const errors: FieldError[] = []
  for (const field of METADATA_FIELDS) {
    const text = valueOf(values, field.name)
    if (text === undefined) continue
    const parsed = settingOf(field, text)
    delete settings[field.name]
    if (!parsed.ok) errors.push({ field: field.name, message: parsed.message })
    else if (parsed.value !== undefined) settings[field.name] = parsed.value
  }
  return { settings, errors }
}

/** Beside the field that has it; of a list it says which line. */
function faultOf(issue: z.core.$ZodIssue, values: FormValues): FieldError {
  const [first = '', ...rest] = issue.path.map(String).filter((part) => part !== 'clientMetadata')
  const [place] = rest
  if (place === undefined) return { field: first, message: issue.message }
  const line = /^\d+$/.test(place) ? linesIn(valueOf(values, first) ?? '')[Number(place)] : place
  return { field: first, message: `${line ?? place}: ${issue.message}` }
}

const KNOWN = clientMetadata.shape

/** What the command found wrong, by the names of the fields. */
export async function inFields<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof Problem) || error.errors.length === 0) throw error
    const errors = error.errors.map(({ field, message }) => {
      const [, name = '', part] = /^clientMetadata\.(\w+)(?:\.(.+?))?(?:\.attribute)?$/.exec(field) ?? []
      if (!Object.hasOwn(KNOWN, name)) return { field, message }
      return { field: name, message: part === undefined ? message : `“${part}”: ${message}` }
    })
    throw new Problem(error.status, error.message, errors, { cause: error })
  }
}
