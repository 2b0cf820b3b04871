/** The form of an attribute mapping: a row for each rule, flat, and the mapping that it stands for. */
import { type MappingInput, mappingInput } from '../../../connections/mapping.ts'
import type { AttributeMapping, MappingRule } from '../../../core/attribute-mapping.ts'
import type { FieldError } from '../../../core/errors.ts'
import type { FormValues } from '../../../http.ts'
import { valueOf } from '../../form.ts'
import { readTransforms, wordsOf } from './transforms.ts'

export const SOURCES = { source: 'From the attribute', constant: 'The constant', none: 'Leave it out' } as const
export const WHEN = { always: 'Always', create: 'When new there' } as const
export const BASES = {
  all: 'All that is known of a user',
  none: 'Only userName, active and externalId',
} as const

/** One rule, as it is typed. */
export type Row = {
  readonly target: string
  readonly from: string
  readonly value: string
  readonly transforms: string
  readonly on: string
}
export type MappingFields = { readonly base: string; readonly rows: readonly Row[] }

export const EMPTY_ROW: Row = { target: '', from: 'source', value: '', transforms: '', on: 'always' }

export function fieldsOf(mapping: AttributeMapping | undefined): MappingFields {
  return { base: mapping?.base ?? 'all', rows: (mapping?.rules ?? []).map(rowOf) }
}

export function rowOf({ target, source, constant, transforms, on = 'always' }: MappingRule): Row {
  // A template reads attributes of its own.
  const isRead = source !== undefined || (transforms !== undefined && transforms.length > 0)
  const from = constant !== undefined ? 'constant' : isRead ? 'source' : 'none'
  const value = source ?? (constant === undefined ? '' : textOfConstant(constant))
  return { target, from, value, transforms: wordsOf(transforms), on }
}

/** Plain text, unless it would be read as something else. */
function textOfConstant(constant: unknown): string {
  return typeof constant === 'string' && readConstant(constant) === constant ? constant : JSON.stringify(constant)
}

function readConstant(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** What stands in a form that was sent. */
export function readFields(values: FormValues): MappingFields {
  return { base: valueOf(values, 'base') ?? 'all', rows: numbersIn(values, 'target').map((n) => readRow(values, n)) }
}

/** Which rows a form has, by a field that each of them has. */
export function numbersIn(values: FormValues, name: string): readonly number[] {
  const field = new RegExp(`^${name}-(\\d{1,3})$`)
  const numbers = Object.keys(values).flatMap((one) => field.exec(one)?.[1] ?? [])
  return numbers.map(Number).sort((a, b) => a - b)
}

export function readRow(values: FormValues, n: number): Row {
  return {
    target: valueOf(values, `target-${n}`)?.trim() ?? '',
    from: valueOf(values, `from-${n}`) ?? 'source',
    value: valueOf(values, `value-${n}`)?.trim() ?? '',
    transforms: valueOf(values, `transforms-${n}`)?.trim() ?? '',
    on: valueOf(values, `on-${n}`) ?? 'always',
  }
}

/** Rows in which nothing was typed stand for nothing. */
export function withoutEmpty({ base, rows }: MappingFields): MappingFields {
  return { base, rows: rows.filter(({ target, value, transforms }) => target + value + transforms !== '') }
}

type Checked =
  { readonly ok: true; readonly mapping: MappingInput } | { readonly ok: false; readonly errors: readonly FieldError[] }

/** The rules that rows stand for, for the schema to judge, and what is wrong with the rows themselves. */
export function rulesOf(rows: readonly Row[]): {
  readonly rules: readonly unknown[]
  readonly errors: readonly FieldError[]
} {
  const read = rows.map((row) => readTransforms(row.transforms))
  const unread = read.flatMap((transforms, i) =>
    transforms ? [] : [{ field: `transforms-${i}`, message: 'This is none of the transforms below.' }],
  )
  const needless = rows.flatMap(({ from, value, transforms }, i) =>
    from === 'source' && value === '' && !/^(?:template|default)\b/i.test(transforms)
      ? [{ field: `value-${i}`, message: 'Give an attribute.' }]
      : [],
  )
  return { rules: rows.map((row, i) => ruleOf(row, read[i] ?? [])), errors: [...unread, ...needless] }
}

/** The mapping, or what is wrong by the form's own fields. */
export function checkFields({ base, rows }: MappingFields): Checked {
  const { rules, errors } = rulesOf(rows)
  const parsed = mappingInput.safeParse({ base, rules })
  if (parsed.success && errors.length === 0) return { ok: true, mapping: parsed.data }
  const issues = parsed.success ? [] : parsed.error.issues
  const found = issues.map(({ path, message }) => ({ field: fieldAt(`mapping.${path.join('.')}`), message }))
  return { ok: false, errors: [...errors, ...found] }
}

function ruleOf({ target, from, value, on }: Row, transforms: readonly unknown[]): unknown {
  const read = from === 'constant' ? { constant: readConstant(value) } : value === '' ? {} : { source: value }
  return {
    target,
    ...(from === 'none' ? {} : read),
    ...(transforms.length > 0 && from !== 'none' ? { transforms } : {}),
    ...(on === 'always' ? {} : { on }),
  }
}

/** The form's field for what the management API calls `mapping.rules.0.source`. */
export function fieldAt(path: string): string {
  const [, row, part] = /^mapping\.rules\.(\d+)\.(\w+)/.exec(path) ?? []
  if (row === undefined) return path === 'mapping.base' ? 'base' : ''
  return `${part === 'source' || part === 'constant' ? 'value' : part}-${row}`
}
