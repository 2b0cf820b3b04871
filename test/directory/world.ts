/** A tenant's SCIM service over app.request, with what its answers are read by. */
import { expect } from 'vitest'
import { testWorld, type TestTenant, type TestWorld } from '../support/app.ts'

export const ORIGIN = 'https://localhost:9443'
export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'

export type Json = { [name: string]: JsonValue | undefined }
export type JsonValue = string | number | boolean | null | Json | JsonValue[]

export type Resource = Json & {
  readonly id: string
  readonly meta: { readonly version: string; readonly lastModified: string }
}

export type Directory = { readonly world: TestWorld; readonly tenant: TestTenant }

export async function directory(): Promise<Directory> {
  const world = await testWorld()
  return { world, tenant: await world.tenant() }
}

/** Creates a resource; anything but 201 fails the test. */
export async function create({ tenant }: Directory, type: 'Users' | 'Groups', body: Json): Promise<Resource> {
  const answer = await tenant.scim('POST', `/${type}`, body)
  expect(answer.status).toBe(201)
  return (await answer.json()) as Resource
}

export async function read({ tenant }: Directory, type: 'Users' | 'Groups', id: string): Promise<Resource> {
  return (await (await tenant.scim('GET', `/${type}/${id}`)).json()) as Resource
}

export type List = {
  readonly totalResults: number
  readonly startIndex: number
  readonly itemsPerPage: number
  readonly Resources: Resource[]
}

export async function list(
  { tenant }: Directory,
  type: 'Users' | 'Groups',
  query: Record<string, string>,
): Promise<List> {
  const answer = await tenant.scim('GET', `/${type}?${new URLSearchParams(query)}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as List
}

/** The status and body of a refusal, whose form is checked (RFC 7644 section 3.12). */
export async function refusal(answer: Response | Promise<Response>) {
  const { status, headers } = await answer
  const body = (await (await answer).json()) as { schemas: string[]; status: string; scimType?: string; detail: string }
  expect(headers.get('Content-Type')).toMatch(/^application\/scim\+json/)
  expect(body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error'])
  expect(body.status).toBe(String(status))
  expect(body.detail).toMatch(/\S/)
  return { status, scimType: body.scimType, detail: body.detail }
}
