import type { Language } from '../core/language.ts'

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
