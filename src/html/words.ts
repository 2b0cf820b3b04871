import type { Language } from '../core/language.ts'
import type { Content } from '../html.ts'

/**
 * The words of an area's pages in every language: an object of texts, and of functions where something stands within
 * the text. One that lacks a text does not compile.
 */
export function words<T extends object>(
  en: T,
  others: Readonly<Record<Exclude<Language, 'en'>, NoInfer<T>>>,
): (language: Language) => T {
  const all: Readonly<Record<Language, T>> = { en, ...others }
  return (language) => all[language]
}

/** Each language by its own name. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  ja: '日本語',
  ar: 'العربية',
}

/** No text has it. */
const GAP = '\uE000'

/** A sentence with markup in its gap: `within(say.signedInAs, html`<bdi>kim</bdi>`)`. Both are escaped as ever. */
export function within(sentence: (gap: string) => string, part: Content): Content {
  const [before = '', after = ''] = sentence(GAP).split(GAP)
  return [before, part, after]
}

/** What follows `بعد`: so many seconds later. */
const ARABIC_SECONDS = {
  one: 'ثانية واحدة',
  two: 'ثانيتين',
  few: '# ثوانٍ',
  other: '# ثانية',
}

/** How many seconds somebody has to wait, in Arabic: the noun has another form for one, two, three to ten, and more. */
export function arabicSeconds(seconds: number): string {
  return counted('ar', seconds, ARABIC_SECONDS)
}

type Forms = { readonly [form in Intl.LDMLPluralRule]?: string } & { readonly other: string }

/** A number with what is counted, in the form that the language has for so many: `#` in a form is the number. */
export function counted(language: Language, count: number, forms: Forms): string {
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other
  return form.replace('#', new Intl.NumberFormat(language).format(count))
}
