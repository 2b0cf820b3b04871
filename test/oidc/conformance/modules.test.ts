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
  return [...source.matchAll(/['`"]((?:oidcc|fapi2)-[\w-]+)(?=['`":,])/g)].map(([, title = '']) => title)
}

const PLANS = Object.entries(MODULES)

test.each(PLANS)('every module of %s has a test that is there, or a reason why it has none', (_plan, modules) => {
  expect(modules.length).toBeGreaterThan(0)
  const names = modules.map(({ module }) => module)
  expect(new Set(names).size).toBe(names.length)
  const wrong = modules.filter((row) => {
    if ('notApplicable' in row) return row.notApplicable.trim().length < 20
    return !titlesIn(sources.get(row.file) ?? '').includes(row.test ?? row.module)
  })
  expect(wrong).toEqual([])
})

/** In the suite of August 2026; where there are more, the table is to be compared again. */
test('the plans have as many modules as in the OpenID Foundation’s suite', () => {
  expect(Object.fromEntries(PLANS.map(([plan, modules]) => [plan, modules.length]))).toEqual({
    'oidcc-basic-certification-test-plan': 38,
    'oidcc-formpost-basic-certification-test-plan': 38,
    'oidcc-config-certification-test-plan': 1,
    'oidcc-dynamic-certification-test-plan': 23,
    'oidcc-3rdparty-init-login-certification-test-plan': 2,
    'oidcc-rp-initiated-logout-certification-test-plan': 11,
    'oidcc-backchannel-rp-initiated-logout-certification-test-plan': 2,
    'oidcc-frontchannel-rp-initiated-logout-certification-test-plan': 2,
    'oidcc-session-management-certification-test-plan': 2,
    'fapi2-security-profile-final-test-plan': 78,
  })
})

test('every test that is named after a module stands in the table', () => {
  const known = PLANS.flatMap(([plan, modules]) => [plan, ...modules.map(({ module }) => module)])
  const tested = [...sources.values()].flatMap(titlesIn)
  expect(tested.length).toBeGreaterThan(60)
  expect(tested.filter((title) => !known.includes(title))).toEqual([])
})
