import { expect, test } from 'vitest'
import { isSameJson } from '../../src/core/same-json.ts'

test('the order of members does not matter, at any depth', () => {
  expect(isSameJson({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toBe(true)
})

test('the order of values in a list does', () => {
  expect(isSameJson([1, 2], [2, 1])).toBe(false)
})

test('a missing member, another type and null are differences', () => {
  expect(isSameJson({ a: 1 }, {})).toBe(false)
  expect(isSameJson({ a: 1 }, { a: '1' })).toBe(false)
  expect(isSameJson({ a: null }, {})).toBe(false)
})

test('a member that is undefined is none, as in the text of it', () => {
  expect(isSameJson({ a: 1, b: undefined }, { a: 1 })).toBe(true)
  expect(isSameJson({ a: 1, b: undefined }, { a: 1, c: 2 })).toBe(false)
})

test('a list is no object with the same members, and null no object without any', () => {
  expect(isSameJson([1], { 0: 1 })).toBe(false)
  expect(isSameJson({ 0: 1 }, [1])).toBe(false)
  expect(isSameJson(null, {})).toBe(false)
})
