/**
 * `npm run demo`: the tutorial's world on this machine. IS1 on 9443, IS2 on 9444, playground2 on 8080, admin:admin.
 * What is set up by hand stays under data/demo; `-- --fresh` begins anew. `-- --configured` is a world of its own under
 * data/demo-configured, new at each start: it sets up through the management API what the tutorial sets up by hand.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { configure, type Configured } from './configure.ts'

const IS1 = 'https://localhost:9443'
const IS2 = 'https://localhost:9444'
const PLAYGROUND = 'http://localhost:8080/playground2/oauth2.jsp'
const isConfigured = process.argv.includes('--configured')
const root = isConfigured ? 'data/demo-configured' : 'data/demo'
const caDir = join(root, 'ca')
const children: ChildProcess[] = []
let isTrusted = false
let isReady = false

process.on('SIGINT', () => end(0))
process.on('SIGTERM', () => end(0))
try {
  await start()
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`)
  end(1)
}

async function start(): Promise<void> {
  // Before anything is removed: another demo may be running on it.
  await Promise.all([9443, 9444, 8080].map(demandFreePort))
  if (isConfigured || process.argv.includes('--fresh')) rmSync(root, { recursive: true, force: true })
  startServer('IS1', 0)
  startServer('IS2', 1)
  await Promise.all([IS1, IS2].map((url) => untilAnswers(`${url}/readyz`)))
  const configured = isConfigured
    ? await configure({ is1: IS1, is2: IS2, callback: callbackOf(PLAYGROUND) })
    : undefined
  startPlayground(configured)
  await untilAnswers(PLAYGROUND)
  isReady = true
  process.stdout.write(words(configured))
}

function demandFreePort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', () => reject(new Error(`port ${port} is in use by another program`)))
    server.listen(port, 'localhost', () => server.close(() => resolve()))
  })
}

function startServer(name: string, offset: number): void {
  run(name, ['src/node.ts', '--offset', String(offset)], {
    DATA_DIR: join(root, name.toLowerCase()),
    CA_DIR: caDir,
    ADMIN_PASSWORD: 'admin',
    LOG_LEVEL: 'warn',
  })
}

function startPlayground(configured: Configured | undefined): void {
  run('playground2', ['examples/playground2/server.ts'], {
    CA_FILE: join(caDir, 'ca.pem'),
    ISSUER: IS1,
    CLIENT_ID: configured?.clientId ?? '',
    CLIENT_SECRET: configured?.clientSecret ?? '',
  })
}

/** A process of the demo. One that does not start ends it; one that is stopped later leaves the others running. */
function run(name: string, args: string[], env: Record<string, string>): void {
  const { PORT: _, PORT_OFFSET: __, BASE_URL: ___, ...inherited } = process.env
  const child = spawn(process.execPath, args, { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  const named = (chunk: Buffer) => String(chunk).replace(/^(?=.)/gm, `${name}: `)
  // What it prints while it starts, the demo says itself; the mails that people get come later.
  child.stdout?.on('data', (chunk: Buffer) => isReady && process.stdout.write(named(chunk)))
  child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(named(chunk)))
  child.once('exit', (code) => {
    if (!isReady) return end(code || 1)
    const settings = ['DATA_DIR', 'CA_DIR', 'ADMIN_PASSWORD'].flatMap((key) => (env[key] ? [`${key}=${env[key]}`] : []))
    const command = [...settings, 'npm start --', ...args.slice(1)].join(' ')
    const again = args[0] === 'src/node.ts' ? ` Start it again in another terminal: ${command}` : ''
    process.stdout.write(`  ${name} has ended; the others go on.${again}\n`)
  })
}

async function untilAnswers(url: string): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    trustLocalCa()
    const answer = await fetch(url).catch((error: unknown) => error)
    if (answer instanceof Response && answer.ok) return
    if (Date.now() > deadline) throw new Error(`${url} does not answer`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The servers make their certification authority at their first start. */
function trustLocalCa(): void {
  const path = join(caDir, 'ca.pem')
  if (isTrusted || !existsSync(path)) return
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(path, 'utf8')])
  isTrusted = true
}

function end(code: number): void {
  for (const child of children) child.removeAllListeners('exit').kill('SIGTERM')
  process.exitCode = code
  setTimeout(() => process.exit(code), 2000).unref()
}

function callbackOf(page: string): string {
  return page.replace('oauth2.jsp', 'oauth2client')
}

function words(configured: Configured | undefined): string {
  return [
    '',
    `  IS1          ${IS1}/console    admin / admin`,
    `  IS2          ${IS2}/console    admin / admin`,
    `  playground2  ${PLAYGROUND}`,
    '',
    `  The certificates come from ${join(caDir, 'ca.pem')}: trust it, or accept the browser's warning once for each server.`,
    ...(configured
      ? ['', ...configured.words.map((line) => `  ${line}`)]
      : ['', '  Nothing is set up yet: README.md has the tutorial.']),
    '',
    `  process ids: ${children.map((child) => child.pid).join(', ')} (IS1, IS2, playground2). Ctrl-C ends all three.`,
    '',
    '',
  ].join('\n')
}
