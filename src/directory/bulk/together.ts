import { ScimError } from '../../core/errors.ts'
import type { Changed, ScimRequest } from '../endpoint.ts'
import { normalizeResource } from '../../scim/lenient.ts'
import type { Resource } from '../../scim/schema.ts'
import { validateResource } from '../../scim/validate.ts'
import { userTypeOf } from '../attributes/queries.ts'
import { createUsers } from '../users/many/commands.ts'

/**
 * Makes users in one batch, each with the id that it was given: what became of each. Undefined if the batch failed as a
 * whole, because another request took one of the names meanwhile: then nothing was made.
 */
export async function createTogether(
  request: ScimRequest,
  wanted: readonly { readonly id: string; readonly body: unknown }[],
): Promise<readonly (Changed | ScimError)[] | undefined> {
  const { scope, origin, isStrict } = request
  const type = await userTypeOf(scope)
  const inputs = wanted.map(({ id, body }) => {
    const input = refusedOr(() => validateResource(type, isStrict ? body : normalizeResource(type, body)))
    return input instanceof ScimError ? input : { id, input }
  })
  const valid = inputs.flatMap((one) => (one instanceof ScimError ? [] : [one]))
  const made = await createUsers(scope, type, valid, origin)
  if (!made) return undefined
  return inputs.map((one) => (one instanceof ScimError ? one : (made.get(one.id) ?? new ScimError(500, 'not made'))))
}

function refusedOr(make: () => Resource): Resource | ScimError {
  try {
    return make()
  } catch (error) {
    if (error instanceof ScimError) return error
    throw error
  }
}
