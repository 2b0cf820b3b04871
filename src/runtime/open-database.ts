import { openEmbedded } from '../db/embedded.ts'
import { type Db, openRemote } from '../db/open.ts'

/** The database of a DATABASE_URL, on a runtime that has files. */
export function openDatabase(url: string, authToken?: string): Db {
  return url.startsWith('file:') || url === ':memory:' ? openEmbedded(url) : openRemote(url, authToken)
}
