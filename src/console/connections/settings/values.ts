/** Settings of a connection as the text of a field, and back. Pure. */
import { isRecord } from '../../../core/json-value.ts'
import type { FormValues } from '../../../http.ts'
import { linesIn } from '../../applications/lines.ts'
import { valueOf, valuesOf } from '../../form.ts'
import type { SettingField } from './kinds.ts'

/** What stands in the field for a setting. */
export function textOfSetting({ kind }: SettingField, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.join(kind === 'words' ? ' ' : '\n')
  if (!isRecord(value)) return String(value)
  return Object.entries(value)
    .map(([name, one]) => `${name}=${String(one)}`)
    .join('\n')
}

export type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string }

/** Whether the form that was sent has the field at all: boxes send nothing where none is ticked, but their mark. */
export function isSent({ name }: SettingField, values: FormValues): boolean {
  return values[name] !== undefined
}

/** The setting that a field stands for, for the schema to judge; null for none. */
export function settingOf(field: SettingField, values: FormValues): Parsed {
  const text = valueOf(values, field.name) ?? ''
  const trimmed = text.trim()
  switch (field.kind) {
    case 'boxes': {
      const ticked = valuesOf(values, field.name).filter((value) => value !== '')
      return { ok: true, value: ticked.length > 0 ? ticked : null }
    }
    case 'secret':
      return { ok: true, value: (field.isLong ? trimmed : text) === '' ? undefined : field.isLong ? trimmed : text }
    case 'choice': {
      const chosen = field.choices.find(([value]) => String(value) === trimmed)
      if (trimmed === '') return { ok: true, value: null }
      return chosen ? { ok: true, value: chosen[0] } : wrong('Choose one of these.')
    }
    case 'words': {
      const words = trimmed.split(/[\s,]+/).filter((word) => word !== '')
      return { ok: true, value: words.length > 0 ? words : null }
    }
    case 'lines':
      return { ok: true, value: trimmed === '' ? null : linesIn(text) }
    case 'parameters':
      return parametersIn(linesIn(text))
    default:
      return { ok: true, value: trimmed === '' && !field.required ? null : trimmed }
  }
}

function parametersIn(lines: readonly string[]): Parsed {
  const parameters = new Map<string, string>()
  for (const line of lines) {
    const [, name = '', value] = /^([^=\s]+)\s*=\s*(.*)$/.exec(line) ?? []
    if (value === undefined) return wrong(`${line}: write it as name=value.`)
    if (parameters.has(name)) return wrong(`${name} is there twice.`)
    parameters.set(name, value)
  }
  return { ok: true, value: parameters.size > 0 ? Object.fromEntries(parameters) : null }
}

function wrong(message: string): Parsed {
  return { ok: false, message }
}
