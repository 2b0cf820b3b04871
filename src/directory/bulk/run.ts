/**
 * Runs the operations of a Bulk request (RFC 7644 section 3.7). Ids are given before anything is made, so that a
 * reference forwards is only a matter of order; of a circle one resource is made without its references, and gets them
 * when the others are there. What cannot be completed is taken away again.
 */
import { ScimError } from '../../core/errors.ts'
import { newResourceId } from '../../core/ids.ts'
import {
  type BulkOperation,
  type BulkRequest,
  partsWithReferences,
  type ReadOperation,
  referencesOf,
  resolveReferences,
  withoutReferences,
} from '../../scim/bulk.ts'
import { PATCH_OP_SCHEMA, scimErrorBody } from '../../scim/messages.ts'
import type { Changed, Endpoint, ScimRequest } from '../endpoint.ts'
import { etagOf, versionsIn } from '../versions.ts'
import { createTogether } from './together.ts'

/** What is said of one operation. */
export type Outcome = {
  readonly method: string | undefined
  readonly bulkId?: string | undefined
  readonly location?: string | undefined
  readonly version?: string | undefined
  readonly status: string
  readonly response?: unknown
}

/** A resource that a POST of this request makes. */
type Made = { readonly id: string; readonly index: number; state: 'waiting' | 'under way' | 'made' | 'failed' }

type Incomplete = {
  readonly index: number
  readonly operation: BulkOperation
  readonly later: ReadonlySet<string>
}

type Run = {
  readonly request: ScimRequest
  readonly endpoints: readonly Endpoint[]
  readonly operations: readonly ReadOperation[]
  readonly made: ReadonlyMap<string, Made>
  readonly outcomes: (Outcome | undefined)[]
  readonly incomplete: Incomplete[]
  readonly failOnErrors: number
  errors: number
}

/** The outcomes in the order of the operations; those behind the last allowed failure are left out. */
export async function runBulk(
  request: ScimRequest,
  endpoints: readonly Endpoint[],
  { operations, failOnErrors = Number.POSITIVE_INFINITY }: BulkRequest,
): Promise<Outcome[]> {
  const made = new Map<string, Made>()
  operations.forEach((read, index) => {
    if (read.ok && read.operation.method === 'POST' && read.operation.bulkId !== undefined) {
      made.set(read.operation.bulkId, { id: newResourceId(request.scope.now), index, state: 'waiting' })
    }
  })
  const run: Run = { request, endpoints, operations, made, outcomes: [], incomplete: [], failOnErrors, errors: 0 }
  for (let index = 0; index < operations.length && run.errors < failOnErrors; index++) {
    if (run.outcomes[index] !== undefined) continue
    if (failOnErrors === Number.POSITIVE_INFINITY) await createRun(run, index)
    if (run.outcomes[index] === undefined) await carryOut(run, index)
  }
  for (const one of run.incomplete) await complete(run, one)
  return run.outcomes.filter((outcome) => outcome !== undefined)
}

/** Users in a row who refer to nobody are made in one batch. */
async function createRun(run: Run, from: number): Promise<void> {
  const indexes: number[] = []
  for (let index = from; index < run.operations.length; index++) {
    const read = run.operations[index]
    if (!read?.ok || run.outcomes[index] !== undefined) break
    const { method, endpoint, bulkId } = read.operation
    if (method !== 'POST' || endpoint !== 'Users' || bulkId === undefined) break
    if (referencesOf(read.operation).size > 0) break
    indexes.push(index)
  }
  if (indexes.length < 2 || !run.request.caller.permissions.has('scim:write')) return
  const wanted = indexes.flatMap((index) => {
    const read = run.operations[index]
    const made = read?.ok ? run.made.get(read.operation.bulkId ?? '') : undefined
    return read?.ok && made ? [{ index, operation: read.operation, made }] : []
  })
  const results = await createTogether(
    run.request,
    wanted.map(({ operation, made }) => ({ id: made.id, body: operation.data })),
  )
  results?.forEach((result, i) => {
    const one = wanted[i]
    if (one) settle(run, one.index, one.operation, result)
  })
}

/** What an operation refers to is carried out before it. */
async function carryOut(run: Run, index: number): Promise<void> {
  const read = run.operations[index]
  if (!read) return
  if (!read.ok) return fail(run, index, read, read.error)
  const { operation } = read
  const own = operation.method === 'POST' ? run.made.get(operation.bulkId ?? '') : undefined
  if (own) own.state = 'under way'
  try {
    const later = await prepare(run, operation)
    const changed = await perform(run, operation, own?.id, later)
    settle(run, index, operation, changed)
    if (later.size > 0) run.incomplete.push({ index, operation, later })
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    settle(run, index, operation, error)
  }
}

/** Makes what the operation refers to, and gives back what cannot be made before it: a circle leads there. */
async function prepare(run: Run, operation: BulkOperation): Promise<ReadonlySet<string>> {
  const later = new Set<string>()
  for (const bulkId of referencesOf(operation)) {
    const other = run.made.get(bulkId)
    if (!other) throw new ScimError('invalidValue', `There is no POST with the bulkId ${bulkId.slice(0, 200)}.`)
    if (other.state === 'waiting') await carryOut(run, other.index)
    if (other.state === 'under way') later.add(bulkId)
    if (other.state === 'failed')
      throw new ScimError(409, `${bulkId.slice(0, 200)}, which this refers to, was not made.`)
  }
  return later
}

async function perform(
  run: Run,
  operation: BulkOperation,
  id: string | undefined,
  later: ReadonlySet<string>,
): Promise<Changed | undefined> {
  const endpoint = endpointOf(run, operation)
  const { request } = run
  const data = resolveReferences(withoutReferences(operation.data, later), (bulkId) => run.made.get(bulkId)?.id)
  const expected = operation.version === undefined ? undefined : versionsIn(operation.version)
  const target = targetOf(run, operation)
  switch (operation.method) {
    case 'POST':
      return endpoint.create(request, data, id)
    case 'PUT':
      return endpoint.replace(request, target, data, expected)
    case 'PATCH':
      return endpoint.patch(request, target, data, expected)
    case 'DELETE':
      await endpoint.remove(request, target, expected)
      return undefined
  }
}

/** Adds the references that a circle had to wait for. */
async function complete(run: Run, { index, operation, later }: Incomplete): Promise<void> {
  const own = run.made.get(operation.bulkId ?? '')
  if (!own || own.state !== 'made') return
  try {
    const failed = [...later].find((bulkId) => run.made.get(bulkId)?.state !== 'made')
    if (failed !== undefined) throw new ScimError(409, `${failed}, which this refers to, was not made.`)
    const value = resolveReferences(partsWithReferences(operation.data, later), (bulkId) => run.made.get(bulkId)?.id)
    const patch = { schemas: [PATCH_OP_SCHEMA], Operations: [{ op: 'add', value }] }
    const changed = await endpointOf(run, operation).patch(run.request, own.id, patch)
    settle(run, index, operation, changed)
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    await endpointOf(run, operation).remove(run.request, own.id)
    settle(run, index, operation, error)
  }
}

function endpointOf({ endpoints, request }: Run, operation: BulkOperation): Endpoint {
  const endpoint = endpoints.find(({ name }) => name.toLowerCase() === operation.endpoint.toLowerCase())
  if (!endpoint) throw new ScimError(404, `There is no /${operation.endpoint.slice(0, 100)} here.`)
  if (!request.caller.permissions.has(endpoint.writes)) {
    throw new ScimError(403, `This needs the permission ${endpoint.writes}, which the credential has not.`)
  }
  return endpoint
}

function targetOf({ made }: Run, { target }: BulkOperation): string {
  if (!target) return ''
  return 'id' in target ? target.id : (made.get(target.bulkId)?.id ?? '')
}

const STATUS = { POST: '201', PUT: '200', PATCH: '200', DELETE: '204' } as const

function settle(run: Run, index: number, operation: BulkOperation, result: Changed | ScimError | undefined): void {
  const own = operation.method === 'POST' ? run.made.get(operation.bulkId ?? '') : undefined
  if (result instanceof ScimError) {
    if (own) own.state = 'failed'
    return fail(run, index, { method: operation.method, bulkId: operation.bulkId }, result, locationOf(run, operation))
  }
  if (own) own.state = 'made'
  run.outcomes[index] = {
    method: operation.method,
    ...(operation.bulkId === undefined ? {} : { bulkId: operation.bulkId }),
    location: locationOf(run, operation, result?.id),
    ...(result ? { version: etagOf(result.version) } : {}),
    status: STATUS[operation.method],
  }
}

function fail(
  run: Run,
  index: number,
  { method, bulkId }: { readonly method: string | undefined; readonly bulkId: string | undefined },
  error: ScimError,
  location?: string,
): void {
  run.errors++
  run.outcomes[index] = {
    method,
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(location === undefined ? {} : { location }),
    status: String(error.status),
    response: scimErrorBody(error),
  }
}

/** Of every operation but a POST that failed (section 3.7). */
function locationOf(run: Run, operation: BulkOperation, id = targetOf(run, operation)): string | undefined {
  if (id === '') return undefined
  const path = operation.endpoint === 'Roles' ? 'v2/Roles' : operation.endpoint
  return `${run.request.scope.issuer}/scim2/${path}/${id}`
}
