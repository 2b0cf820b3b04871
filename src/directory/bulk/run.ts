/**
 * Runs the operations of a Bulk request (RFC 7644 section 3.7). Ids are given before anything is made, so that a
 * reference forwards is only a matter of order, and a circle one of a batch.
 */
import { ScimError } from '../../core/errors.ts'
import { newResourceId } from '../../core/ids.ts'
import {
  type BulkOperation,
  type BulkRequest,
  type BulkTarget,
  type ReadOperation,
  resolveReferences,
} from '../../scim/bulk.ts'
import { circlesOf } from '../../scim/bulk-circles.ts'
import { scimErrorBody } from '../../scim/messages.ts'
import type { Changed, Endpoint, ScimRequest } from '../endpoint.ts'
import { etagOf, versionsIn } from '../versions.ts'
import { makeCircle, notMade, refusalOf } from './circle.ts'
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
type Made = { readonly id: string; readonly index: number }

type Run = {
  readonly request: ScimRequest
  readonly endpoints: readonly Endpoint[]
  readonly operations: readonly ReadOperation[]
  readonly made: ReadonlyMap<string, Made>
  readonly circles: ReadonlyMap<number, readonly number[]>
  readonly outcomes: (Outcome | undefined)[]
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
      made.set(read.operation.bulkId, { id: newResourceId(request.scope.now), index })
    }
  })
  const references = operations.map((read) =>
    read.ok && read.operation.method === 'POST' ? [...read.operation.references] : [],
  )
  const circles = circlesOf(references.map((ids) => ids.flatMap((bulkId) => made.get(bulkId)?.index ?? [])))
  const run: Run = { request, endpoints, operations, made, circles, outcomes: [], failOnErrors, errors: 0 }
  for (let index = 0; index < operations.length && run.errors < failOnErrors; index++) {
    if (run.outcomes[index] !== undefined) continue
    if (failOnErrors === Number.POSITIVE_INFINITY) await createRun(run, index)
    if (run.outcomes[index] === undefined) await carryOut(run, index)
  }
  return run.outcomes.filter((outcome) => outcome !== undefined)
}

/** Users in a row who refer to nobody are made in one batch. */
async function createRun(run: Run, from: number): Promise<void> {
  const indexes: number[] = []
  for (let index = from; index < run.operations.length; index++) {
    const read = run.operations[index]
    if (!read?.ok || run.outcomes[index] !== undefined) break
    const { method, endpoint, bulkId, references } = read.operation
    if (method !== 'POST' || endpoint !== 'Users' || bulkId === undefined) break
    if (references.size > 0) break
    indexes.push(index)
  }
  if (indexes.length < 2 || !run.request.caller.permissions.has('scim:write')) return
  const wanted = postsAt(run, indexes)
  const results = await createTogether(
    run.request,
    wanted.map(({ operation, id }) => ({ id, body: operation.data })),
  )
  results?.forEach((result, i) => {
    const one = wanted[i]
    if (one) settle(run, one.index, one.operation, result)
  })
}

/** What an operation refers to is carried out before it; what refers back to it is made with it. */
async function carryOut(run: Run, index: number): Promise<void> {
  const read = run.operations[index]
  if (!read || run.outcomes[index] !== undefined) return
  if (!read.ok) return fail(run, index, read, read.error, read.about && locationOf(run, read.about))
  const circle = run.circles.get(index)
  if (circle) return carryOutCircle(run, circle)
  const { operation } = read
  try {
    await makeReferenced(run, operation, [])
    settle(run, index, operation, await perform(run, operation))
  } catch (error) {
    settle(run, index, operation, refusalOf(error))
  }
}

/** Throws invalidValue for a reference to nothing, 409 for one to what was not made. */
async function makeReferenced(run: Run, operation: BulkOperation, circle: readonly number[]): Promise<void> {
  for (const bulkId of operation.references) {
    const other = run.made.get(bulkId)
    if (!other) throw new ScimError('invalidValue', `There is no POST with the bulkId ${bulkId.slice(0, 200)}.`)
    if (circle.includes(other.index)) continue
    await carryOut(run, other.index)
    if (run.outcomes[other.index]?.status !== STATUS.POST) throw notMade(bulkId)
  }
}

/** Resources that refer to each other. */
async function carryOutCircle(run: Run, circle: readonly number[]): Promise<void> {
  const posts = postsAt(run, circle)
  const others = posts.map(({ id }) => id)
  const members = posts.map(({ operation, id }) => ({
    bulkId: operation.bulkId ?? '',
    prepare: async () => {
      await makeReferenced(run, operation, circle)
      return endpointOf(run, operation).prepare(run.request, dataOf(run, operation), id, others)
    },
  }))
  const results = await makeCircle(run.request.scope, members)
  posts.forEach(({ index, operation }, i) => settle(run, index, operation, results[i]))
}

async function perform(run: Run, operation: BulkOperation): Promise<Changed | undefined> {
  const endpoint = endpointOf(run, operation)
  const { request } = run
  const data = dataOf(run, operation)
  const expected = operation.version === undefined ? undefined : versionsIn(operation.version)
  const target = targetOf(run, operation)
  switch (operation.method) {
    case 'POST':
      return endpoint.create(request, data, run.made.get(operation.bulkId ?? '')?.id)
    case 'PUT':
      return endpoint.replace(request, target, data, expected)
    case 'PATCH':
      return endpoint.patch(request, target, data, expected)
    case 'DELETE':
      await endpoint.remove(request, target, expected)
      return undefined
  }
}

function dataOf({ made }: Run, { data }: BulkOperation): unknown {
  return resolveReferences(data, (bulkId) => made.get(bulkId)?.id)
}

/** POSTs with the ids that their resources get. */
function postsAt({ operations, made }: Run, indexes: readonly number[]) {
  return indexes.flatMap((index) => {
    const read = operations[index]
    const id = read?.ok ? made.get(read.operation.bulkId ?? '')?.id : undefined
    return read?.ok && id !== undefined ? [{ index, operation: read.operation, id }] : []
  })
}

function endpointOf({ endpoints, request }: Run, operation: BulkOperation): Endpoint {
  const endpoint = endpoints.find(({ name }) => name === operation.endpoint)
  if (!endpoint) throw new ScimError(404, `There is no /${operation.endpoint.slice(0, 100)} here.`)
  if (!request.caller.permissions.has(endpoint.writes)) {
    throw new ScimError(403, `This needs the permission ${endpoint.writes}, which the credential has not.`)
  }
  return endpoint
}

function targetOf({ made }: Run, { target }: BulkTarget): string {
  if (!target) return ''
  return 'id' in target ? target.id : (made.get(target.bulkId)?.id ?? '')
}

const STATUS = { POST: '201', PUT: '200', PATCH: '200', DELETE: '204' } as const

function settle(run: Run, index: number, operation: BulkOperation, result: Changed | ScimError | undefined): void {
  if (result instanceof ScimError) return fail(run, index, operation, result, locationOf(run, operation))
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
function locationOf(run: Run, about: BulkTarget, id = targetOf(run, about)): string | undefined {
  if (id === '') return undefined
  const path = about.endpoint === 'Roles' ? 'v2/Roles' : about.endpoint
  return `${run.request.scope.issuer}/scim2/${path}/${id}`
}
