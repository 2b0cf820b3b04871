/** Servers under load are processes of their own: what starts one, and what such a process says to who started it. */
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** `own` is what is resident and the process's own: without the pages of the database that the system maps into it. */
export type Memory = { readonly heapUsed: number; readonly own: number }
export type RunningServer = {
  readonly pid: number
  readonly port: number
  /** As Bearer. */
  readonly token: string
  /** After a collection of garbage. */
  memory(): Promise<Memory>
  stop(): void
}

/** Starts a program that calls `announce`; it ends with this process at the latest. */
export async function startServer(program: URL, args: readonly string[] = []): Promise<RunningServer> {
  const child = fork(program, args, {
    execArgv: ['--expose-gc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const next = () =>
    new Promise<unknown>((resolve, reject) => {
      child.once('message', resolve)
      child.once('exit', (code) => reject(new Error(`${program.pathname} ended with ${code}`)))
    })
  const { port, token } = (await next()) as { port: number; token: string }
  return {
    pid: child.pid ?? 0,
    port,
    token,
    memory: async () => {
      child.send('memory')
      return (await next()) as Memory
    },
    stop: () => void child.kill(),
  }
}

/** Listens on a free port, and tells it with the token that the server takes. */
export function announce(server: Server, token: string): void {
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port, token }))
  process.on('disconnect', () => process.exit())
  process.on('message', () => {
    globalThis.gc?.()
    process.send?.({ heapUsed: process.memoryUsage().heapUsed, own: ownMemory() } satisfies Memory)
  })
}

function ownMemory(): number {
  if (process.platform !== 'linux') return process.memoryUsage().rss
  const [, kibibytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kibibytes) * 1024
}

/** What a process has used of the processors so far, in seconds: other programs on the machine are not in it. */
export function processorSeconds(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  const TICKS_PER_SECOND = 100
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}
