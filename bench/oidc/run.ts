/**
 * What signing in costs: postern beside node oidc-provider, which keeps everything in memory, and beside a floor of bare
 * hono with one signature. The same load over 16 connections, server after server in each round, each a process of its
 * own; postern runs as `npm start` runs it, over a file.
 */
import { load, http, httpForm } from '../load.ts'
import { median, ratios } from '../measure.ts'
import { type Line, microseconds, perSecond, progress, report } from '../report.ts'
import { authorizeRequest, codeRequest, refreshRequest, type Tokens, tokensIn } from './flow.ts'
import { processorSeconds } from '../server.ts'
import { measureSignIns } from './sign-in.ts'
import { type Peer, startFloor, startPostern, startProvider } from './peers.ts'

const CONNECTIONS = 16
const WARM_UP_SECONDS = 2
const ROUNDS = 15
const ROUND_SECONDS = 0.5

type Request = (n: number, connection: number, before: string | undefined) => string
type Kind = {
  readonly name: string
  /** What postern should do at least, as a multiple of oidc-provider, and of the floor if that can do it. */
  readonly least: number
  readonly leastOfFloor?: number
  /** Of which one thing is made. */
  readonly requests?: number
  /** Makes what a round begins with. */
  readonly prepare: (peer: Peer, cookies: readonly string[]) => Promise<Request>
}

const KINDS: readonly Kind[] = [
  {
    name: 'client_credentials',
    least: 1.5,
    leastOfFloor: 0.5,
    prepare: async (peer) => {
      const form = { grant_type: 'client_credentials', ...peer.forJwt }
      return constant(httpForm(peer.paths.token, { Authorization: peer.basic }, form))
    },
  },
  {
    name: 'refresh with rotation',
    least: 1,
    prepare: async (peer, cookies) => {
      const begun = await Promise.all(cookies.map((cookie) => tokensFor(peer, cookie, 'openid offline_access')))
      return (_, connection, before) => {
        const { refresh_token } = before === undefined ? (begun[connection] ?? { refresh_token: '' }) : tokensIn(before)
        return refreshRequest(peer, refresh_token ?? '')
      }
    },
  },
  {
    name: 'userinfo',
    least: 3,
    prepare: async (peer, [cookie = '']) => {
      const { access_token } = await tokensFor(peer, cookie, 'openid profile email', {})
      return constant(http('GET', peer.paths.userinfo, { Authorization: `Bearer ${access_token}` }))
    },
  },
  { name: 'jwks', least: 3, prepare: async (peer) => constant(http('GET', peer.paths.jwks, {})) },
  { name: 'discovery', least: 3, prepare: async (peer) => constant(http('GET', peer.paths.discovery, {})) },
  {
    name: 'code flow with a session',
    least: 1.5,
    requests: 2,
    prepare: async (peer, cookies) => (_, connection, before) =>
      before === undefined || !/^location: /im.test(before)
        ? authorizeRequest(peer, cookies[connection] ?? '', 'openid profile email')
        : codeRequest(peer, before),
  },
]

const constant = (text: string) => () => text

export async function run(): Promise<void> {
  const [postern, provider, floor] = await Promise.all([startPostern(), startProvider(), startFloor()])
  const cookies = new Map<Peer, readonly string[]>()
  for (const peer of [postern, provider]) {
    cookies.set(peer, await Promise.all(Array.from({ length: CONNECTIONS }, () => peer.signIn())))
  }
  const asked = process.env.BENCH_KINDS?.split(',')
  const lines: Line[] = []
  for (const kind of KINDS.filter(({ name }) => asked?.some((one) => name.startsWith(one)) ?? true)) {
    const peers = [postern, provider, ...(kind.leastOfFloor === undefined ? [] : [floor])]
    const measured = await measureKind(kind, peers, cookies)
    for (const peer of peers.slice(1)) {
      const least = peer === floor ? (kind.leastOfFloor ?? 0) : kind.least
      lines.push(...linesOf(kind, least, measured.get(postern) ?? NOTHING, peer, measured.get(peer) ?? NOTHING))
    }
  }
  if (asked?.includes('sign-ins') ?? true) lines.push(...(await measureSignIns(postern)))
  for (const peer of [postern, provider, floor]) await peer.stop()
  report('oidc', `of each so many a second over ${CONNECTIONS} connections`, lines)
}

/** How many a second in each round, and in all what each took of the processors in microseconds. */
type Measured = { readonly perSecond: number[]; processor: number }
const NOTHING: Measured = { perSecond: [], processor: Number.NaN }

/** What is used of the processors is told without an aim: it is the same ratio on a machine that others use, too. */
function linesOf({ name }: Kind, least: number, own: Measured, peer: Peer, other: Measured): Line[] {
  return [
    {
      name,
      measured: perSecond(median(own.perSecond)),
      beside: peer.name,
      besideMeasured: perSecond(median(other.perSecond)),
      ratio: median(ratios(own.perSecond, other.perSecond)),
      aim: { least },
    },
    {
      name: `${name}: processor`,
      measured: microseconds(own.processor),
      beside: peer.name,
      besideMeasured: microseconds(other.processor),
      ratio: own.processor / other.processor,
    },
  ]
}

async function measureKind(
  kind: Kind,
  peers: readonly Peer[],
  cookies: ReadonlyMap<Peer, readonly string[]>,
): Promise<Map<Peer, Measured>> {
  const rounds = new Map(peers.map((peer) => [peer, { perSecond: [] as number[], used: 0, done: 0 }]))
  for (let round = 0; round <= ROUNDS; round++) {
    progress(`oidc: ${kind.name}, ${round === 0 ? 'warming up' : `round ${round} of ${ROUNDS}`}`)
    for (const peer of round % 2 === 0 ? peers : peers.toReversed()) {
      const seconds = round === 0 ? WARM_UP_SECONDS : ROUND_SECONDS
      const request = await kind.prepare(peer, cookies.get(peer) ?? [])
      const { pid, port } = peer
      const before = processorSeconds(pid)
      const loaded = await load({ port, connections: CONNECTIONS, amount: { seconds }, request, takesRedirects: true })
      if (loaded.failures > 0) throw new Error(`${peer.name}, ${kind.name}: ${loaded.failures} answers are no success`)
      const of = rounds.get(peer)
      if (round === 0 || !of) continue
      of.perSecond.push(loaded.perSecond / (kind.requests ?? 1))
      of.used += processorSeconds(pid) - before
      of.done += (loaded.perSecond * loaded.seconds) / (kind.requests ?? 1)
    }
  }
  progress('')
  const processor = ({ used, done }: { used: number; done: number }) => (used / done) * 1e6
  return new Map([...rounds].map(([peer, of]) => [peer, { perSecond: of.perSecond, processor: processor(of) }]))
}

/** A code flow over one connection. */
async function tokensFor(peer: Peer, cookie: string, scope: string, forJwt = peer.forJwt): Promise<Tokens> {
  const request: Request = (n, _, before = '') =>
    n === 0 ? authorizeRequest(peer, cookie, scope, forJwt) : codeRequest(peer, before, forJwt)
  const { port } = peer
  const { last } = await load({ port, connections: 1, amount: { requests: 2 }, request, takesRedirects: true })
  return tokensIn(last)
}
