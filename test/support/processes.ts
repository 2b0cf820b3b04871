/** postern as a process of its own, on each runtime. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { Agent, fetch } from 'undici'
import { type Child, type Exit, freePort, ROOT, startChild, temporaryDirectory, until } from './child.ts'
import { startWorkerDatabase, workerCommand } from './worker.ts'

export { freePort, startChild, temporaryDirectory, until } from './child.ts'

export type Runtime = 'node' | 'deno' | 'workerd'
export type StartOptions = {
  runtime?: Runtime
  port?: number
  /** Default: a new directory. A second start on the same one goes on with its database. */
  dataDir?: string
  /** Default: under dataDir. Servers that call each other share one. */
  caDir?: string
  /** Settings, by their names in the environment. */
  env?: Readonly<Record<string, string>>
  /** With workerd: libSQL over HTTP, migrated. Default: a server of its own over dataDir/postern.db. */
  hranaUrl?: string
}
export type Postern = {
  readonly baseUrl: string
  readonly port: number
  readonly dataDir: string
  readonly caPath: string
  output(stream?: 'stdout' | 'stderr'): string
  signal(signal: NodeJS.Signals): void
  /** Ends it as Ctrl-C does. */
  stop(): Promise<Exit>
  /** Ends it with SIGKILL, at once. */
  kill(): Promise<Exit>
  waitExit(): Promise<Exit>
}

/** wrangler builds first, on a machine that may be busy with other tests. */
const READY_WITHIN_MS = 60_000

/** For answers from servers of the local CA. */
export const insecureAgent = new Agent({ connect: { rejectUnauthorized: false } })

/** Starts postern, as admin/Adm1n-pass unless `env` says otherwise; resolves when /readyz answers 200. */
export async function startPostern(options: StartOptions = {}): Promise<Postern> {
  const { runtime = 'node', dataDir = temporaryDirectory() } = options
  const caDir = options.caDir ?? join(dataDir, 'ca')
  const port = options.port ?? (await freePort())
  const env: Readonly<Record<string, string>> = { ADMIN_PASSWORD: 'Adm1n-pass', ...options.env }
  const started =
    runtime === 'workerd'
      ? await startWorkerd({ port, dataDir, caDir, env, hranaUrl: options.hranaUrl })
      : startServer(runtime, { PORT: String(port), DATA_DIR: dataDir, CA_DIR: caDir, ...env })
  const { child, close } = started
  const baseUrl = env.BASE_URL ?? `${env.TLS === 'off' ? 'http' : 'https'}://localhost:${port}`
  const ended = async (signal: NodeJS.Signals) => {
    child.signal(signal)
    const exit = await child.waitExit()
    await close()
    return exit
  }
  await untilReady(child, new URL(baseUrl).protocol, port).catch(async (error: unknown) => {
    await ended('SIGKILL')
    throw error
  })
  return {
    baseUrl,
    port,
    dataDir,
    caPath: join(caDir, 'ca.pem'),
    output: child.output,
    signal: child.signal,
    stop: () => ended('SIGINT'),
    kill: () => ended('SIGKILL'),
    waitExit: child.waitExit,
  }
}

type Started = { readonly child: Child; close(): Promise<void> }

function startServer(runtime: 'node' | 'deno', env: Readonly<Record<string, string>>): Started {
  const [command, ...args] =
    runtime === 'node' ? [process.execPath, 'src/node.ts'] : [denoPath(), 'run', '--allow-all', 'src/deno.ts']
  return { child: startChild(command ?? '', args, env), close: async () => undefined }
}

async function startWorkerd(options: {
  port: number
  dataDir: string
  caDir: string
  env: Readonly<Record<string, string>>
  hranaUrl: string | undefined
}): Promise<Started> {
  const { env: settings, hranaUrl, ...rest } = options
  const hrana = hranaUrl === undefined ? await startWorkerDatabase(options.dataDir) : undefined
  const command = await workerCommand({ ...rest, databaseUrl: hranaUrl ?? hrana?.url ?? '', settings })
  const child = startChild(process.execPath, command.args, command.env)
  return { child, close: async () => hrana?.close() }
}

/** The program itself: the package's own is a wrapper that does not pass signals on. */
function denoPath(): string {
  const wrapper = join(ROOT, 'node_modules/deno/bin.cjs')
  return execFileSync(process.execPath, [wrapper, 'eval', 'console.log(Deno.execPath())'], { encoding: 'utf8' }).trim()
}

async function untilReady(child: Child, protocol: string, port: number): Promise<void> {
  const explain = (what: string) => () => `postern ${what}:\n${child.output()}`
  const check = async () => {
    if (child.hasExited()) throw new Error(explain('ended')())
    const answer = await fetch(`${protocol}//localhost:${port}/readyz`, { dispatcher: insecureAgent }).catch(
      () => undefined,
    )
    await answer?.body?.cancel()
    return answer?.status === 200 ? true : undefined
  }
  await until(check, READY_WITHIN_MS, explain('is not ready'))
}
