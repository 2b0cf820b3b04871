import { ScimError } from '../../../core/errors.ts'
import { isUniqueViolation } from '../../../db/open.ts'
import type { Scope } from '../../../platform.ts'
import type { Resource, ResourceType } from '../../../scim/schema.ts'
import type { Changed } from '../../endpoint.ts'
import { commitUnlessFirst } from '../../commit.ts'
import { markDirty, type Origin } from '../../outbox.ts'
import {
  insertEmails,
  insertRow,
  nameTaken,
  type NewUser,
  newUser,
  toDirty,
  welcomeBack,
} from '../creation/commands.ts'
import { everyone } from '../links/queries.ts'
import { toUserResource } from '../queries.ts'
import { buriedExternalIds, takenNames } from './queries.ts'

/**
 * Creates many users in one batch, as createUser does one: by their ids, what became of each. Undefined if another
 * request took one of the names meanwhile, or if a target has to take each of them first: then nothing was made.
 */
export async function createUsers(
  scope: Scope,
  type: ResourceType,
  wanted: readonly { readonly id: string; readonly input: Resource }[],
  origin: Origin,
): Promise<ReadonlyMap<string, Changed | ScimError> | undefined> {
  const results = new Map<string, Changed | ScimError>()
  const prepared: NewUser[] = []
  for (const { id, input } of wanted) {
    try {
      prepared.push(await newUser(scope, type, input, origin, id))
    } catch (error) {
      if (!(error instanceof ScimError)) throw error
      results.set(id, error)
    }
  }
  const users = await withFreeNames(scope, prepared, results)
  if (users.length > 0 && !(await insertAll(scope, users, origin))) return undefined
  const roles = await everyone(scope)
  for (const { row } of users) {
    const read = async () => toUserResource(scope, { row, links: { groups: [], roles } })
    results.set(row.id, { id: row.id, version: row.version, read })
  }
  return results
}

/** Of two who want one name the first gets it, if nobody has it. */
async function withFreeNames(
  scope: Scope,
  users: readonly NewUser[],
  results: Map<string, Changed | ScimError>,
): Promise<NewUser[]> {
  const keys = users.map(({ columns }) => columns.userNameKey)
  const taken = new Set(await takenNames(scope, keys))
  return users.filter(({ row, columns }) => {
    const isFree = !taken.has(columns.userNameKey)
    if (!isFree) results.set(row.id, nameTaken(row.userName))
    taken.add(columns.userNameKey)
    return isFree
  })
}

async function insertAll(scope: Scope, users: readonly NewUser[], origin: Origin): Promise<boolean> {
  const externalIds = users.flatMap(({ row }) => row.externalId ?? [])
  const buried = await buriedExternalIds(scope, externalIds)
  const returning = users.filter(({ row }) => row.externalId !== null && buried.has(row.externalId))
  const dirty = await Promise.all(users.map((user) => toDirty(scope, user.row, user.password)))
  try {
    return await commitUnlessFirst(scope, {
      writes: [
        ...users.map((user) => insertRow(scope, user)),
        ...insertEmails(
          scope,
          users.map(({ row }) => row),
        ),
        ...returning.flatMap(({ row }) => welcomeBack(scope, row)),
      ],
      outbox: markDirty(scope, 'User', 'create', dirty, origin),
      ahead: {
        origin,
        touched: dirty.map(({ id, name }) => ({ type: 'User', operation: 'create', id, name })),
        future: () => ({}),
      },
    })
  } catch (error) {
    if (isUniqueViolation(error, 'user_name_key')) return false
    throw error
  }
}
