/** A program of the project as a process of its own, with all that it starts. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }
export type Child = {
  readonly pid: number
  /** What it has written so far, as `stdout`, `stderr` or both in the order of arrival. */
  output(stream?: 'stdout' | 'stderr'): string
  signal(signal: NodeJS.Signals): void
  /** Resolves once it has ended and all of its output is read. */
  waitExit(): Promise<Exit>
  hasExited(): boolean
}

const running = new Set<ChildProcess>()
const temporary = new Set<string>()
process.on('exit', () => temporary.forEach((path) => rmSync(path, { recursive: true, force: true })))

/**
 * Beside the program waits a shell for the end of pipe 3, which comes when we close it or are gone ourselves, in
 * whatever way; then it ends the whole group. Test runners end their workers without a word.
 */
const GUARDED = `(trap '' INT TERM; cat <&3; kill -KILL 0) >/dev/null 2>&1 & exec "$@" 3<&-`

/** Starts a program; it sees of our environment only what a program needs to run at all. */
export function startChild(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Child {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn('/bin/sh', ['-c', GUARDED, 'sh', command, ...args], {
    cwd: ROOT,
    // A group of its own, so that a signal reaches what a wrapper starts, and no key press here does.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { PATH, HOME, NO_COLOR: '1', ...env },
  })
  running.add(child)
  child.once('exit', () => child.stdio[3]?.destroy())
  const chunks: { stream: 'stdout' | 'stderr'; text: string }[] = []
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => chunks.push({ stream, text }))
  }
  let exit: Exit | undefined
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      running.delete(child)
      resolve((exit = { code, signal }))
    })
  })
  exited.catch(() => undefined)
  return {
    pid: child.pid ?? 0,
    output: (only) =>
      chunks
        .filter(({ stream }) => !only || stream === only)
        .map(({ text }) => text)
        .join(''),
    signal: (signal) => signalGroup(child, signal),
    waitExit: () => exited,
    hasExited: () => exit !== undefined,
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || !running.has(child)) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It ended in this moment.
  }
}

/** A port of 127.0.0.1 that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** A new directory for temporary files; gone when the process ends, or the test run (run.ts). */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'postern-'))
  temporary.add(path)
  return path
}

/** Asks again, at most every 50 ms, until `check` answers something; throws after `withinMs` with `explain`. */
export async function until<T>(
  check: () => Promise<T | undefined>,
  withinMs: number,
  explain: () => string,
): Promise<T> {
  const end = Date.now() + withinMs
  for (;;) {
    const found = await check()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(explain())
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
