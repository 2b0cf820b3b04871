import { expect, test } from 'vitest'
import { contrast, mixed } from '../../src/core/colour.ts'

test.each([
  ['#000000', '#ffffff', 21],
  ['#ffffff', '#ffffff', 1],
  // The greys that WCAG's own examples name: just enough, and just not.
  ['#767676', '#ffffff', 4.54],
  ['#777777', '#ffffff', 4.48],
  ['#ff0000', '#ffffff', 4.0],
])('%s on %s has a contrast of %f to 1 (WCAG 2.2, contrast ratio), either way round', (a, b, ratio) => {
  expect(contrast(a, b)).toBeCloseTo(ratio, 2)
  expect(contrast(b, a)).toBe(contrast(a, b))
})

test('colours are mixed channel by channel', () => {
  expect(mixed('#000000', '#ffffff', 0.5)).toBe('#808080')
  expect(mixed('#102030', '#ffffff', 0)).toBe('#102030')
  expect(mixed('#102030', '#ffffff', 1)).toBe('#ffffff')
})
