import type { FieldError } from '../../core/errors.ts'
import { findUser, findUserByName } from '../../directory/users/queries.ts'
import { listDecisions } from '../../federation/decision/log/queries.ts'
import { PAGE_SIZE } from '../../html/table.ts'
import type { AppContext } from '../../http.ts'
import type { Scope } from '../../platform.ts'
import { listStateOf } from '../list.ts'
import type { DecisionList } from './pages.ts'
import { DECISION_KINDS } from './words.ts'

const SEARCHED = ['connection', 'decision', 'user', 'after'] as const

/** The decisions that the address asks for; of one connection alone, if it is given. */
export async function readDecisions(
  c: AppContext,
  connections: DecisionList['connections'],
  only?: string,
): Promise<DecisionList> {
  const { scope } = c.var
  const state = listStateOf(c, [], SEARCHED)
  const { connection = '', decision, user = '', after } = state.filters ?? {}
  const whom = await whomOf(scope, user.trim())
  const filter = {
    connectionId: only ?? (connection === '' ? undefined : connection),
    decision: DECISION_KINDS.find((kind) => kind === decision),
    userId: whom.userId,
  }
  const page = { after: after === '' ? undefined : after, limit: PAGE_SIZE + 1 }
  const rows = whom.errors.length > 0 ? [] : await listDecisions(scope, filter, page)
  return { state, connections, errors: whom.errors, rows: rows.slice(0, PAGE_SIZE), isMore: rows.length > PAGE_SIZE }
}

type Whom = { readonly userId?: string; readonly errors: readonly FieldError[] }

/** By her name or her ID; an ID of somebody who was deleted finds what was decided of her. */
async function whomOf(scope: Scope, text: string): Promise<Whom> {
  if (text === '') return { errors: [] }
  const user = (await findUserByName(scope, text)) ?? (await findUser(scope, text))
  if (user) return { userId: user.id, errors: [] }
  if (/^[\da-f-]{36}$/.test(text)) return { userId: text, errors: [] }
  return { errors: [{ field: 'user', message: 'There is no user of this name.' }] }
}
