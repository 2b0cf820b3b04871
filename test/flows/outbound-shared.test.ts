/** Two servers on one database, with a backlog: each does a part of it, and they never meet at one resource. */
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { standBefore } from '../support/between.ts'
import { call } from '../support/http.ts'
import { startPostern, temporaryDirectory, until } from '../support/processes.ts'
import { startWorkerDatabase } from '../support/worker.ts'
import { bulk, countingTarget, createUsers, provision, settled } from './provisioning.ts'

const COUNT = 60
/** More than one process sends to one target at once: answers are held back until so many are under way. */
const MORE_THAN_ONE_DOES = 20

/** Two servers with one master key, over a file or over HTTP. */
async function twoServers(over: 'a file' | 'HTTP') {
  const dataDir = temporaryDirectory()
  const hrana = over === 'HTTP' ? await startWorkerDatabase(join(temporaryDirectory(), 'database')) : undefined
  const env: Record<string, string> = hrana ? { DATABASE_URL: hrana.url } : {}
  const [first, second] = [await startPostern({ dataDir, env }), await startPostern({ dataDir, env })]
  onTestFinished(async () => {
    await Promise.all([first.kill(), second.kill()])
    await hrana?.close()
  })
  return [first, second] as const
}

/** A target behind a server that counts how many requests are under way, in all and for one resource. */
async function watchedTarget() {
  const there = await countingTarget(onTestFinished)
  there.saysPatch = true
  there.takes = new Set(['PUT', 'PATCH'])
  const both = Promise.withResolvers<void>()
  const underWay = new Map<string, number>()
  let [total, most] = [0, 0]
  const between = await standBefore(there.origin, async ({ method, path, body }, pass) => {
    const externalId = method === 'POST' ? (JSON.parse(body) as { externalId: string }).externalId : undefined
    const resource = externalId ?? String(there.users.get(path.split('/')[3] ?? '')?.externalId ?? path)
    const here = (underWay.get(resource) ?? 0) + 1
    underWay.set(resource, here)
    most = path.includes('/Users') ? Math.max(most, here) : most
    if (++total >= MORE_THAN_ONE_DOES) both.resolve()
    if (method === 'POST') await both.promise
    const answer = await pass()
    total--
    underWay.set(resource, (underWay.get(resource) ?? 1) - 1)
    return answer
  })
  onTestFinished(() => between.close())
  const endpoints = { userEndpoint: `${between.url}/scim/Users`, groupEndpoint: `${between.url}/scim/Groups` }
  return { there, endpoints, mostOfOne: () => most }
}

const deliveredBy = (output: string) => output.split('"event":"delivered"').length - 1

test.each(['a file', 'HTTP'] as const)(
  'over %s both send, no resource is sent to twice at once, and everything arrives once',
  async (over) => {
    const [first, second] = await twoServers(over)
    const { there, endpoints, mostOfOne } = await watchedTarget()
    await provision(first.baseUrl, endpoints)
    await Promise.all([createUsers(first.baseUrl, 'a', COUNT), createUsers(second.baseUrl, 'b', COUNT)])
    const { json } = await call('GET', `${first.baseUrl}/scim2/Users?count=1000&attributes=userName`)
    const users = (json.Resources as { id: string; userName: string }[]).filter(({ userName }) => userName !== 'admin')
    // They change while they are on their way.
    const changes = users.map(({ id }) => ({
      method: 'PATCH',
      path: `/Users/${id}`,
      data: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'title', value: 'Guide' }],
      },
    }))
    await Promise.all([bulk(first.baseUrl, changes.slice(COUNT)), bulk(second.baseUrl, changes.slice(0, COUNT))])

    const titles = () => [...there.users.values()].filter(({ title }) => title === 'Guide').length
    const arrived = async () => (titles() === 2 * COUNT ? true : undefined)
    await until(arrived, 60_000, () => `${there.users.size} arrived, ${titles()} with their title`)
    await settled(first.baseUrl)
    expect(there.users.size).toBe(2 * COUNT)
    expect(there.writes.filter((one) => one === 'POST Users')).toHaveLength(2 * COUNT)
    expect(mostOfOne()).toBe(1)
    expect(deliveredBy(first.output())).toBeGreaterThan(0)
    expect(deliveredBy(second.output())).toBeGreaterThan(0)
  },
)
