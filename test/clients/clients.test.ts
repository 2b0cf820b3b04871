/** What real clients send, in files of test/fixtures: the runner plays each to a tenant of its own. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testWorld, type TestWorld } from '../support/app.ts'
import { play } from './play.ts'
import { CLIENTS, readFixtures, scenario } from './scenario.ts'

const FIXTURES = readFixtures()

let world: TestWorld
beforeAll(async () => {
  world = await testWorld()
})

test('every client has files', () => {
  const folders = new Set(FIXTURES.map(({ folder }) => folder))
  expect([...folders]).toEqual(Object.keys(CLIENTS))
})

test('every file is well-formed, and of the client whose folder it is in', () => {
  const faults = FIXTURES.flatMap(({ folder, path, content }) => {
    const parsed = scenario.safeParse(content)
    if (!parsed.success) return [`${path}: ${parsed.error.message}`]
    return parsed.data.client === CLIENTS[folder] ? [] : [`${path}: is of ${parsed.data.client}`]
  })
  expect(faults).toEqual([])
})

test('no two files of a client say the same', () => {
  const titles = FIXTURES.map(({ folder, content }) => `${folder}: ${(content as { title?: string }).title}`)
  expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([])
})

for (const [folder, client] of Object.entries(CLIENTS)) {
  describe(client, () => {
    const own = FIXTURES.filter((fixture) => fixture.folder === folder)
    own.forEach(({ path, content }, i) => {
      const { title } = content as { title?: string }
      test.concurrent(`${title} (${path})`, () => play(world, `${folder}-${i + 1}`, scenario.parse(content)))
    })
  })
}
