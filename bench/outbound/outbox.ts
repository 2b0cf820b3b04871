/**
 * What the outbox adds to a user who is created over HTTP: with a connector that wants her, beside none. Servers as they
 * run on Node, each a process of its own, in turn. The target is paused, so that what waits is not delivered meanwhile;
 * what delivering takes from creating in the same process is told beside it. Aim: 30 % at most.
 */
import { join } from 'node:path'
import { createScimToken } from '../../src/directory/credentials/commands.ts'
import { runBatch } from '../../src/db/open.ts'
import { sql } from '../../src/db/sql.ts'
import { MASTER_KEY } from '../../test/support/app.ts'
import { type Postern, startPostern, temporaryDirectory } from '../../test/support/processes.ts'
import { http, load } from '../load.ts'
import { median, ratios } from '../measure.ts'
import { microseconds, progress, report } from '../report.ts'
import { userNamed } from '../scim/messages.ts'
import { type RunningServer, startServer } from '../server.ts'
import { connectTo, LOOPBACK, outboundWorld } from './world.ts'

const CONNECTIONS = 16
const ROUNDS = 25
const ROUND_SECONDS = 0.5
const WARM_UP_SECONDS = 2
const AIM = { most: 1.3 }

type Kind = 'no connector' | 'a connector' | 'a connector that is delivered to'
type Peer = { readonly kind: Kind; readonly server: Postern; readonly token: string }

export async function run(): Promise<void> {
  const target = await startServer(new URL('target-server.ts', import.meta.url))
  const [none, waits, delivers] = await Promise.all([
    peerOf('no connector', target),
    peerOf('a connector', target),
    peerOf('a connector that is delivered to', target),
  ])
  const bare = new Map<Peer, number[]>()
  const times = { waits: await measureBeside(waits, none, bare), delivers: await measureBeside(delivers, none, bare) }
  await Promise.all([none, waits, delivers].map(({ server }) => server.kill()))
  target.stop()
  const lines = [
    { ...lineOf(waits.kind, times.waits, bare.get(waits) ?? []), aim: AIM },
    lineOf(delivers.kind, times.delivers, bare.get(delivers) ?? []),
  ]
  report('outbox', `a user created over HTTP, ${CONNECTIONS} at a time`, lines)
}

function lineOf(kind: Kind, own: readonly number[], others: readonly number[]) {
  return {
    name: `create, with ${kind}`,
    measured: microseconds(median(own)),
    beside: 'with none',
    besideMeasured: microseconds(median(others)),
    ratio: median(ratios(own, others)),
  }
}

/** Microseconds for each user in each round; those of the other go to `bare`. */
async function measureBeside(peer: Peer, none: Peer, bare: Map<Peer, number[]>): Promise<number[]> {
  const own: number[] = []
  const others: number[] = []
  await timeOf(peer, WARM_UP_SECONDS)
  await timeOf(none, WARM_UP_SECONDS)
  for (let round = 0; round < ROUNDS; round++) {
    progress(`outbox: ${peer.kind}, round ${round + 1} of ${ROUNDS}`)
    const isFirst = round % 2 === 0
    if (isFirst) own.push(await timeOf(peer, ROUND_SECONDS))
    others.push(await timeOf(none, ROUND_SECONDS))
    if (!isFirst) own.push(await timeOf(peer, ROUND_SECONDS))
  }
  progress('')
  bare.set(peer, others)
  return own
}

let made = 0

async function timeOf({ kind, server, token }: Peer, seconds: number): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` }
  const request = () => http('POST', '/scim2/Users', headers, userNamed(`new${made++}`))
  const loaded = await load({ port: server.port, connections: CONNECTIONS, amount: { seconds }, request })
  if (loaded.failures > 0) throw new Error(`${kind}: ${loaded.failures} answers are no success`)
  return 1_000_000 / loaded.perSecond
}

async function peerOf(kind: Kind, target: RunningServer): Promise<Peer> {
  const dataDir = temporaryDirectory()
  const world = await outboundWorld(join(dataDir, 'postern.db'))
  const scope = await world.scope()
  const { token } = await createScimToken(scope, { description: 'bench' })
  if (kind !== 'no connector') {
    const id = await connectTo(scope, target.port, target.token)
    const pause = sql`insert into targets (tenant_id, connector_id, paused_at) values (${scope.tenantId}, ${id}, 1)`
    await runBatch(scope.db, kind === 'a connector' ? [pause] : [])
  }
  world.close()
  const env = { MASTER_KEY, TLS: 'off', LOG_LEVEL: 'warn', OUTBOUND_ALLOW: LOOPBACK }
  return { kind, token, server: await startPostern({ dataDir, env }) }
}
