/** Applications as this process has read them a moment ago, for what a client asks for over and over. */
import { memoryOf, remember } from '../core/memory.ts'
import type { Db } from '../db/open.ts'
import type { Scope } from '../platform.ts'
import { type ApplicationRow, findApplicationByClientId } from './queries.ts'

/** So long another process goes on with an application that was changed or removed here. */
const KNOWN_MS = 1000

type Known = { readonly row: ApplicationRow; readonly since: number }
const known = new WeakMap<Db, Map<string, Known>>()

/** Undefined where it has to be read: not read a moment ago, or changed since by this process. */
export function knownApplication(scope: Scope, clientId: string): ApplicationRow | undefined {
  const found = memoryOf(known, scope.db).get(nameOf(scope, clientId))
  return found && Math.abs(scope.now.getTime() - found.since) < KNOWN_MS ? found.row : undefined
}

/** From the database; what was read is known from then on. */
export async function readToKnow(scope: Scope, clientId: string): Promise<ApplicationRow | undefined> {
  const row = await findApplicationByClientId(scope, clientId)
  if (!row) return undefined
  remember(memoryOf(known, scope.db), nameOf(scope, clientId), { row, since: scope.now.getTime() })
  return row
}

/** For whoever has changed one, so that this process sees it at once. */
export function forgetApplications({ db }: Pick<Scope, 'db'>): void {
  known.delete(db)
}

function nameOf({ tenantId }: Scope, clientId: string): string {
  return `${tenantId} ${clientId}`
}
