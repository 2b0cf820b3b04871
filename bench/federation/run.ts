/**
 * What a sign-in at a provider costs, whole: from leaving for the provider to a session, with the calls to it, over a file.
 * First of people who are new and get an account just in time, then of the same people coming again. The server is one
 * process; what it takes of the processors in all is told beside the number, which on a busy machine says little.
 */
import { basicHeader } from '../../test/support/app.ts'
import { load } from '../load.ts'
import { median } from '../measure.ts'
import { ADMIN, type Peer, startPostern } from '../oidc/peers.ts'
import { type Line, microseconds, perSecond, progress, report } from '../report.ts'
import { processorSeconds, startServer } from '../server.ts'
import { nextRequest } from './flow.ts'
import { PROVIDER_CLIENT } from './names.ts'

const CONNECTIONS = 16
const WARM_UP_SIGN_INS = 600
const ROUNDS = 9
const SIGN_INS = 400
/** Of one core. */
const LEAST_PER_SECOND = 200

export async function run(): Promise<void> {
  const [postern, provider] = await Promise.all([
    startPostern(),
    startServer(new URL('provider-server.ts', import.meta.url)),
  ])
  const connection = await connect(postern, `http://127.0.0.1:${provider.port}`)
  let made = 0
  const lines = await measureKind('a new person, who gets an account', postern, connection, () => `${made++}`)
  let come = 0
  lines.push(...(await measureKind('a person who is linked', postern, connection, () => `${come++ % made}`)))
  await postern.stop()
  provider.stop()
  report('federation', `sign-ins at a provider over ${CONNECTIONS} connections`, lines)
}

async function connect({ port }: Peer, issuer: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/connections`, {
    method: 'POST',
    headers: { Authorization: basicHeader(ADMIN.userName, ADMIN.password), 'Content-Type': 'application/json' },
    body: JSON.stringify({
      name: 'Bench',
      authenticator: { type: 'oidc', issuer, ...PROVIDER_CLIENT },
      jit: { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' },
    }),
  })
  if (answer.status !== 201) throw new Error(`the connection: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { id: string }).id
}

async function measureKind(name: string, peer: Peer, connection: string, sub: () => string): Promise<Line[]> {
  const rates: number[] = []
  const processors: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    progress(`federation: ${name}, ${round === 0 ? 'warming up' : `round ${round} of ${ROUNDS}`}`)
    const signIns = round === 0 ? WARM_UP_SIGN_INS : SIGN_INS
    const used = processorSeconds(peer.pid)
    const loaded = await load({
      port: peer.port,
      connections: CONNECTIONS,
      amount: { requests: signIns * 2 },
      request: (_n, _connection, before) => nextRequest(connection, before, sub),
      takesRedirects: true,
    })
    if (loaded.failures > 0) throw new Error(`${name}: ${loaded.failures} answers are no success: ${loaded.last}`)
    if (round === 0) continue
    rates.push(loaded.perSecond / 2)
    processors.push(((processorSeconds(peer.pid) - used) / signIns) * 1e6)
  }
  progress('')
  const [rate, processor] = [median(rates), median(processors)]
  const wanted = 1e6 / LEAST_PER_SECOND
  return [
    {
      name,
      measured: perSecond(rate),
      beside: 'what is wanted',
      besideMeasured: perSecond(LEAST_PER_SECOND),
      ratio: rate / LEAST_PER_SECOND,
      aim: { least: 1 },
    },
    {
      name: `${name}: processor`,
      measured: microseconds(processor),
      beside: 'a core for so many',
      besideMeasured: microseconds(wanted),
      ratio: processor / wanted,
      aim: { most: 1 },
    },
  ]
}
