/** What Users, Groups and Roles have in common: the routes, Bulk and searches work on these alone. */
import type { Caller } from '../http.ts'
import type { Scope } from '../platform.ts'
import type { ListQuery, Projection } from '../scim/query.ts'
import type { Resource, ResourceType } from '../scim/schema.ts'
import type { UnknownMembers } from './groups/unknown/commands.ts'
import type { Page } from './list/page.ts'
import type { Condition } from './list/where.ts'
import type { Source } from './list/columns.ts'
import type { Versions } from './members/commands.ts'
import type { Change } from './commit.ts'
import type { Origin } from './outbox.ts'
import type { Permission } from './permissions.ts'

/** A request to scim2: who asks, and how it wants to be understood and answered. */
export type ScimRequest = {
  readonly scope: Scope
  readonly caller: Caller
  readonly projection: Projection
  /** To the letter of the RFCs; otherwise what real clients send is understood, too (scim/lenient.ts). */
  readonly isStrict: boolean
  /** A client for whom a refusal is final: what can be passed over is. */
  readonly isOkta: boolean
  readonly unknown: UnknownMembers
  readonly origin: Origin
}

/** What a change left: its ETag, and the whole resource for who wants to see it. */
export type Changed = { readonly id: string; readonly version: number; read(): Promise<Resource> }

/** A resource that is not made yet, for a batch that makes several at once. */
export type Making = {
  readonly change: Change
  readonly changed: Changed
  /** Throws uniqueness if somebody has its name: a batch that fails does not say whose was taken. */
  demandFreeName(): Promise<void>
}

export type Endpoint = {
  readonly name: 'Users' | 'Groups' | 'Roles'
  /** What a caller needs to change something here. */
  readonly writes: Permission
  type(scope: Scope): Promise<ResourceType>
  source(scope: Scope, type: ResourceType): Source
  /** `id` is given where others refer to the resource before it is made (Bulk). */
  create(request: ScimRequest, body: unknown, id?: string): Promise<Changed>
  /** What create would do, in one batch with the making of `others`, whose ids these are. */
  prepare(request: ScimRequest, body: unknown, id: string, others: readonly string[]): Promise<Making>
  read(request: ScimRequest, id: string): Promise<Resource>
  /** The page of a list; `condition` is on the row `r` of the source. */
  list(request: ScimRequest, query: ListQuery, source: Source, condition: Condition): Promise<Page<Resource>>
  /** Those of the ids that are there, in no order. */
  some(request: ScimRequest, ids: readonly string[]): Promise<Resource[]>
  replace(request: ScimRequest, id: string, body: unknown, expected?: Versions): Promise<Changed>
  patch(request: ScimRequest, id: string, body: unknown, expected?: Versions): Promise<Changed>
  remove(request: ScimRequest, id: string, expected?: Versions): Promise<void>
}

/** The one resource that was read for one row. */
export function onlyOf(resources: readonly Resource[]): Resource {
  const [only] = resources
  if (!only) throw new Error('a row has a resource')
  return only
}
