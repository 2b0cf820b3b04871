/** The rows of the tab Attributes: what a provider says, and the attribute that it becomes. */
import { type JitChange, jitChange } from '../../../connections/jit/settings.ts'
import type { FieldError } from '../../../core/errors.ts'
import type { ClaimRule } from '../../../db/schema.ts'
import type { FormValues } from '../../../http.ts'
import { valueOf } from '../../form.ts'
import { EMPTY_ROW, numbersIn, readRow, type Row, rowOf, rulesOf } from '../mapping/form.ts'
import { wordsOf } from '../mapping/transforms.ts'

/** A rule as it is typed; `fallback` is the value where the provider says nothing. */
export type ClaimRow = Row & { readonly fallback: string; readonly sync: string }

export const EMPTY_CLAIM: ClaimRow = { ...EMPTY_ROW, fallback: '', sync: '' }

export function claimRowOf(rule: ClaimRule): ClaimRow {
  const last = rule.transforms?.at(-1)
  const row = { ...rowOf(rule), sync: rule.sync ?? '', fallback: '' }
  if (last?.type !== 'default') return row
  return { ...row, transforms: wordsOf(rule.transforms?.slice(0, -1)), fallback: last.value }
}

export function readClaimRows(values: FormValues): readonly ClaimRow[] {
  return numbersIn(values, 'target').map((n) => ({
    ...readRow(values, n),
    fallback: valueOf(values, `fallback-${n}`)?.trim() ?? '',
    sync: valueOf(values, `sync-${n}`) ?? '',
  }))
}

export function isFilled({ target, value, transforms, fallback }: ClaimRow): boolean {
  return target + value + transforms + fallback !== ''
}

type Checked =
  | { readonly ok: true; readonly mapping: NonNullable<JitChange['mapping']> }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

/** The mapping that rows come to, or what is wrong by the form's own fields. */
export function checkClaimRows(rows: readonly ClaimRow[]): Checked {
  const { rules, errors } = rulesOf(rows.map(withFallback))
  const mapping = rules.map((rule, i) => ({ ...Object(rule), ...(rows[i]?.sync ? { sync: rows[i].sync } : {}) }))
  const parsed = jitChange.pick({ mapping: true }).safeParse({ mapping })
  if (parsed.success && errors.length === 0) return { ok: true, mapping: parsed.data.mapping ?? [] }
  const issues = parsed.success ? [] : parsed.error.issues
  const found = issues.map(({ path, message }) => ({ field: claimFieldAt(path.join('.')), message }))
  return { ok: false, errors: [...errors, ...found] }
}

function withFallback({ transforms, fallback, ...row }: ClaimRow): Row {
  const steps = [transforms, fallback === '' ? '' : `default ${JSON.stringify(fallback)}`]
  return { ...row, transforms: steps.filter((step) => step !== '').join(' | ') }
}

/** The form's field for what the management API calls `jit.mapping.0.source`. */
export function claimFieldAt(path: string): string {
  const [, row, part] = /^(?:jit\.)?mapping\.(\d+)\.(\w+)/.exec(path) ?? []
  if (row === undefined) return ''
  return `${part === 'source' || part === 'constant' ? 'value' : part}-${row}`
}
