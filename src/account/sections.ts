import type { Language } from '../core/language.ts'
import { accountWords } from './words.ts'

/** A page of the account: one more entry here, with its routes in routes.ts, is one more section of it. */
export type AccountSection = {
  /** What stands behind {T}/account/ in its address. */
  readonly name: string
  readonly title: (language: Language) => string
  /** What one does there, on its card and below its title. */
  readonly lead: (language: Language) => string
}

/** In the order in which they stand in the navigation. */
export const SECTIONS = [
  section('profile'),
  section('password'),
  section('passkeys'),
  section('totp'),
  section('sessions'),
  section('applications'),
  section('linked'),
] as const satisfies readonly AccountSection[]

export type SectionName = (typeof SECTIONS)[number]['name']

/** One whose words stand in words.ts under its name. */
function section<Name extends keyof ReturnType<typeof accountWords>['sections']>(name: Name) {
  return {
    name,
    title: (language: Language) => accountWords(language).sections[name].title,
    lead: (language: Language) => accountWords(language).sections[name].lead,
  }
}
