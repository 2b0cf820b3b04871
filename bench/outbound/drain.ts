/**
 * How fast ten thousand users who are new or were changed come to a target, 16 at a time, beside a bare loop of fetch
 * with the same requests. The target is a process of its own; the loop and the consumer have this thread in turn.
 * Aim: 60 % of the loop's rate.
 */
import { Agent, fetch } from 'undici'
import { updateUser } from '../../src/directory/users/commands.ts'
import { deliverDue } from '../../src/outbound/consumer.ts'
import type { Scope } from '../../src/platform.ts'
import type { Resource } from '../../src/scim/schema.ts'
import { median, ratios } from '../measure.ts'
import { type Line, microseconds, perSecond, progress, report } from '../report.ts'
import { populate } from '../scim/population.ts'
import { type RunningServer, startServer } from '../server.ts'
import { temporaryFile } from '../world.ts'
import { connectTo, outboundWorld, type OutboundWorld } from './world.ts'

const USERS = 10_000
const AT_ONCE = 16
const ROUNDS = 5
const AIM = { least: 0.6 }

type Request = { readonly url: string; readonly method: string; readonly headers: Headers; readonly body: string }
type Headers = Record<string, string>
/** `processor`: microseconds for each request. */
type Pace = { readonly perSecond: number; readonly processor: number }

export async function run(): Promise<void> {
  const target = await startServer(new URL('target-server.ts', import.meta.url))
  const lines = [
    ...(await measureKind(target, 'new', makeUsers)),
    ...(await measureKind(target, 'changed', changeUsers)),
  ]
  target.stop()
  report('outbound', `${USERS.toLocaleString('en')} users on their way to a target, ${AT_ONCE} at a time`, lines)
}

/** Makes ten thousand users dirty in a round; `ids` are those of ten thousand who are there. */
type MakeDirty = (scope: Scope, ids: readonly string[], round: number) => Promise<void>

async function measureKind(target: RunningServer, kind: string, makeDirty: MakeDirty): Promise<Line[]> {
  const world = await outboundWorld(temporaryFile())
  const scope = await world.scope()
  await connectTo(scope, target.port, target.token)
  const { ids } = await populate(before(scope), USERS)
  let requests = (await drain(world)).requests
  const drained: Pace[] = []
  const bare: Pace[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    progress(`outbound: ${kind}, ${round === 0 ? 'warming up' : `round ${round} of ${ROUNDS}`}`)
    await makeDirty(await world.scope(), ids, round)
    // The first round is not counted, and gives those that follow the requests of their kind.
    const isFirst = round % 2 === 1
    const paceBefore = isFirst ? await fetchAll(requests) : undefined
    const result = await drain(world)
    if (result.requests.length < USERS) throw new Error(`only ${result.requests.length} requests`)
    requests = result.requests
    const pace = paceBefore ?? (await fetchAll(requests))
    if (round === 0) continue
    drained.push(result.pace)
    bare.push(pace)
  }
  progress('')
  world.close()
  return linesOf(`${kind} users`, drained, bare)
}

/** The aim is the rate; what of the processor each takes is disturbed less by others on the machine. */
function linesOf(name: string, drained: readonly Pace[], bare: readonly Pace[]): Line[] {
  const rates = [drained, bare].map((paces) => paces.map(({ perSecond }) => perSecond))
  const costs = [drained, bare].map((paces) => paces.map(({ processor }) => processor))
  const [rate = [], bareRate = []] = rates
  const [cost = [], bareCost = []] = costs
  const beside = 'a loop of fetch'
  return [
    {
      name,
      measured: perSecond(median(rate)),
      beside,
      besideMeasured: perSecond(median(bareRate)),
      ratio: median(ratios(rate, bareRate)),
      aim: AIM,
    },
    {
      name: `${name}, processor time for each`,
      measured: microseconds(median(cost)),
      beside,
      besideMeasured: microseconds(median(bareCost)),
      ratio: median(ratios(cost, bareCost)),
    },
  ]
}

async function makeUsers(scope: Scope, _ids: readonly string[], round: number): Promise<void> {
  await populate(before(scope), USERS, (round + 1) * USERS)
}

/** Each batch of those who are made is a little later than the one before; all are to be due now. */
function before(scope: Scope): Scope {
  return { ...scope, now: new Date(scope.now.getTime() - USERS) }
}

async function changeUsers(scope: Scope, ids: readonly string[], round: number): Promise<void> {
  const edit = (user: Resource) => ({ ...user, displayName: `Person of round ${round}` })
  for (let i = 0; i < ids.length; i += 100) {
    await Promise.all(ids.slice(i, i + 100).map((id) => updateUser(scope, id, edit, { source: 'scim' })))
  }
}

/** All that is due, with the requests that were made for it. */
async function drain({ platform }: OutboundWorld) {
  const requests: Request[] = []
  const recording: typeof platform.fetch = (url, init = {}) => {
    requests.push({ url, ...init } as unknown as Request)
    return platform.fetch(url, init)
  }
  const work = () => deliverDue({ ...platform, fetch: recording }, { perTarget: AT_ONCE })
  return { pace: await paceOf(work, () => requests.length), requests }
}

async function paceOf(work: () => Promise<unknown>, count: () => number): Promise<Pace> {
  const used = process.cpuUsage()
  const begin = performance.now()
  await work()
  const seconds = (performance.now() - begin) / 1000
  const { user, system } = process.cpuUsage(used)
  return { perSecond: count() / seconds, processor: (user + system) / count() }
}

/** The same requests by fetch alone, their answers read to the end. */
async function fetchAll(requests: readonly Request[]): Promise<Pace> {
  const dispatcher = new Agent()
  let next = 0
  const work = async () => {
    for (let request = requests[next++]; request; request = requests[next++]) {
      const { url, method, headers, body } = request
      const response = await fetch(url, { method, headers, body, dispatcher })
      await response.text()
      if (!response.ok) throw new Error(`${method} ${url}: ${response.status}`)
    }
  }
  const all = () => Promise.all(Array.from({ length: AT_ONCE }, work))
  const pace = await paceOf(all, () => requests.length)
  await dispatcher.close()
  return pace
}
