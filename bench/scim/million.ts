/**
 * A database of a million users. It goes with the process; with --keep it stays in bench/results, and the next run
 * with --keep takes it as it is: remove it when the tables or what is written to them have changed.
 */
import { existsSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { progress, RESULTS } from '../report.ts'
import { openWorld, temporaryFile } from '../world.ts'
import { populate } from './population.ts'

export const MILLION = 1_000_000

const kept = fileURLToPath(new URL('million.db', RESULTS))
let made: Promise<string> | undefined

/** Its file, made at the first call. */
export function millionUsers(): Promise<string> {
  return (made ??= process.argv.includes('--keep') ? keptFile() : make(temporaryFile()))
}

async function keptFile(): Promise<string> {
  if (existsSync(kept) && (await isWhole(kept))) return kept
  for (const end of ['', '-wal', '-shm']) rmSync(kept + end, { force: true })
  return make(kept)
}

/** A run that was broken off leaves fewer. */
async function isWhole(file: string): Promise<boolean> {
  const world = await openWorld(file)
  const page = await world.client('GET', '/Users', { query: { count: '0' } })
  world.close()
  return (JSON.parse(page) as { totalResults: number }).totalResults >= MILLION
}

async function make(file: string): Promise<string> {
  const world = await openWorld(file)
  const { seconds } = await populate(await world.scope(), MILLION)
  progress(`made a million users in ${seconds.toFixed(0)} s`)
  progress('')
  world.close()
  return file
}
