import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFileOnce } from './files.ts'

/** MASTER_KEY, or the key that the first start made under `dataDir`. Throws if it cannot be read or made. */
export function readMasterKey(given: string | undefined, dataDir: string): string {
  if (given !== undefined) return given
  mkdirSync(dataDir, { recursive: true })
  const path = join(dataDir, 'master.key')
  createFileOnce(path, () => `${randomBytes(32).toString('base64')}\n`)
  return readFileSync(path, 'utf8').trim()
}
