import { NotPushed, ScimError } from '../../core/errors.ts'
import { isUniqueViolation } from '../../db/open.ts'
import type { Scope } from '../../platform.ts'
import type { Changed, Making } from '../endpoint.ts'
import { commit, together } from '../commit.ts'

/** One resource of a circle; `prepare` throws why it cannot be made. */
export type Member = { readonly bulkId: string; prepare(): Promise<Making> }

/** Makes resources that refer to each other in one batch: what became of each, in their order. All are made, or none. */
export async function makeCircle(scope: Scope, members: readonly Member[]): Promise<readonly (Changed | ScimError)[]> {
  const prepared = await Promise.all(members.map(({ prepare }) => prepare().catch(refusalOf)))
  const makings = prepared.flatMap((one) => (one instanceof ScimError ? [] : [one]))
  const isWhole = makings.length === members.length
  const made = isWhole && (await commitTogether(scope, makings))
  if (made instanceof NotPushed) return members.map(() => made)
  if (made) return makings.map((making) => making.changed)
  const errors = isWhole ? await takenNames(makings) : prepared
  const culprit = members[errors.findIndex((one) => one instanceof ScimError)]?.bulkId
  return errors.map((one) => (one instanceof ScimError ? one : notMade(culprit)))
}

/** False if a name is taken, and what a target said that had to take them first: then nothing was made. */
async function commitTogether(scope: Scope, makings: readonly Making[]): Promise<boolean | NotPushed> {
  try {
    await commit(scope, together(makings.map(({ change }) => change)))
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    if (error instanceof NotPushed) return error
    throw error
  }
}

async function takenNames(makings: readonly Making[]): Promise<(ScimError | undefined)[]> {
  return Promise.all(makings.map((making) => making.demandFreeName().then(() => undefined, refusalOf)))
}

/** RFC 7644 section 3.7.1: what refers to a resource that could not be made is a conflict. */
export function notMade(bulkId: string | undefined): ScimError {
  if (bulkId === undefined) return new ScimError('uniqueness', 'Two of those that refer to each other have one name.')
  return new ScimError(409, `${bulkId.slice(0, 200)}, which this refers to, was not made.`)
}

/** Rethrows what is no refusal. */
export function refusalOf(error: unknown): ScimError {
  if (error instanceof ScimError) return error
  throw error
}
