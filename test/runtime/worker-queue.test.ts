/** The queue of the Worker, in real workerd: more than one invocation may do, and a database that is away. */
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { countingTarget, createUser, createUsers, deliveriesAt, provision, settled } from '../flows/provisioning.ts'
import { standBefore } from '../support/between.ts'
import { startPostern, temporaryDirectory, until } from '../support/processes.ts'
import { startWorkerDatabase } from '../support/worker.ts'

/** Of which each takes seven calls or so, and an invocation may make some hundreds. */
const COUNT = 250

/** A Worker whose database refuses some requests, by their body. */
async function workerOver(fails: (body: string) => boolean) {
  const hrana = await startWorkerDatabase(join(temporaryDirectory(), 'database'))
  const between = await standBefore(hrana.url, async ({ body }, pass) => (fails(body) ? 503 : pass()))
  const postern = await startPostern({ runtime: 'workerd', hranaUrl: between.url })
  onTestFinished(async () => {
    await postern.stop()
    await between.close()
    await hrana.close()
  })
  return postern
}

test('a backlog larger than one invocation may deliver is drained by several, each user once', async () => {
  const postern = await workerOver(() => false)
  const there = await countingTarget(onTestFinished)
  await provision(postern.baseUrl, there.endpoints)
  await createUsers(postern.baseUrl, 'user', COUNT)
  const arrived = async () => (there.users.size === COUNT ? true : undefined)
  await until(arrived, 60_000, () => `${there.users.size} arrived`)
  await settled(postern.baseUrl)
  expect(there.writes).toHaveLength(COUNT)
  const passedOn = postern.output().split('goes on in another invocation').length - 1
  expect(passedOn).toBeGreaterThan(1)
})

test('a message is tried again if the database fails: the hint is not lost', async () => {
  let failures = 0
  const postern = await workerOver((body) => body.includes('with recursive lanes') && failures++ < 2)
  const there = await countingTarget(onTestFinished)
  await provision(postern.baseUrl, there.endpoints)
  await createUser(postern.baseUrl, 'ann')
  const arrived = async () => ((await deliveriesAt(postern.baseUrl))[0]?.state === 'delivered' ? true : undefined)
  await until(arrived, 60_000, postern.output)
  expect(there.writes).toEqual(['POST Users'])
  expect(failures).toBeGreaterThan(2)
})
