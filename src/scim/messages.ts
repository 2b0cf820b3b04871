import { ScimError } from '../core/errors.ts'

const MESSAGES = 'urn:ietf:params:scim:api:messages:2.0'
export const PATCH_OP_SCHEMA = `${MESSAGES}:PatchOp`

/** RFC 7644 section 3.4.2: totalResults counts what matches, itemsPerPage what is in this page. */
export function listResponse(page: {
  readonly total: number
  readonly startIndex: number
  readonly resources: readonly unknown[]
}) {
  return {
    schemas: [`${MESSAGES}:ListResponse`],
    totalResults: page.total,
    startIndex: page.startIndex,
    itemsPerPage: page.resources.length,
    Resources: page.resources,
  }
}

/** RFC 7644 section 3.12; the status is a string. */
export function scimErrorBody(error: ScimError) {
  return {
    schemas: [`${MESSAGES}:Error`],
    status: String(error.status),
    ...(error.scimType === undefined ? {} : { scimType: error.scimType }),
    detail: error.message,
  }
}

/** RFC 7644 section 3.4.2.4: startIndex below 1 is 1, a negative count is 0. Throws invalidValue for what is no number. */
export function parsePaging(query: Readonly<Record<string, string | undefined>>): {
  startIndex: number
  count: number | undefined
} {
  const startIndex = integerOf('startIndex', query.startindex)
  const count = integerOf('count', query.count)
  return {
    startIndex: Math.max(startIndex ?? 1, 1),
    count: count === undefined ? undefined : Math.max(count, 0),
  }
}

function integerOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  if (!/^[+-]?\d{1,15}$/.test(text.trim())) throw new ScimError('invalidValue', `${name} must be an integer`)
  return Number(text)
}
