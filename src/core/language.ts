/** The languages that pages speak, and which of them a person reads (BCP 47, RFC 4647 section 3.4, RFC 9110 section 12.5.4). */

export const LANGUAGES = ['en', 'de', 'fr', 'es', 'ja', 'ar'] as const
export type Language = (typeof LANGUAGES)[number]

/** The first of `wanted` (language tags, the preferred first) that pages speak: `de-CH` is answered with `de`. */
export function languageFor(wanted: readonly string[]): Language | undefined {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0]
    const known = LANGUAGES.find((language) => language === primary)
    if (known) return known
  }
  return undefined
}

/** The tags of an Accept-Language header, the preferred first; what is refused with q=0 is left out. */
export function acceptedLanguages(header: string | undefined): string[] {
  const ranges = (header ?? '').split(',').map((range) => {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim())
    const q = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2)
    const quality = q === undefined ? 1 : Number(q)
    return { tag, quality: Number.isNaN(quality) ? 0 : quality }
  })
  const wanted = ranges.filter(({ tag, quality }) => tag !== '' && quality > 0)
  return wanted.sort((a, b) => b.quality - a.quality).map(({ tag }) => tag)
}

/** The parts of a name in the order in which they are said: in Japanese the family's stands first. */
export function inOrderOfNames<T>(language: Language, given: T, family: T): readonly T[] {
  return language === 'ja' ? [family, given] : [given, family]
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr'
}
