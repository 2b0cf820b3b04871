import type { UserDocument } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import type { Resource } from '../../scim/schema.ts'

export type UserLinks = {
  readonly groups: readonly { readonly id: string; readonly displayName: string }[]
  readonly roles: readonly { readonly id: string; readonly displayName: string }[]
}

/** A row as the SCIM resource that it is (RFC 7643 section 4.1); the password hash is no part of it. */
export function userResource(
  scope: Scope,
  row: Dated & { readonly document: UserDocument },
  links: UserLinks,
): Resource {
  const groups = links.groups.map((group) => ({
    value: group.id,
    $ref: `${scope.issuer}/scim2/Groups/${group.id}`,
    display: group.displayName,
    type: 'direct',
  }))
  const roles = links.roles.map((role) => ({
    value: role.id,
    $ref: `${scope.issuer}/scim2/v2/Roles/${role.id}`,
    display: role.displayName,
    audienceType: 'organization',
    audienceValue: scope.tenantId,
    audienceDisplay: scope.tenant.name,
  }))
  const { schemas, ...document } = row.document
  return {
    schemas,
    id: row.id,
    ...document,
    ...(groups.length > 0 ? { groups } : {}),
    roles,
    meta: resourceMeta(scope, 'User', row),
  } as Resource
}

type Dated = { readonly id: string; readonly created: Date; readonly lastModified: Date; readonly version: number }

/** RFC 7643 section 3.1; the version is the weak ETag of RFC 7644 section 3.14. */
export function resourceMeta(scope: Scope, resourceType: 'User' | 'Group', row: Dated) {
  return {
    resourceType,
    created: row.created.toISOString(),
    lastModified: row.lastModified.toISOString(),
    location: `${scope.issuer}/scim2/${resourceType}s/${row.id}`,
    version: `W/"${row.version}"`,
  }
}
