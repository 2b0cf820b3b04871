/** The forms of an attribute, as the management API takes it: fields of a sub-attribute begin with `subAttributes.0.`. */
import { z } from 'zod'
import type { AttributeChange } from '../../directory/attributes/commands.ts'
import { attributeChange, attributeInput } from '../../directory/attributes/settings.ts'
import type { FormValues } from '../../http.ts'
import { valueOf } from '../form.ts'

export const TYPES = {
  string: 'Text (string)',
  boolean: 'True or false (boolean)',
  integer: 'Whole number (integer)',
  decimal: 'Number (decimal)',
  dateTime: 'Date and time (dateTime)',
  reference: 'Address of something (reference)',
  binary: 'Bytes in Base64 (binary)',
  complex: 'Parts of their own (complex)',
} as const

export const MUTABILITY = {
  readWrite: { label: 'Can be changed', help: 'readWrite' },
  immutable: { label: 'Is set once, and stays', help: 'immutable' },
} as const

export const RETURNED = {
  default: { label: 'With every user', help: 'default' },
  request: { label: 'When a client asks for it by name', help: 'request' },
} as const

const FIRST_ROWS = 3
const FURTHER_ROWS = 3
export const MOST_ROWS = 20

/** How many sub-attributes the form has room for: more, once somebody asked for more. */
export function rowsOf(values: FormValues): number {
  const sent = Object.keys(values).filter((name) => /^subAttributes\.\d+\.name$/.test(name)).length
  return Math.min(Math.max(FIRST_ROWS, sent + (asksForRows(values) ? FURTHER_ROWS : 0)), MOST_ROWS)
}

/** The form was sent for more room, and not yet to be done. */
export function asksForRows(values: FormValues): boolean {
  return values.more !== undefined
}

export function rowName(row: number): string {
  return `subAttributes.${row}.`
}

const anyForm = z.record(z.string(), z.union([z.string(), z.array(z.string())]))

export const newAttributeForm = anyForm.transform((values, context) => {
  const whole = simpleOf(values, '')
  const rows = [...Array(rowsOf(values)).keys()].filter((row) => isFilled(values, rowName(row)))
  const input =
    whole.type === 'complex'
      ? { ...whole, canonicalValues: undefined, subAttributes: partsOf(values, rows) }
      : { ...whole, subAttributes: undefined }
  const parsed = attributeInput.safeParse(input)
  if (parsed.success) return parsed.data
  for (const { path, message } of parsed.error.issues) {
    const [first, place, ...rest] = path
    const isRow = first === 'subAttributes' && typeof place === 'number'
    addFault(context, isRow ? [first, rows[place] ?? place, ...rest] : path, message)
  }
  return z.NEVER
})

/** What can change of an attribute. Suggestions that were all taken away are none. */
export const attributeForm = anyForm.transform((values, context): AttributeChange => {
  const { description, required, mutability, returned, canonicalValues } = simpleOf(values, '')
  const parsed = attributeChange.safeParse({ description, required, mutability, returned, canonicalValues })
  if (parsed.success) return { ...parsed.data, canonicalValues }
  for (const { path, message } of parsed.error.issues) addFault(context, path, message)
  return z.NEVER
})

function partsOf(values: FormValues, rows: readonly number[]) {
  return rows.length === 0 ? undefined : rows.map((row) => simpleOf(values, rowName(row)))
}

function isFilled(values: FormValues, prefix: string): boolean {
  return ['name', 'description'].some((name) => textIn(values, prefix + name) !== '')
}

function simpleOf(values: FormValues, prefix: string) {
  const text = (name: string) => textIn(values, prefix + name)
  const isTicked = (name: string) => valueOf(values, prefix + name) === 'on'
  const lines = text('canonicalValues').split('\n')
  const canonicalValues = [...new Set(lines.map((line) => line.trim()))].filter((line) => line !== '')
  return {
    name: text('name'),
    type: text('type'),
    description: text('description'),
    multiValued: isTicked('multiValued'),
    required: isTicked('required'),
    caseExact: isTicked('caseExact'),
    mutability: text('mutability') || undefined,
    returned: text('returned') || undefined,
    canonicalValues: canonicalValues.length > 0 ? canonicalValues : undefined,
  }
}

function textIn(values: FormValues, name: string): string {
  return (valueOf(values, name) ?? '').trim()
}

/** A message stands beside the field of all the lines, whichever of them is wrong. */
function addFault(context: z.RefinementCtx, path: readonly PropertyKey[], message: string): void {
  const lines = path.indexOf('canonicalValues')
  if (lines < 0) context.addIssue({ code: 'custom', message, path: [...path] })
  else context.addIssue({ code: 'custom', message: TOO_MUCH, path: path.slice(0, lines + 1) })
}

const TOO_MUCH = 'Give at most 200 values, each of at most 200 characters.'
