/** The forms of the tab Groups: what a provider has somebody in, and the groups or roles that it gives here. */
import { z } from 'zod'
import { type JitChange, jitChange } from '../../../connections/jit/settings.ts'
import type { FieldError } from '../../../core/errors.ts'
import type { GrantSettings } from '../../../db/schema.ts'
import type { FormValues } from '../../../http.ts'
import { valueOf } from '../../form.ts'
import { numbersIn } from '../mapping/form.ts'

export type GrantKind = 'groups' | 'roles'

/** One word of the provider and one group or role: a word with several stands in several rows. */
export type GrantRow = { readonly word: string; readonly target: string }
export type GrantFields = {
  readonly claim: string
  readonly rows: readonly GrantRow[]
  readonly byName: boolean
  readonly sync: string
}

export const NO_GRANTS: GrantFields = { claim: '', rows: [], byName: false, sync: 'merge' }

/** `nameOf` gives what is shown of an id: the name of a group, or the id itself. */
export function grantFieldsOf(settings: GrantSettings | undefined, nameOf: (id: string) => string): GrantFields {
  if (!settings) return NO_GRANTS
  const rows = Object.entries(settings.map ?? {}).flatMap(([word, ids]) =>
    ids.map((id) => ({ word, target: nameOf(id) })),
  )
  return { claim: settings.claim, rows, byName: settings.byName === true, sync: settings.sync }
}

export function readGrants(values: FormValues): GrantFields {
  return {
    claim: valueOf(values, 'claim')?.trim() ?? '',
    rows: numbersIn(values, 'word').map((n) => ({
      word: valueOf(values, `word-${n}`)?.trim() ?? '',
      target: valueOf(values, `target-${n}`)?.trim() ?? '',
    })),
    byName: valueOf(values, 'byName') === 'on',
    sync: valueOf(values, 'sync') ?? 'merge',
  }
}

export function withoutEmptyRows(fields: GrantFields): GrantFields {
  return { ...fields, rows: fields.rows.filter(({ word, target }) => word + target !== '') }
}

/** What a typed name or a chosen id stands for, or why it stands for nothing. */
export type Target = { readonly id: string } | { readonly fault: string }

type Checked =
  { readonly ok: true; readonly jit: JitChange } | { readonly ok: false; readonly errors: readonly FieldError[] }

const NOTHING_GRANTED = 'Give a row, or check that names count: nothing is granted otherwise.'

/** The change that the form comes to; without a claim, nothing is granted any more. */
export function checkGrants(kind: GrantKind, fields: GrantFields, targets: readonly Target[]): Checked {
  const { claim, rows, byName, sync } = fields
  if (claim === '' && rows.length === 0) return { ok: true, jit: { [kind]: null } }
  const errors: FieldError[] = []
  const map = new Map<string, string[]>()
  rows.forEach(({ word }, i) => {
    const target = targets[i] ?? { fault: 'Choose one.' }
    if (word === '') errors.push({ field: `word-${i}`, message: 'Give what the provider says.' })
    if ('fault' in target) errors.push({ field: `target-${i}`, message: target.fault })
    else map.set(word, [...new Set([...(map.get(word) ?? []), target.id])])
  })
  if (rows.length === 0 && !byName) errors.push({ field: 'byName', message: NOTHING_GRANTED })
  const settings = {
    claim,
    ...(map.size > 0 ? { map: Object.fromEntries(map) } : {}),
    ...(byName ? { byName } : {}),
    sync,
  }
  const parsed = z.object({ settings: jitChange.shape.groups }).safeParse({ settings })
  const found = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({ field: String(path[1]), message }))
  if (!parsed.success || errors.length > 0) return { ok: false, errors: [...errors, ...found] }
  return { ok: true, jit: { [kind]: parsed.data.settings ?? null } }
}
