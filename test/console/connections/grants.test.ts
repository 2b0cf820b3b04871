/** The tab Groups of a connection: what the provider has somebody in, and what it gives here. */
import { beforeAll, expect, test } from 'vitest'
import { getConnection } from '../../../src/connections/queries.ts'
import type { TestWorld } from '../../support/app.ts'
import type { BrowserClient } from '../../support/browser-client.ts'
import { errorBeside, formOf } from '../forms.ts'
import { builtInRole, make, signedInWith } from '../people.ts'
import { consoleWorld, makeProvider } from '../world.ts'

let world: TestWorld
let browser: BrowserClient
let team: string
let guide: string
beforeAll(async () => {
  ;({ world, browser } = await consoleWorld())
  team = (await make(world, 'Groups', { displayName: 'Team Blue' })).id
  guide = (await make(world, 'Roles', { displayName: 'Guide' })).id
})

async function provider(name: string) {
  const { id } = await makeProvider(world, name)
  const scope = await world.scope()
  return { path: `/console/connections/${id}/groups`, jit: async () => (await getConnection(scope, id)).jit }
}

test('groups are chosen by their names, and shown by them', async () => {
  const { path, jit } = await provider('by name')
  await browser.post(path, {
    kind: 'groups',
    claim: 'groups',
    'word-0': 'blue',
    'target-0': 'team blue',
    sync: 'merge',
  })
  expect(await jit()).toMatchObject({ groups: { claim: 'groups', map: { blue: [team] }, sync: 'merge' } })
  const { text } = await browser.get(path)
  expect(text).toContain('value="Team Blue"')
})

test('roles are given beside groups, and each form leaves the other as it is', async () => {
  const { path, jit } = await provider('both')
  await browser.post(path, { kind: 'groups', claim: 'groups', byName: 'on', sync: 'merge' })
  await browser.post(path, {
    kind: 'roles',
    'roles.claim': 'realm_access.roles',
    'roles.word-0': 'guides',
    'roles.target-0': guide,
    'roles.sync': 'replace',
  })
  expect(await jit()).toMatchObject({
    groups: { claim: 'groups', byName: true, sync: 'merge' },
    roles: { claim: 'realm_access.roles', map: { guides: [guide] }, sync: 'replace' },
  })
})

test('a word may stand in several rows, and an empty form gives nothing any more', async () => {
  const { path, jit } = await provider('several')
  const red = (await make(world, 'Groups', { displayName: 'Team Red' })).id
  await browser.post(path, {
    kind: 'groups',
    claim: 'groups',
    'word-0': 'staff',
    'target-0': 'Team Blue',
    'word-4': 'staff',
    'target-4': 'Team Red',
    'word-5': '',
    'target-5': '',
    sync: 'merge',
  })
  expect((await jit()).groups?.map).toEqual({ staff: [team, red] })
  await browser.post(path, { kind: 'groups', claim: '', sync: 'merge' })
  expect(await jit()).not.toHaveProperty('groups')
})

test('rows are added and taken away before anything is stored', async () => {
  const { path, jit } = await provider('rows')
  const added = await browser.post(path, { kind: 'groups', claim: 'groups', sync: 'merge', go: 'add' })
  expect(formOf(added.text, path)).toMatchObject({ claim: 'groups', 'word-0': '', 'target-0': '' })
  const gone = await browser.post(path, { ...formOf(added.text, path), go: 'remove-0' })
  expect(formOf(gone.text, path)).not.toHaveProperty('word-0')
  expect(await jit()).not.toHaveProperty('groups')
})

test('an unknown group is refused beside its row, with some whose names begin like it', async () => {
  const { path, jit } = await provider('unknown')
  const page = await browser.post(path, {
    kind: 'groups',
    claim: 'groups',
    'word-0': 'blue',
    'target-0': 'team b',
    sync: 'merge',
  })
  expect(page.status).toBe(422)
  expect(errorBeside(page.text, 'target-0')).toBe('There is no group team b. Some begin like it: Team Blue.')
  expect(page.text).toContain('value="team b"')
  expect(await jit()).not.toHaveProperty('groups')
})

test('a role that is none, a row without a word, and a claim that gives nothing are refused beside the field', async () => {
  const { path } = await provider('faults')
  const roles = await browser.post(path, {
    kind: 'roles',
    'roles.claim': 'roles',
    'roles.word-0': '',
    'roles.target-0': 'nobody',
    'roles.sync': 'merge',
  })
  expect(errorBeside(roles.text, 'roles.word-0')).toBe('Give what the provider says.')
  expect(errorBeside(roles.text, 'roles.target-0')).toBe('Choose a role.')
  const nothing = await browser.post(path, { kind: 'groups', claim: 'groups', sync: 'merge' })
  expect(errorBeside(nothing.text, 'byName')).toContain('nothing is granted')
})

test('a group that was deleted keeps its row, for it gives nothing', async () => {
  const { path, jit } = await provider('deleted')
  const { id } = await make(world, 'Groups', { displayName: 'Gone' })
  await browser.post(path, { kind: 'groups', claim: 'groups', 'word-0': 'old', 'target-0': 'Gone', sync: 'merge' })
  await (await world.tenant()).scim('DELETE', `/Groups/${id}`)
  const { text } = await browser.get(path)
  const form = formOf(text, path)
  expect(form['target-0']).toBe(id)
  await browser.post(path, { ...form, claim: 'memberOf' })
  expect((await jit()).groups).toEqual({ claim: 'memberOf', map: { old: [id] }, sync: 'merge' })
})

test('nobody lets a provider give what she has not herself: it is refused, and what was typed stays', async () => {
  const { path, jit } = await provider('above')
  const admin = await builtInRole(world, 'admin')
  const { browser: helper } = await signedInWith(world, ['connections:read', 'connections:write'])
  await helper.get(path)
  const page = await helper.post(path, {
    kind: 'roles',
    'roles.claim': 'roles',
    'roles.word-0': 'boss',
    'roles.target-0': admin,
    'roles.sync': 'merge',
  })
  expect(page.status).toBe(422)
  expect(page.text).toContain('which this credential lacks')
  expect(page.text).toContain('value="boss"')
  expect(await jit()).not.toHaveProperty('roles')
})
