import { existsSync, linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'

/**
 * Makes a secret file (mode 0600) if there is none. Of several processes that start together one makes it, whole;
 * the others find it. Throws as node:fs does.
 */
export function createFileOnce(path: string, content: () => string): void {
  if (existsSync(path)) return
  const draft = writeDraft(path, content())
  try {
    // Unlike a rename, a link does not replace what another process made in the meantime.
    linkSync(draft, path)
  } catch (error) {
    if (!existsSync(path)) throw error
  } finally {
    rmSync(draft)
  }
}

/** Replaces a secret file (mode 0600) at once: a reader sees the old content or the new. */
export function replaceFile(path: string, content: string, mode = 0o600): void {
  renameSync(writeDraft(path, content, mode), path)
}

function writeDraft(path: string, content: string, mode = 0o600): string {
  const draft = `${path}.${randomUUID()}`
  writeFileSync(draft, content, { mode, flag: 'wx' })
  return draft
}
