/** Settings as the text of a field, and back. Pure. */
import { isRecord } from '../../../core/json-value.ts'
import type { MappedClaim } from '../../../db/schema.ts'
import { linesIn } from '../lines.ts'
import type { MetadataField } from './kinds.ts'

/** What stands in the field for a setting. */
export function textOfSetting(field: MetadataField, value: unknown): string {
  if (value === undefined) return ''
  switch (field.kind) {
    case 'lines':
      return Array.isArray(value) ? value.join('\n') : ''
    case 'json':
      return JSON.stringify(value, undefined, 2)
    case 'claims':
      return isRecord(value)
        ? Object.entries(value)
            .map(([name, claim]) => lineOf(name, claim as MappedClaim))
            .join('\n')
        : ''
    default:
      return String(value)
  }
}

function lineOf(name: string, { attribute, in: targets }: MappedClaim): string {
  return `${name} = ${attribute} -> ${targets.join(' ')}`
}

export type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string }

/** The setting that a field's text stands for, for the schema to judge; undefined for none. */
export function settingOf(field: MetadataField, text: string): Parsed {
  const trimmed = text.trim()
  if (trimmed === '') return { ok: true, value: undefined }
  switch (field.kind) {
    case 'lines':
      return { ok: true, value: linesIn(text) }
    case 'seconds':
      return /^\d{1,10}$/.test(trimmed) ? { ok: true, value: Number(trimmed) } : wrong('Give a number of seconds.')
    case 'json':
      return parseJson(trimmed)
    case 'claims':
      return parseClaims(linesIn(text))
    case 'choice': {
      const chosen = field.choices.find(([value]) => String(value) === trimmed)
      return chosen ? { ok: true, value: chosen[0] } : wrong('Choose one of these.')
    }
    default:
      return { ok: true, value: trimmed }
  }
}

function parseJson(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return wrong('This is no JSON.')
  }
}

const CLAIM = /^([^\s=]+)\s*=\s*(.+?)(?:\s*->\s*([\w\s,]*))?$/

function parseClaims(lines: readonly string[]): Parsed {
  const claims = new Map<string, unknown>()
  for (const line of lines) {
    const [, name, attribute, targets] = CLAIM.exec(line) ?? []
    if (name === undefined) return wrong(`${line}: write it as claim = attribute.`)
    if (claims.has(name)) return wrong(`${name} is there twice.`)
    const where = targets?.split(/[\s,]+/).filter((one) => one !== '')
    claims.set(name, where === undefined ? { attribute } : { attribute, in: where })
  }
  return { ok: true, value: Object.fromEntries(claims) }
}

function wrong(message: string): Parsed {
  return { ok: false, message }
}
