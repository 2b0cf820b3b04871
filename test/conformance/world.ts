/** A tenant with two clients, one to the letter of the RFCs and one like those that are out there. */
import { expect } from 'vitest'
import { GROUP, type Json, PATCH_OP, refusal, type Resource, USER } from '../directory/world.ts'
import { testWorld, type TestTenant, type TestWorld } from '../support/app.ts'
import { contentsOf } from '../support/contents.ts'

export { GROUP, type Json, ORIGIN, PATCH_OP, refusal, type Resource, USER } from '../directory/world.ts'
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
/** The extension of a tenant's own attributes. */
export const CUSTOM = 'urn:scim:schemas:extension:custom:User'
export const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
export const SEARCH_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'
export const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'

export type Ask = TestTenant['scim']
export type Service = {
  readonly world: TestWorld
  readonly tenant: TestTenant
  readonly strict: Ask
  readonly lenient: Ask
}

export async function service(slug = '', world?: TestWorld): Promise<Service> {
  const used = world ?? (await testWorld())
  const tenant = await used.tenant(slug)
  const [strict, lenient] = await Promise.all([clientOf(tenant, 'strict'), clientOf(tenant, 'lenient')])
  return { world: used, tenant, strict, lenient }
}

/** A client with a SCIM token of its own. */
export async function clientOf(
  tenant: TestTenant,
  conformance: 'strict' | 'lenient',
  access: 'read' | 'write' = 'write',
): Promise<Ask> {
  const answer = await tenant.api('POST', '/scim-tokens', { description: conformance, access, conformance })
  expect(answer.status).toBe(201)
  const { token } = (await answer.json()) as { token: string }
  return (method, path, body, headers) =>
    tenant.scim(method, path, body, { Authorization: `Bearer ${token}`, ...headers })
}

/** An attribute of the tenant's own, for what users have no attribute of. */
export async function define(tenant: TestTenant, attribute: Json): Promise<void> {
  expect((await tenant.api('POST', '/user-attributes', attribute)).status).toBe(201)
}

export const user = (attributes: Json): Json => ({ schemas: [USER], ...attributes })
export const group = (attributes: Json): Json => ({ schemas: [GROUP], ...attributes })
export const patchOf = (...Operations: Json[]): Json => ({ schemas: [PATCH_OP], Operations })

/** The body of an answer that has this status. */
export async function answered<T = Resource>(answer: Response | Promise<Response>, status = 200): Promise<T> {
  const text = await (await answer).text()
  expect([(await answer).status, text]).toEqual([status, expect.anything()])
  return JSON.parse(text) as T
}

export const post = (ask: Ask, path: string, body: Json) => answered(ask('POST', path, body), 201)
export const get = <T = Resource>(ask: Ask, path: string) => answered<T>(ask('GET', path))

/** What a resource is after a PATCH that was taken. */
export async function patched(ask: Ask, path: string, ...operations: Json[]): Promise<Resource> {
  const answer = await ask('PATCH', path, patchOf(...operations))
  expect([answer.status, await answer.text()]).toEqual([expect.toBeOneOf([200, 204]), expect.anything()])
  return get(ask, path)
}

/** A refusal's status and scimType; its form is checked. */
export async function refused(answer: Response | Promise<Response>): Promise<readonly (number | string | undefined)[]> {
  const { status, scimType } = await refusal(answer)
  return scimType === undefined ? [status] : [status, scimType]
}

export type List = Json & { readonly totalResults?: number; readonly Resources: Resource[] }

export const query = (path: string, parameters: Record<string, string>) => `${path}?${new URLSearchParams(parameters)}`

export function listed(ask: Ask, path: string, parameters: Record<string, string>): Promise<List> {
  return get<List>(ask, query(path, parameters))
}

/** The names of what a filter finds, in order. */
export async function namesFound(ask: Ask, path: string, filter: string): Promise<string[]> {
  const { Resources } = await listed(ask, path, { filter, count: '1000' })
  return Resources.map(({ userName, displayName }) => String(userName ?? displayName)).toSorted()
}

export const names = (list: List) => list.Resources.map(({ userName, displayName }) => userName ?? displayName)

/** Everything that is stored, but for when a token was last used: that is remembered of what is refused, too. */
export async function stored({ world }: Pick<Service, 'world'>): Promise<string> {
  const contents = await contentsOf(world.platform.db)
  return JSON.stringify([...contents].filter(([table]) => table !== 'scim_tokens'))
}

/** What a BulkResponse says of one operation. */
export type Outcome = {
  readonly method: string
  readonly bulkId?: string
  readonly location?: string
  readonly version?: string
  readonly status: string
  readonly response?: Json
}

export async function bulkOf(ask: Ask, Operations: Json[], more: Json = {}): Promise<Outcome[]> {
  const body = await answered<Json>(ask('POST', '/Bulk', { schemas: [BULK_REQUEST], Operations, ...more }))
  expect(body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:BulkResponse'])
  return body.Operations as Outcome[]
}

export type Patches = ReturnType<typeof patchesOf>

/** What a PATCH makes of a user who is new, to the letter. */
export function patchesOf({ strict }: Pick<Service, 'strict'>) {
  let made = 0
  const fresh = (attributes: Json) => post(strict, '/Users', user({ userName: `patched ${++made}`, ...attributes }))
  return {
    fresh,
    /** As she is after the operations. */
    async after(attributes: Json, ...operations: Json[]): Promise<Resource> {
      return patched(strict, `/Users/${(await fresh(attributes)).id}`, ...operations)
    },
    /** How the operation is refused; nothing was changed by it. */
    async refusedOf(attributes: Json, operation: Json) {
      const before = await fresh(attributes)
      const answer = await refused(strict('PATCH', `/Users/${before.id}`, patchOf(operation)))
      expect(await get(strict, `/Users/${before.id}`)).toEqual(before)
      return answer
    },
  }
}
