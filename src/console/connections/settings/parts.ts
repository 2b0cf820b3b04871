/** The fields of a group of settings, with what was typed or else what is set. */
import { html } from 'hono/html'
import type { Authenticator } from '../../../db/schema.ts'
import { attr, type Content, errorOf, field, fieldId, type Html } from '../../../html.ts'
import { select } from '../../../html/choices.ts'
import { type Draft, valueOf, valuesOf } from '../../form.ts'
import type { SettingField, SettingGroup } from './kinds.ts'
import { textOfSetting } from './values.ts'

/** What is set; of what is secret, that it is. */
export type Present = {
  readonly authenticator: Authenticator | null
  readonly hasSecret: boolean
  readonly hasKey: boolean
}

export const NOTHING_SET: Present = { authenticator: null, hasSecret: false, hasKey: false }

export function groupFields({ fields, further = [] }: SettingGroup, present: Present, draft: Draft): Content {
  const isOpen = further.some(({ name }) => isSet(name, present) || errorOf(draft.errors, name) !== undefined)
  return [
    fields.map((one) => settingField(one, present, draft)),
    further.length === 0
      ? ''
      : html`<details class="more" ${attr('open', isOpen)}>
          <summary>Further settings</summary>
          <div class="stack">${further.map((one) => settingField(one, present, draft))}</div>
        </details>`,
  ]
}

function isSet(name: SettingField['name'], { authenticator }: Present): boolean {
  return (
    authenticator !== null && Object.entries(authenticator).some(([key, value]) => key === name && value !== undefined)
  )
}

function settingField(setting: SettingField, present: Present, draft: Draft): Html {
  const { name, label, help, required } = setting
  const set = Object.entries(present.authenticator ?? {}).find(([key]) => key === name)?.[1]
  const shared = {
    name,
    label,
    error: errorOf(draft.errors, name),
    value: valueOf(draft.values, name) ?? textOfSetting(setting, set),
    ...(help === undefined ? {} : { help }),
    ...(required === undefined ? {} : { required }),
  }
  switch (setting.kind) {
    case 'choice': {
      const choices = setting.choices.map(([one, words]) => ({ value: String(one), label: words }))
      return select({ ...shared, choices, empty: setting.empty })
    }
    case 'boxes':
      return boxes(setting, present, draft, Array.isArray(set) ? set : [])
    case 'secret':
      return secretField(setting, present, shared)
    case 'address': {
      const { placeholder } = setting
      return field({ ...shared, type: 'url', autocomplete: 'off', ...(placeholder ? { placeholder } : {}) })
    }
    case 'lines':
    case 'parameters':
      return field({ ...shared, type: 'lines' })
    default:
      return field({ ...shared, autocomplete: 'off' })
  }
}

/** It is never among what is shown, not even what was just typed. */
function secretField(
  setting: Extract<SettingField, { kind: 'secret' }>,
  { hasSecret, hasKey }: Present,
  { name, label, error, help }: { name: string; label: string; error: string | undefined; help?: string },
): Html {
  const isKept = setting.isLong ? hasKey : hasSecret
  const kept = `${setting.isLong ? 'A key' : 'A secret'} is set. It is never shown; leave this empty to keep it.`
  const words = isKept ? kept : help
  return field({
    name,
    label,
    error,
    type: setting.isLong ? 'lines' : 'password',
    autocomplete: 'off',
    ...(words === undefined ? {} : { help: words }),
  })
}

/** A hidden mark says that the boxes were in the form, for one that is not ticked sends nothing. */
function boxes(
  { name, label, choices }: Extract<SettingField, { kind: 'boxes' }>,
  _present: Present,
  { values, errors }: Draft,
  set: readonly string[],
): Html {
  const ticked = values[name] === undefined ? set : valuesOf(values, name)
  const error = errorOf(errors, name)
  const id = fieldId(name)
  return html`<fieldset class="choices" id="${id}" ${attr('aria-describedby', error !== undefined && `${id}-error`)}>
    <legend>${label}</legend>
    <input type="hidden" name="${name}" value="" />
    ${choices.map(
      ([value, words]) =>
        html`<div class="field check">
          <input
            type="checkbox"
            id="${id}-${value}"
            name="${name}"
            value="${value}"
            ${attr('checked', ticked.includes(value))}
          />
          <label for="${id}-${value}">${words}</label>
        </div>`,
    )}
    ${error === undefined ? '' : html`<p class="error" id="${id}-error">${error}</p>`}
  </fieldset>`
}
