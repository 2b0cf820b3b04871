import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ALL_REQUIREMENTS } from './requirements.ts'

const SOURCES = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.test.ts') && name !== 'requirements.test.ts')
  .map((name) => ({ name, text: readFileSync(`${import.meta.dirname}/${name}`, 'utf8') }))

/** Each `requirement(...)` with what stands up to the next one. */
const ROWS = SOURCES.flatMap(({ text }) =>
  [...text.matchAll(/^requirement\(\s*'([^']+)',\s*(['"`])(.+)\2,([\s\S]*?)(?=^requirement\(|(?![\s\S]))/gm)].map(
    ([, name, , sentence, tests]) => ({ name, sentence, tests }),
  ),
)

test('every line of the checklist has its tests, in one place', () => {
  expect(ROWS.map(({ name }) => name).toSorted()).toEqual([...ALL_REQUIREMENTS].toSorted())
})

test('every line names the section of the RFC that it comes from, and has a test beside it', () => {
  for (const { sentence, tests } of ROWS) {
    expect(sentence).toMatch(/^RFC (?:7643|7644|9865|9967) §\d/)
    expect(tests).toMatch(/\btest(?:\.each)?[<(]/)
    expect(tests).toContain('expect(')
  }
})

test('no file of these tests is longer than 250 lines', () => {
  const names = readdirSync(import.meta.dirname)
  const lines = names.map((name) => [
    name,
    readFileSync(`${import.meta.dirname}/${name}`, 'utf8').split('\n').length - 1,
  ])
  expect(lines.filter(([, count]) => Number(count) > 250)).toEqual([])
})
