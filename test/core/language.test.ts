import { describe, expect, test } from 'vitest'
import { acceptedLanguages, languageFor } from '../../src/core/language.ts'

describe('the language of a page', () => {
  test('a tag is answered with its primary language (RFC 4647 section 3.4)', () => {
    expect(languageFor(['de-CH'])).toBe('de')
    expect(languageFor(['pt-BR', 'JA'])).toBe('ja')
    expect(languageFor(['pt', ''])).toBe(undefined)
  })

  test('Accept-Language goes by its qualities, and leaves out what is refused (RFC 9110 section 12.5.4)', () => {
    expect(acceptedLanguages('fr;q=0.5, ar, en;q=0, es;q=0.9')).toEqual(['ar', 'es', 'fr'])
    expect(acceptedLanguages(undefined)).toEqual([])
    expect(acceptedLanguages('de;q=often, ja')).toEqual(['ja'])
  })
})
