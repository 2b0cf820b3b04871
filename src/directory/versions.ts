/** Versions of resources as ETags (RFC 7644 section 3.14). Pure. */
import type { Versions } from './members/commands.ts'

export function etagOf(version: number): string {
  return `W/"${version}"`
}

/** The versions of a list of ETags, weak or strong: clients may send either. A tag that is not ours is -1; undefined for any (`*`). */
export function versionsIn(header: string): Versions | undefined {
  if (header.trim() === '*') return undefined
  return header.split(',').map((tag) => Number(/^(?:W\/)?"(\d{1,15})"$/.exec(tag.trim())?.[1] ?? -1))
}
