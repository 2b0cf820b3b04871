/**
 * What one SCIM request costs: postern beside SCIMMY (express, a Map) and beside two floors of bare hono with one libSQL
 * statement. The same load over 16 connections, server after server in each round, each a process of its own.
 * Aims: create twice, get and a filter by userName three times, PATCH four times what SCIMMY answers in the same time;
 * each at least half of its floor.
 */
import { http, load } from '../load.ts'
import { median, ratios } from '../measure.ts'
import { type Line, perSecond, progress, report } from '../report.ts'
import { type RunningServer, startServer } from '../server.ts'
import { temporaryFile } from '../world.ts'
import { patchOf, userNamed } from './messages.ts'

const USERS = 1000
const CONNECTIONS = 16
const WARM_UP_SECONDS = 2
const ROUNDS = 15
const ROUND_SECONDS = 0.5

type Peer = { readonly name: string; readonly server: RunningServer; readonly ids: readonly string[] }
type Kind = {
  readonly name: string
  /** What postern should do at least, as a multiple of SCIMMY. */
  readonly least: number
  readonly request: (n: number, peer: Peer) => string
}
const FLOOR_LEAST = 0.5

const headersOf = ({ server }: Peer) => ({ Authorization: `Bearer ${server.token}` })
const idOf = ({ ids }: Peer, n: number) => ids[(n * 7) % USERS]
let made = 0
/** Creates come last: SCIMMY's filters go through everybody. */
const KINDS: readonly Kind[] = [
  { name: 'get', least: 3, request: (n, peer) => http('GET', `/scim2/Users/${idOf(peer, n)}`, headersOf(peer)) },
  {
    name: 'filter by userName',
    least: 3,
    request: (n, peer) =>
      http('GET', `/scim2/Users?filter=userName%20eq%20%22user${(n * 7) % USERS}%22`, headersOf(peer)),
  },
  {
    name: 'PATCH of displayName',
    least: 4,
    request: (n, peer) => http('PATCH', `/scim2/Users/${idOf(peer, n)}`, headersOf(peer), rename(`Person ${made++}`)),
  },
  {
    name: 'create',
    least: 2,
    request: (_, peer) => http('POST', '/scim2/Users', headersOf(peer), userNamed(`new${made++}`)),
  },
]

export async function run(): Promise<void> {
  const [postern, scimmy, indexed, client, prepared] = await Promise.all([
    peerOf('postern', 'postern', temporaryFile()),
    peerOf('SCIMMY over a Map', 'scimmy'),
    peerOf('SCIMMY with an index of names', 'scimmy', 'indexed'),
    peerOf('hono + @libsql/client', 'floor', temporaryFile()),
    peerOf('hono + libsql, prepared', 'floor', temporaryFile(), 'prepared'),
  ])
  const lines: Line[] = []
  for (const kind of KINDS) {
    const isFilter = kind.name.startsWith('filter')
    const peers = [postern, scimmy, client, prepared, ...(isFilter ? [indexed] : [])]
    const perPeer = await measureKind(kind, peers)
    const own = perPeer.get(postern) ?? []
    for (const [peer, values] of perPeer) {
      if (peer === postern) continue
      const least = peer === indexed ? undefined : peer === scimmy ? kind.least : FLOOR_LEAST
      lines.push({
        name: kind.name,
        measured: perSecond(median(own)),
        beside: peer.name,
        besideMeasured: perSecond(median(values)),
        ratio: median(ratios(own, values)),
        aim: least === undefined ? undefined : { least },
      })
    }
  }
  for (const { server } of [postern, scimmy, indexed, client, prepared]) server.stop()
  report('scim', `requests a second over ${CONNECTIONS} connections, ${USERS} users`, lines)
}

/** Requests per second of each round. */
async function measureKind(kind: Kind, peers: readonly Peer[]): Promise<Map<Peer, number[]>> {
  const rounds = new Map<Peer, number[]>(peers.map((peer) => [peer, []]))
  for (let round = 0; round <= ROUNDS; round++) {
    progress(`scim: ${kind.name}, ${round === 0 ? 'warming up' : `round ${round} of ${ROUNDS}`}`)
    for (const peer of round % 2 === 0 ? peers : peers.toReversed()) {
      const seconds = round === 0 ? WARM_UP_SECONDS : ROUND_SECONDS
      const request = (n: number) => kind.request(n, peer)
      const { port } = peer.server
      const loaded = await load({ port, connections: CONNECTIONS, amount: { seconds }, request })
      if (loaded.failures > 0) throw new Error(`${peer.name}, ${kind.name}: ${loaded.failures} answers are no success`)
      if (round > 0) rounds.get(peer)?.push(loaded.perSecond)
    }
  }
  progress('')
  return rounds
}

async function peerOf(name: string, program: string, ...args: string[]): Promise<Peer> {
  const server = await startServer(new URL(`${program}-server.ts`, import.meta.url), args)
  const ids: string[] = []
  for (let i = 0; i < USERS; i++) {
    const response = await fetch(`http://127.0.0.1:${server.port}/scim2/Users`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${server.token}`, 'Content-Type': 'application/scim+json' },
      body: JSON.stringify(userNamed(`user${i}`)),
    })
    if (response.status !== 201) throw new Error(`${name}: ${response.status} ${await response.text()}`)
    ids.push(((await response.json()) as { id: string }).id)
  }
  return { name, server, ids }
}

function rename(displayName: string) {
  return patchOf({ op: 'replace', path: 'displayName', value: displayName })
}
