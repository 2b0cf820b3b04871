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
import { type Line, perSecond, progress, report } from '../report.ts'
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

export async function run(): Promise<void> {
  const target = await startServer(new URL('target-server.ts', import.meta.url))
  const lines = [await measureKind(target, 'new', makeUsers), await measureKind(target, 'changed', changeUsers)]
  target.stop()
  report('outbound', `${USERS.toLocaleString('en')} users on their way to a target, ${AT_ONCE} at a time`, lines)
}

/** What makes ten thousand users dirty, in a round that has a number; once before it is called the first ten thousand are made. */
type MakeDirty = (scope: Scope, ids: readonly string[], round: number) => Promise<void>

async function measureKind(target: RunningServer, kind: string, makeDirty: MakeDirty): Promise<Line> {
  const world = await outboundWorld(temporaryFile())
  const scope = await world.scope()
  await connectTo(scope, target.port, target.token)
  const { ids } = await populate(before(scope), USERS)
  let requests = (await drain(world)).requests
  const drained: number[] = []
  const bare: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    progress(`outbound: ${kind}, ${round === 0 ? 'warming up' : `round ${round} of ${ROUNDS}`}`)
    await makeDirty(await world.scope(), ids, round)
    // The first round is not counted, and gives those that follow the requests of their kind.
    const isFirst = round % 2 === 1
    const rateBefore = isFirst ? await fetchAll(requests) : undefined
    const result = await drain(world)
    if (result.requests.length < USERS) throw new Error(`only ${result.requests.length} requests`)
    requests = result.requests
    const rate = rateBefore ?? (await fetchAll(requests))
    if (round === 0) continue
    drained.push(result.perSecond)
    bare.push(rate)
  }
  progress('')
  world.close()
  return {
    name: `${kind} users`,
    measured: perSecond(median(drained)),
    beside: 'a loop of fetch',
    besideMeasured: perSecond(median(bare)),
    ratio: median(ratios(drained, bare)),
    aim: AIM,
  }
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
  const begin = performance.now()
  await deliverDue({ ...platform, fetch: recording }, { perTarget: AT_ONCE })
  return { requests, perSecond: (requests.length * 1000) / (performance.now() - begin) }
}

/** The same requests by fetch alone, their answers read to the end; how many a second. */
async function fetchAll(requests: readonly Request[]): Promise<number> {
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
  const begin = performance.now()
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const seconds = (performance.now() - begin) / 1000
  await dispatcher.close()
  return requests.length / seconds
}
