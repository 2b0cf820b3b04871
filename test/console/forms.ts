/** What a browser without script would send of a page's form. */
import { fieldId } from '../../src/html.ts'

type Sent = Record<string, string | string[]>

/** The form that is posted to `action`, as it stands in the page. */
export function formOf(text: string, action: string): Sent {
  const forms = [...text.matchAll(/<form[^>]*method="post"[^>]*action="([^"]*)"[^>]*>([^]*?)<\/form>/g)]
  const [, , inside] = forms.find(([, target = '']) => plainOf(target) === action) ?? []
  if (inside === undefined) throw new Error(`there is no form to ${action}`)
  const sent: Sent = {}
  for (const [name, value] of controlsIn(inside)) {
    const before = sent[name]
    sent[name] = before === undefined ? value : [before, value].flat()
  }
  delete sent._token
  return sent
}

export function hasForm(text: string): boolean {
  // Everybody can sign out.
  return [...text.matchAll(/<form[^>]*method="post"[^>]*action="([^"]*)"/g)].some(
    ([, action]) => !action?.endsWith('/logout'),
  )
}

/** What the page says beside a field, whatever its name. */
export function errorBeside(text: string, name: string): string | undefined {
  const [, message] = new RegExp(`id="${fieldId(name)}-error">([^<]*)<`).exec(text) ?? []
  return message === undefined ? undefined : plainOf(message)
}

const CONTROLS = /<(input)\b[^>]*>|<(textarea|select)\b[^>]*>([^]*?)<\/\2\s*>/g

function* controlsIn(form: string): Generator<[name: string, value: string]> {
  for (const [tag, , kind = 'input', inside = ''] of form.matchAll(CONTROLS)) {
    const [start = ''] = /^<[^>]*>/.exec(tag) ?? []
    const name = attributeOf(start, 'name')
    if (name === undefined || /\sdisabled/.test(start)) continue
    if (kind === 'textarea') yield [name, plainOf(inside.replace(/^\n/, '')).replace(/\r?\n/g, '\r\n')]
    else if (kind === 'select') yield [name, chosenIn(inside)]
    else if (!/type="(?:checkbox|radio)"/.test(start) || /\schecked/.test(start)) {
      yield [name, attributeOf(start, 'value') ?? '']
    }
  }
}

function chosenIn(options: string): string {
  const tags = options.match(/<option[^>]*>/g) ?? []
  const chosen = tags.find((tag) => /\sselected/.test(tag)) ?? tags[0] ?? ''
  return attributeOf(chosen, 'value') ?? ''
}

function attributeOf(tag: string, name: string): string | undefined {
  const [, value] = new RegExp(`\\s${name}="([^"]*)"`).exec(tag) ?? []
  return value === undefined ? undefined : plainOf(value)
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

function plainOf(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '')
}
