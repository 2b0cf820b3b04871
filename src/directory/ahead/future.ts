/** How things are going to be: what is pushed before it is committed is read in a scope in which it has happened already. */
import type { Scope } from '../../platform.ts'
import type { GroupRow } from '../groups/queries.ts'
import type { MemberType } from '../members/commands.ts'
import type { LinkedUser } from '../users/queries.ts'

/** Who comes into a group, and who leaves it. */
export type MembersChange = {
  readonly added: readonly { readonly id: string; readonly type: MemberType }[]
  readonly removed: readonly string[]
}

/** By their ids; undefined is who or what is going to be no more. */
export type Future = {
  readonly users?: ReadonlyMap<string, LinkedUser | undefined>
  /** The new passwords of users, sealed at (tenant, 'pending_passwords', user id). */
  readonly passwords?: ReadonlyMap<string, string>
  readonly groups?: ReadonlyMap<string, GroupRow | undefined>
  readonly members?: ReadonlyMap<string, MembersChange>
}

const futures = new WeakMap<Scope, Future>()

/** A scope in which users and groups are read as they are going to be. */
export function inFuture(scope: Scope, future: Future): Scope {
  const later = { ...scope }
  futures.set(later, future)
  return later
}

export function futureOf(scope: Scope): Future | undefined {
  return futures.get(scope)
}

export function mergeFutures(all: readonly Future[]): Future {
  return {
    users: new Map(all.flatMap(({ users = [] }) => [...users])),
    passwords: new Map(all.flatMap(({ passwords = [] }) => [...passwords])),
    groups: new Map(all.flatMap(({ groups = [] }) => [...groups])),
    members: new Map(all.flatMap(({ members = [] }) => [...members])),
  }
}
