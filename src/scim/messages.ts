import { ScimError } from '../core/errors.ts'

const MESSAGES = 'urn:ietf:params:scim:api:messages:2.0'
export const PATCH_OP_SCHEMA = `${MESSAGES}:PatchOp`
export const SEARCH_REQUEST_SCHEMA = `${MESSAGES}:SearchRequest`
export const BULK_REQUEST_SCHEMA = `${MESSAGES}:BulkRequest`

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

/** A page by cursor (RFC 9865 section 2): nextCursor is absent at the end, totalResults where it was not counted. */
export function cursorResponse(page: {
  readonly total?: number | undefined
  readonly previousCursor?: string | undefined
  readonly nextCursor?: string | undefined
  readonly resources: readonly unknown[]
}) {
  return {
    schemas: [`${MESSAGES}:ListResponse`],
    ...(page.total === undefined ? {} : { totalResults: page.total }),
    itemsPerPage: page.resources.length,
    ...(page.previousCursor === undefined ? {} : { previousCursor: page.previousCursor }),
    ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
    Resources: page.resources,
  }
}

/** RFC 7644 section 3.7. */
export function bulkResponse(operations: readonly unknown[]) {
  return { schemas: [`${MESSAGES}:BulkResponse`], Operations: operations }
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
