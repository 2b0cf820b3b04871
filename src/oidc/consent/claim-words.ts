import type { Language } from '../../core/language.ts'
import { words } from '../../html/words.ts'

/** What of a person an application is told by a claim of its own, as what "Playground asks to:" goes on with. */
const claimWords = words(
  { see: (name: string) => `See of your account: ${name}` },
  {
    de: { see: (name) => `Aus Ihrem Konto sehen: ${name}` },
    fr: { see: (name) => `Voir dans votre compte : ${name}` },
    es: { see: (name) => `Ver de su cuenta: ${name}` },
    ja: { see: (name) => `アカウントの次の項目を参照すること：${name}` },
    ar: { see: (name) => `الاطلاع من حسابك على: \u2068${name}\u2069` },
  },
)

/** Beside scopes a person is asked for each claim that the application alone is told. */
const PREFIX = 'claim:'

export function claimAsScope(name: string): string {
  return PREFIX + name
}

/** Undefined for what is no claim. */
export function claimInWords(language: Language, asked: string): string | undefined {
  return asked.startsWith(PREFIX) ? claimWords(language).see(asked.slice(PREFIX.length)) : undefined
}
