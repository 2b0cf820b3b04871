/**
 * The memory of a server while somebody lists a million users, page after page by cursor: after each 50 pages of 1,000,
 * garbage collected. Aim: flat, that is 1.1 times at most of what it was after the first 50.
 */
import { mebibytes, progress, report } from '../report.ts'
import { type Memory, type RunningServer, startServer } from '../server.ts'
import { MILLION, millionUsers } from './million.ts'

const COUNT = 1000
const PAGES_BETWEEN = 50
const AIM = { most: 1.1 }

export async function run(): Promise<void> {
  const server = await startServer(new URL('postern-server.ts', import.meta.url), [await millionUsers()])
  const idle = await server.memory()
  const begin = performance.now()
  const samples = await listAll(server)
  const seconds = (performance.now() - begin) / 1000
  server.stop()
  const [first = idle] = samples
  const most = (of: (memory: Memory) => number) => Math.max(...samples.map(of))
  const lineOf = (name: string, of: (memory: Memory) => number) => ({
    name: `${name}, the most of ${samples.length} samples`,
    measured: mebibytes(most(of)),
    beside: `after ${PAGES_BETWEEN} pages`,
    besideMeasured: mebibytes(of(first)),
    ratio: most(of) / of(first),
    aim: AIM,
  })
  const title = `a million users listed by pages of ${COUNT} in ${seconds.toFixed(0)} s`
  report('memory', title, [lineOf('heap', ({ heapUsed }) => heapUsed), lineOf('resident memory', ({ own }) => own)])
}

async function listAll(server: RunningServer): Promise<Memory[]> {
  const samples: Memory[] = []
  let listed = 0
  let cursor: string | undefined = ''
  for (let page = 1; cursor !== undefined; page++) {
    const { Resources, nextCursor } = await pageOf(server, cursor)
    listed += Resources.length
    cursor = nextCursor
    if (page % PAGES_BETWEEN !== 0) continue
    samples.push(await server.memory())
    progress(`memory: ${listed.toLocaleString('en')} users listed`)
  }
  progress('')
  // And the administrator.
  if (listed !== MILLION + 1) throw new Error(`${listed} users were listed`)
  return samples
}

async function pageOf({ port, token }: RunningServer, cursor: string) {
  const query = new URLSearchParams({ count: String(COUNT), cursor })
  const headers = { Authorization: `Bearer ${token}` }
  const response = await fetch(`http://127.0.0.1:${port}/scim2/Users?${query}`, { headers })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return (await response.json()) as { Resources: unknown[]; nextCursor?: string }
}
