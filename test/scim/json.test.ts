import { expect, test } from 'vitest'
import { parseJson } from '../../src/scim/json.ts'
import { refusalOf } from './refusal.ts'

test('the comma before a closing bracket that the tutorial has in its PUT is let through', () => {
  const body = '{"schemas": [], "userName": "kim", "emails": [{"value": "kim@test.com", "primary": true}, ],\n}'
  expect(parseJson(body)).toEqual({ schemas: [], userName: 'kim', emails: [{ value: 'kim@test.com', primary: true }] })
})

test('a string that looks like a trailing comma stays as it is', () => {
  expect(parseJson('{"a": ",}", "b": [",]", "\\",}"]}')).toEqual({ a: ',}', b: [',]', '",}'] })
})

test.each([
  '{"a":1,"b":[true,false,null],"c":{"d":-1.5e+3,"e":""}}',
  ' [ ] ',
  '"\\u00e9\\n\\"\\\\\\/"',
  '0',
  '{"a":{"b":[{"c":[[]]}]}}',
])('%s is read as JSON.parse reads it (RFC 8259)', (text) => {
  expect(parseJson(text)).toEqual(JSON.parse(text))
})

test.each([
  ['{\n  "userName": "kim"\n  "active": true\n}', 'Line 3, column 3', 'there is "\\""'],
  ['{"userName": kim}', 'Line 1, column 14', 'there is "k"'],
  ['{"userName" "kim"}', 'Line 1, column 13', 'a colon behind "userName"'],
  ['{"a": 1', 'Line 1, column 8', 'the body ends'],
  ['{"a": "one\ntwo"}', 'Line 1, column 11', 'expected the rest of a string'],
  ['{"a": 1, "b', 'Line 1, column 12', 'the body ends'],
  ["{'a': 1}", 'Line 1, column 2', 'a name in double quotes'],
  ['{"a": 01}', 'Line 1, column 8', 'there is "1"'],
  ['{"a": truex}', 'Line 1, column 11', 'there is "x"'],
  ['[1,,2]', 'Line 1, column 4', 'expected a value'],
  ['[,]', 'Line 1, column 2', 'expected a value'],
  ['{,}', 'Line 1, column 2', 'a name in double quotes'],
  ['{} {}', 'Line 1, column 4', 'the end of the document'],
  ['', 'Line 1, column 1', 'the body ends'],
  ['"\\x"', 'Line 1, column 2', 'the rest of a string'],
])('%j is invalidSyntax that names the place and what stood there (RFC 7644 §3.12)', (text, place, found) => {
  const refusal = refusalOf(() => parseJson(text))
  expect(refusal).toMatch(/^invalidSyntax: /)
  expect(refusal).toContain(place)
  expect(refusal).toContain(found)
})

test('nesting without end is refused, not followed', () => {
  expect(refusalOf(() => parseJson('['.repeat(100_000)))).toMatch(/^invalidSyntax: .*deep/)
  expect(refusalOf(() => parseJson('{"a":'.repeat(100_000)))).toMatch(/^invalidSyntax: .*deep/)
})

test('a name is only a name: __proto__ changes no prototype, and the last of two values counts', () => {
  const parsed = parseJson('{"__proto__": {"admin": true}, "a": 1, "a": 2}')
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
  expect(parsed).not.toHaveProperty('admin')
  expect(parsed).toMatchObject({ a: 2 })
})

test('a long string with many escapes is read whole', () => {
  const text = '\n"'.repeat(400_000)
  expect(parseJson(JSON.stringify({ text }))).toEqual({ text })
})

test('a long string that is never closed is refused at its end', () => {
  expect(refusalOf(() => parseJson(`{"a": "${'\\n'.repeat(400_000)}`))).toContain(
    'column 800008: expected the rest of a string',
  )
})
