import { html } from 'hono/html'
import { attr, type Content, type Control, describedBy, fieldId, type Html, labelOf, notesOf } from '../html.ts'

export type Choice = {
  readonly value: string
  readonly label: string
  readonly disabled?: boolean
  /** Choices of one group stand together under its name. */
  readonly group?: string
}

/** `empty` is the label of a first choice that stands for none. */
export function select(
  options: Control & {
    readonly choices: readonly Choice[]
    readonly value?: string | undefined
    readonly empty?: string
  },
): Html {
  const { choices, empty, value = '' } = options
  const groups = [...new Set(choices.map((choice) => choice.group))]
  return html`<div class="field${options.error ? ' wrong' : ''}">
    ${labelOf(options)}
    <select
      id="${fieldId(options.name)}"
      name="${options.name}"
      ${describedBy(options)}${attr('required', options.required)}${attr('disabled', options.disabled)}
    >
      ${empty === undefined ? '' : option({ value: '', label: empty }, value)}
      ${groups.map((group) =>
        grouped(
          group,
          choices.filter((choice) => choice.group === group),
          value,
        ),
      )}</select
    >${notesOf(options)}
  </div>`
}

function grouped(group: string | undefined, choices: readonly Choice[], value: string): Content {
  const list = choices.map((choice) => option(choice, value))
  return group === undefined ? list : html`<optgroup label="${group}">${list}</optgroup>`
}

function option(choice: Choice, value: string): Html {
  const state = [attr('selected', choice.value === value), attr('disabled', choice.disabled)]
  return html`<option value="${choice.value}" ${state}>${choice.label}</option>`
}

/** A question with one answer, all of which are in sight. */
export function radios(
  options: Control & {
    readonly choices: readonly (Choice & { readonly help?: string })[]
    readonly value?: string | undefined
  },
): Html {
  return html`<fieldset class="choices" ${describedBy(options)}>
    <legend>${options.label}</legend>
    ${options.choices.map((choice) => radio(options, choice))} ${notesOf(options)}
  </fieldset>`
}

function radio(
  options: { readonly name: string; readonly value?: string | undefined },
  choice: Choice & { readonly help?: string },
): Html {
  const id = `${fieldId(options.name)}-${choice.value}`
  const state = [attr('checked', choice.value === options.value), attr('disabled', choice.disabled)]
  return html`<div class="field check">
    <input type="radio" id="${id}" name="${options.name}" value="${choice.value}" ${state} />
    <label for="${id}">${choice.label}</label>
    ${choice.help ? html`<p class="help">${choice.help}</p>` : ''}
  </div>`
}

/** Suggestions for the field that names this id as its list; other values may be typed. */
export function datalist(id: string, values: readonly string[]): Html {
  return html`<datalist id="${id}">${values.map((value) => html`<option value="${value}"></option>`)}</datalist>`
}
