import { expect, test } from 'vitest'
import { contrast, READABLE } from '../../../src/core/colour.ts'
import { accentContrast, brandStyle, darkAccent } from '../../../src/html/branding/colours.ts'

/** Colours over the whole range that may be an accent on a light ground. */
const ACCENTS = ['00', '33', '66', '99', 'cc', 'ff'].flatMap((r, _, all) =>
  all.flatMap((g) => all.map((b) => `#${r}${g}${b}`)),
)
const tokensOf = (rule: string) =>
  Object.fromEntries([...rule.matchAll(/--([\w-]+): (#\w{6});/g)].map(([, n, v]) => [n, v]))

test('whatever accent is let in, its text can be read on it, and it on its grounds (WCAG 1.4.3)', () => {
  const allowed = ACCENTS.filter((accent) => accentContrast(accent, 'light') >= READABLE)
  expect(allowed.length).toBeGreaterThan(50)
  for (const accent of allowed) {
    const [light = '', dark = ''] = brandStyle({ accent }).split('\n')
    for (const [rule, theme] of [
      [light, 'light'],
      [dark, 'dark'],
    ] as const) {
      const tokens = tokensOf(rule) as Record<string, string>
      const [fill = '', strong = '', text = ''] = [tokens.accent, tokens['accent-strong'], tokens['on-accent']]
      expect(contrast(text, fill), `${accent} ${theme}`).toBeGreaterThanOrEqual(READABLE)
      expect(contrast(text, strong), `${accent} ${theme}`).toBeGreaterThanOrEqual(READABLE)
      expect(accentContrast(fill, theme), `${accent} ${theme}`).toBeGreaterThanOrEqual(READABLE)
      expect(contrast(fill, tokens['accent-soft'] ?? ''), `${accent} ${theme}`).toBeGreaterThanOrEqual(READABLE)
    }
  }
})

test('the accent on a dark ground is made of the light one, unless it is given', () => {
  expect(accentContrast(darkAccent('#000000'), 'dark')).toBeGreaterThanOrEqual(READABLE)
  expect(brandStyle({ accent: '#7a0000', accentDark: '#ffb0b0' })).toContain('.preview.dark { --accent: #ffb0b0;')
})

test('nothing set is no style at all, and a dark accent alone leaves the light one as it is', () => {
  expect(brandStyle({})).toBe('')
  expect(brandStyle({ accentDark: '#ffb0b0' })).not.toContain('.preview.light')
})
