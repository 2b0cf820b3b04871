import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Around the whole test run: one place for temporary files. Workers are ended before they could tidy up. */
export default function setUp(): () => void {
  const path = mkdtempSync(join(tmpdir(), 'postern-tests-'))
  process.env.TMPDIR = path
  return () => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}
