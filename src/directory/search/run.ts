/** Lists of one type, and of all types at once (RFC 7644 sections 3.4.2.1 and 3.4.3). */
import { project } from '../../scim/project.ts'
import type { ListQuery } from '../../scim/query.ts'
import type { Resource } from '../../scim/schema.ts'
import type { Endpoint, ScimRequest } from '../endpoint.ts'
import type { Page } from '../list/page.ts'
import { listAcross, readFilter } from '../list/queries.ts'
import { conditionOf } from '../list/where.ts'

/** A page of an endpoint's resources, each as the projection leaves it. */
export async function listResources(
  request: ScimRequest,
  endpoint: Endpoint,
  query: ListQuery,
): Promise<Page<Resource>> {
  const type = await endpoint.type(request.scope)
  const source = endpoint.source(request.scope, type)
  const filter = query.filter === undefined ? undefined : readFilter([type], query.filter, request.isStrict)
  const page = await endpoint.list(request, query, source, conditionOf(source, filter))
  return { ...page, rows: page.rows.map((resource) => project(type, resource, query.projection)) }
}

/** A page of everything; an attribute that a type does not have has no value there. */
export async function listEverything(
  request: ScimRequest,
  endpoints: readonly Endpoint[],
  query: ListQuery,
): Promise<Page<Resource>> {
  const { scope } = request
  const parts = await Promise.all(
    endpoints.map(async (endpoint) => {
      const type = await endpoint.type(scope)
      return { endpoint, type, source: endpoint.source(scope, type) }
    }),
  )
  const types = parts.map((part) => part.type)
  const filter = query.filter === undefined ? undefined : readFilter(types, query.filter, request.isStrict)
  const page = await listAcross(
    scope,
    parts.map(({ source }) => ({ source, condition: conditionOf(source, filter).where })),
    query,
  )
  const found = new Map<string, Resource>()
  for (const { endpoint, type, source } of parts) {
    const ids = page.rows.filter(({ name }) => name === source.table).map(({ id }) => id)
    if (ids.length === 0) continue
    for (const resource of await endpoint.some(request, ids)) {
      found.set(String(resource.id), project(type, resource, query.projection))
    }
  }
  return { ...page, rows: page.rows.flatMap(({ id }) => found.get(id) ?? []) }
}
