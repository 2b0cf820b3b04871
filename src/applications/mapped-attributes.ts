import { Problem, ScimError } from '../core/errors.ts'
import type { ClientMetadata } from '../db/schema.ts'
import { userTypeOf } from '../directory/attributes/queries.ts'
import type { Scope } from '../platform.ts'
import { parseSource } from '../scim/mapping/place.ts'
import type { ResourceType } from '../scim/schema.ts'

/** Throws Problem 400 for each claim whose attribute users of this tenant have not, or that nobody may read. */
export async function demandAttributes(scope: Scope, { claims = {} }: ClientMetadata): Promise<void> {
  const mapped = Object.entries(claims)
  if (mapped.length === 0) return
  const type = await userTypeOf(scope)
  const errors = mapped.flatMap(([name, { attribute }]) => {
    const message = faultOf(type, attribute)
    return message === undefined ? [] : [{ field: `clientMetadata.claims.${name}.attribute`, message }]
  })
  if (errors.length > 0) throw new Problem(400, 'A claim is mapped to what users do not have.', errors)
}

function faultOf(type: ResourceType, path: string): string | undefined {
  try {
    parseSource(type, path)
    return undefined
  } catch (error) {
    if (error instanceof ScimError) return error.message
    throw error
  }
}
