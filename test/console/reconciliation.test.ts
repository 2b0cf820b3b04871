import { beforeEach, expect, test } from 'vitest'
import { enableConnector } from '../../src/connections/connectors/commands.ts'
import { getConnector } from '../../src/connections/queries.ts'
import { driftingWorld, type Drifting } from '../outbound/reconcile/world.ts'
import { signedIn } from '../support/browser-client.ts'
import { signedInWith } from './people.ts'

let world: Drifting
let browser: Awaited<ReturnType<typeof signedIn>>
let path: string
beforeEach(async () => {
  world = await driftingWorld()
  browser = await signedIn(world)
  path = `/console/connections/${world.connection}/connectors/${world.connector}`
  const kim = await world.createUser('kim', { title: 'Cook' })
  await world.createGroup('Cooks', [kim])
  const ben = await world.createUser('ben')
  await world.deliver()
  const gone = world.target.only('ben')
  await world.removeUser(ben)
  await world.deliver()
  world.target.users.set(String(gone.id), gone)
  world.target.only('kim').title = 'Chef'
  world.target.only('Cooks').members = []
  world.target.users.set('root', { id: 'root', userName: 'root' })
  world.advance(1000)
})

async function compared(policy = 'report') {
  await browser.get(`${path}/reconciliation`)
  const page = await browser.post(`${path}/reconciliation`, { policy })
  world.advance(1000)
  await world.deliver()
  return page
}

async function driftOf(name: string) {
  const one = (await world.found()).find((row) => row.name === name)
  return `${path}/drifts/${one?.id}`
}

test('a target is compared after a choice of policy, and the page shows how far it is and what was found', async () => {
  const before = await browser.get(path)
  expect(before.text).toContain(`href="${path}/reconciliation"`)
  expect((await browser.get(`${path}/drifts`)).text).toContain('Not compared yet')
  const begun = await compared()
  expect(begun.path).toBe(`${path}/drifts?done=reconciliation-started`)
  expect(begun.text).toMatch(/<section id="drifts"[^>]* data-live="3000"/)
  expect(begun.text).toContain('Users are compared')
  const page = await browser.get(path)
  expect(page.text).toMatch(/Done <time[^>]*>[^<]*<\/time> \(report\)/)
  expect(page.text).toContain('Found: 2 changed, 1 left over.')
  expect(page.text).toMatch(/1 were never ours/)
  const list = await browser.get(`${path}/drifts`)
  expect(list.text).not.toMatch(/<section id="drifts"[^>]* data-live/)
  for (const name of ['kim', 'Cooks', 'ben', 'root']) expect(list.text).toContain(`>${name}</a`)
})

test('what was found is filtered by kind and by state', async () => {
  await compared()
  const changed = await browser.get(`${path}/drifts?kind=changed`)
  expect(changed.text).toContain('>kim</a')
  expect(changed.text).not.toContain('>ben</a')
  expect((await browser.get(`${path}/drifts?state=accepted`)).text).toContain('Nothing that was found is like that.')
  expect((await browser.get(`${path}/drifts?kind=nonsense&after=x`)).text).toContain('>ben</a')
})

test('a drift shows what stands here and what the target has, and is repaired', async () => {
  await compared()
  const kim = await driftOf('kim')
  const page = await browser.get(kim)
  expect(page.text).toMatch(/title<\/code>[^]*Cook[^]*Chef/)
  const repaired = await browser.post(`${kim}/repair`)
  expect(repaired.path).toBe(`${kim}?done=drift-repaired`)
  expect(repaired.text).not.toContain(`${kim}/repair`)
  await world.deliver()
  expect(world.target.only('kim').title).toBe('Cook')
  const group = await browser.get(await driftOf('Cooks'))
  expect(group.text).toMatch(/Not in the group there<\/dt>\s*<dd>kim<\/dd>/)
})

test('a drift is accepted, and stays as it is', async () => {
  await compared()
  const kim = await driftOf('kim')
  await browser.get(kim)
  const accepted = await browser.post(`${kim}/accept`)
  expect(accepted.text).toContain('It stays as it is at the target.')
  await world.deliver()
  expect(world.target.only('kim').title).toBe('Chef')
})

test('what is left over is removed only after a question', async () => {
  await compared()
  const ben = await driftOf('ben')
  const page = await browser.get(ben)
  expect(page.text).not.toContain(`action="${ben}/repair"`)
  const question = await browser.get(`${ben}/repair`)
  expect(question.text).toContain('What is left over is removed at the target.')
  await browser.post(`${ben}/repair`)
  await world.deliver()
  expect(world.target.named('ben')).toEqual([])
})

test('all is repaired after a question that says how many are removed', async () => {
  await compared()
  const question = await browser.get(`${path}/drifts/repair`)
  expect(question.text).toContain('Repair 3 at the target of SCIM2?')
  expect(question.text).toContain('What is left over is removed at the target. 1 of them.')
  const done = await browser.post(`${path}/drifts/repair`)
  expect(done.path).toBe(`${path}/drifts?done=drifts-repaired`)
  await world.deliver()
  expect(world.target.named('ben')).toEqual([])
  expect(world.target.only('kim').title).toBe('Cook')
  expect(world.target.only('Cooks').members).toHaveLength(1)
})

test('all of a kind is accepted', async () => {
  await compared()
  await browser.get(`${path}/drifts/accept?kind=changed`)
  const done = await browser.post(`${path}/drifts/accept`, { kind: 'changed' })
  expect(done.text).toContain('They stay as they are at the target.')
  expect(await world.listed()).toEqual(expect.arrayContaining(['changed accepted kim title', 'leftover open ben']))
})

test('one that is under way can be stopped', async () => {
  await browser.get(`${path}/reconciliation`)
  await browser.post(`${path}/reconciliation`, { policy: 'report' })
  const running = await browser.get(path)
  expect(running.text).toMatch(/<section id="reconciliation"[^>]* data-live="3000"/)
  expect((await browser.post(`${path}/reconciliation/stop`)).text).toContain('It was stopped. What was found stays.')
  // Pressed on a page that is old.
  expect((await browser.post(`${path}/reconciliation/stop`)).path).toBe(path)
})

test('what cannot be begun says why', async () => {
  await enableConnector(await world.scope(), world.connection, world.connector, false)
  expect((await browser.get(path)).text).toContain('Enable the connector first.')
  await browser.get(`${path}/reconciliation`)
  const refused = await browser.post(`${path}/reconciliation`, { policy: 'report' })
  expect(refused.status).toBe(422)
  expect(refused.text).toContain('The connector is disabled')
})

test('the schedule is set in the form of the connector, and stays when something else is changed there', async () => {
  await browser.get(path)
  const fields = { name: 'SCIM2', mode: 'none', ...world.target.endpoints, everyHours: '24', policy: 'overwrite' }
  await browser.post(path, fields)
  const read = async () => (await getConnector(await world.scope(), world.connection, world.connector)).settings
  expect((await read()).reconciliation).toEqual({ everyHours: 24, policy: 'overwrite' })
  const page = await browser.get(path)
  expect(page.text).toMatch(/<option value="24"\s+selected/)
  expect(page.text).toContain('The next one begins')
  await browser.post(path, { ...fields, everyHours: '', policy: 'report' })
  expect((await read()).reconciliation).toBeUndefined()
})

test('who may only read sees what was found, and changes nothing', async () => {
  await compared()
  const { browser: reader } = await signedInWith(world, ['connections:read'])
  const kim = await driftOf('kim')
  const one = await reader.get(kim)
  expect(one.text).toContain('Chef')
  expect(one.text).not.toContain('Repair')
  expect((await reader.get(`${path}/drifts`)).text).not.toContain('Repair all')
  for (const form of ['reconciliation', 'drifts/repair', 'drifts/accept']) {
    expect((await reader.get(`${path}/${form}`)).status, form).toBe(403)
    expect((await reader.send(`${path}/${form}`)).status, form).toBe(403)
  }
  for (const to of [`${kim}/repair`, `${kim}/accept`, `${path}/reconciliation/stop`]) {
    expect((await reader.send(to)).status, to).toBe(403)
  }
})
