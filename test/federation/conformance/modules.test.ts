/** Whether the table of modules and the tests of this folder say the same. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MODULES } from './modules.ts'

const FOLDER = import.meta.dirname
const sources = new Map(
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.test.ts') && name !== 'modules.test.ts')
    .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]),
)

/** Every text of a file that begins like the title of a test of a module. */
function titlesIn(source: string): string[] {
  return [...source.matchAll(/['`"](oidcc-client-[\w-]+)(?=['`":,])/g)].map(([, title = '']) => title)
}

test.each(Object.entries(MODULES))(
  'every module of %s has a test that is there, or a reason why not',
  (_plan, modules) => {
    const names = modules.map(({ module }) => module)
    expect(new Set(names).size).toBe(names.length)
    const wrong = modules.filter((row) =>
      'notApplicable' in row
        ? row.notApplicable.trim().length < 20
        : !titlesIn(sources.get(row.file) ?? '').includes(row.module),
    )
    expect(wrong).toEqual([])
  },
)

test('every test that is named after a module stands in the table', () => {
  const known = Object.values(MODULES).flatMap((modules) => modules.map(({ module }) => module))
  const tested = [...sources.values()].flatMap(titlesIn)
  expect(tested.length).toBeGreaterThan(20)
  expect(tested.filter((title) => !known.includes(title))).toEqual([])
})
