/** What somebody has typed who is asked before she gets an account, as answers that decide.ts checks. Pure. */
import type { FieldError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import type { PasswordPolicy } from '../../db/schema.ts'
import { faultInWords } from '../../directory/passwords/words.ts'
import type { ResourceType } from '../../scim/schema.ts'
import type { AnswerError, Answers, Asks } from '../decision/decide.ts'
import { inputAt, inputName } from './inputs.ts'
import { labelOf } from './label.ts'
import { arrivalWords } from './words.ts'

type Form = Readonly<Record<string, unknown>>

/** What stands in the fields again when the form is refused: the password never does. */
export type Typed = { readonly userName: string; readonly attributes: Readonly<Record<string, string>> }

const LONGEST = 4000

export function typedOf(form: Form, asks: Asks): Typed {
  const attributes = asks.attributes.map((path) => [path, textOf(form[inputName(path)])] as const)
  return { userName: textOf(form.userName), attributes: Object.fromEntries(attributes) }
}

/** Whoever presses the button agrees to what stands above it. */
export function answersOf(form: Form, typed: Typed, type: ResourceType): Answers {
  const attributes = Object.entries(typed.attributes).map(([path, text]) => [path, asStored(type, path, text)] as const)
  return {
    userName: typed.userName.trim(),
    // Blanks are a part of it.
    password: typeof form.password === 'string' ? form.password : '',
    attributes: Object.fromEntries(attributes),
    consented: form.act === 'create',
  }
}

/** Browsers send a date and a time without a zone, which is universal time as the field says (RFC 7643 section 2.3.5). */
function asStored(type: ResourceType, path: string, text: string): string {
  if (inputAt(type, path).type !== 'datetime-local') return text
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text)) return `${text}:00Z`
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?$/.test(text) ? `${text}Z` : text
}

/** What was wrong, in the words of the person. */
export function errorsInWords(
  errors: readonly AnswerError[],
  language: Language,
  password: { readonly policy: PasswordPolicy; readonly typed: string },
): FieldError[] {
  const say = arrivalWords(language)
  return errors.map(({ field, fault }) => {
    switch (field) {
      case 'userName':
        return { field, message: { missing: say.enterUserName, taken: say.taken }[fault as string] ?? say.badUserName }
      case 'password': {
        const weak = faultInWords(password.policy, password.typed, language) ?? say.enterPassword
        return { field, message: fault === 'missing' ? say.enterPassword : weak }
      }
      case 'consent':
        return { field: '', message: say.changed }
      default: {
        const label = labelOf(language, field)
        return { field: inputName(field), message: fault === 'missing' ? say.enterValue(label) : say.badValue(label) }
      }
    }
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST) : ''
}
