/**
 * What password sign-ins do to tokens: client_credentials over 16 connections, alone and while twice as many people as
 * there are cores sign in one after the other, each with a password that has to be hashed.
 */
import { load, httpForm } from '../load.ts'
import { median, ratios } from '../measure.ts'
import { type Line, perSecond, progress } from '../report.ts'
import type { Peer } from './peers.ts'

const ROUNDS = 9
const ROUND_SECONDS = 1.5
const CONNECTIONS = 16
const SIGN_INS = 32
const LEAST_KEPT = 0.8
const MOST_P99_MS = 50

export async function measureSignIns(peer: Peer): Promise<Line[]> {
  const form = { grant_type: 'client_credentials', ...peer.forJwt }
  const text = httpForm(peer.paths.token, { Authorization: peer.basic }, form)
  const tokens = { port: peer.port, connections: CONNECTIONS, amount: { seconds: ROUND_SECONDS }, request: () => text }
  const signIn = await signInRequest(peer)
  const [alone, beside, p99s, signIns] = [[], [], [], []] as [number[], number[], number[], number[]]
  await load(tokens)
  for (let round = 1; round <= ROUNDS; round++) {
    progress(`oidc: tokens while people sign in, round ${round} of ${ROUNDS}`)
    alone.push((await load(tokens)).perSecond)
    // They queue before the tokens are counted, and go on for a little longer.
    const waiting = load({
      ...tokens,
      connections: SIGN_INS,
      amount: { seconds: ROUND_SECONDS + 0.3 },
      request: signIn,
      // Of one address so many wrong ones would be turned away before they are hashed.
      from: (connection) => `127.1.${round}.${connection + 1}`,
    })
    await new Promise((resolve) => setTimeout(resolve, 150))
    const loaded = await load(tokens)
    if (loaded.failures > 0) throw new Error(`${loaded.failures} tokens were refused while people sign in`)
    beside.push(loaded.perSecond)
    p99s.push(loaded.p99)
    signIns.push((await waiting).perSecond)
  }
  progress('')
  const kept = median(ratios(beside, alone))
  const p99 = median(p99s)
  return [
    {
      name: 'tokens while people sign in',
      measured: perSecond(median(beside)),
      beside: `alone (${median(signIns).toFixed(0)} sign-ins/s)`,
      besideMeasured: perSecond(median(alone)),
      ratio: kept,
      aim: { least: LEAST_KEPT },
    },
    {
      name: 'p99 of those tokens',
      measured: `${p99.toFixed(1)} ms`,
      beside: 'what is allowed',
      besideMeasured: `${MOST_P99_MS} ms`,
      ratio: p99 / MOST_P99_MS,
      aim: { most: 1 },
    },
  ]
}

let people = 0

/** Names that nobody has: their passwords are hashed like all others, and remembered nowhere. */
async function signInRequest({ port }: Peer): Promise<() => string> {
  const page = await fetch(`http://127.0.0.1:${port}/login`)
  const _token = /name="_token" value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
  const Cookie = page.headers
    .getSetCookie()
    .map((line) => line.replace(/;.*/, ''))
    .join('; ')
  const headers = { Cookie, Origin: `http://localhost:${port}` }
  return () => httpForm('/login', headers, { _token, username: `nobody${people++}`, password: 'MyPa33w@rd' })
}
