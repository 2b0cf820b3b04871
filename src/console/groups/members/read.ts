/** The members of a group or role, as a page looks at them and as a button changes them. */
import { z } from 'zod'
import type { MemberType, Owner } from '../../../directory/members/commands.ts'
import type { MemberChange } from '../../../directory/members/edit.ts'
import type { Member } from '../../../directory/members/queries.ts'
import type { AppContext } from '../../../http.ts'
import type { ListState } from '../../../html/table.ts'
import { listStateOf, pageOf } from '../../list.ts'
import { findCandidates, listMembers } from './queries.ts'

export type MemberList = {
  /** Its filter `add` is what was searched for to be added. */
  readonly state: ListState
  /** What could be a member. */
  readonly types: readonly MemberType[]
  readonly total: number
  readonly rows: readonly Member[]
  /** Who was found to be added. */
  readonly candidates: readonly Member[]
}

/** Of users, and of groups. */
export const MOST_CANDIDATES = 10

export const memberForm = z.object({ add: z.string().optional(), remove: z.string().optional() })

/** How the members are looked at; a change comes back to the same page of them. */
export function memberStateOf(c: AppContext): ListState {
  const state = listStateOf(c, [], ['add'])
  return { ...state, filters: { add: (state.filters?.add ?? '').trim().slice(0, 200) } }
}

/** One page of them, however many there are. */
export async function readMembers(
  c: AppContext,
  owner: Owner,
  id: string,
  types: readonly MemberType[],
): Promise<MemberList> {
  const { scope } = c.var
  const state = memberStateOf(c)
  const { total, rows } = await listMembers(scope, owner, id, types, { q: state.q, ...pageOf(state) })
  const candidates = await findCandidates(scope, owner, id, types, state.filters?.add ?? '', MOST_CANDIDATES)
  return { state, types, total, rows, candidates }
}

/** Who is in already stays once, and who is not need not go. */
export function memberChange(attribute: string, { add, remove }: z.output<typeof memberForm>): MemberChange {
  return add === undefined ? { attribute, kind: 'remove', ids: [remove ?? ''] } : { attribute, kind: 'add', ids: [add] }
}
