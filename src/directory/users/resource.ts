import type { UserDocument } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import type { Resource } from '../../scim/schema.ts'
import type { HeldRole } from '../permissions.ts'

export type UserLinks = {
  readonly groups: readonly {
    readonly id: string
    readonly displayName: string
    /** By a row of her own; otherwise through a group in the group. */
    readonly isDirect: boolean
  }[]
  readonly roles: readonly UserRole[]
}

export type UserRole = HeldRole & {
  readonly id: string
  /** The name of the application where the role counts; null for the organization. */
  readonly audienceName: string | null
}

/** A row as the SCIM resource that it is (RFC 7643 section 4.1); the password hash is no part of it. */
export function userResource(
  scope: Scope,
  row: Dated & { readonly document: UserDocument },
  links: UserLinks,
): Resource {
  const { schemas, ...document } = row.document
  const resource = { schemas, id: row.id, ...document } as Resource
  if (links.groups.length > 0) resource.groups = links.groups.map((group) => groupValue(scope, group))
  if (links.roles.length > 0) resource.roles = links.roles.map((role) => roleValue(scope, role))
  resource.meta = resourceMeta(scope, 'User', 'Users', row)
  return resource
}

function groupValue({ issuer }: Scope, { id, displayName, isDirect }: UserLinks['groups'][number]) {
  return {
    value: id,
    $ref: `${issuer}/scim2/Groups/${id}`,
    display: displayName,
    type: isDirect ? 'direct' : 'indirect',
  }
}

function roleValue({ issuer, tenantId, tenant }: Scope, role: UserRole) {
  const isOrganization = role.audience === ''
  return {
    value: role.id,
    $ref: `${issuer}/scim2/v2/Roles/${role.id}`,
    display: role.name,
    audienceType: isOrganization ? 'organization' : 'application',
    audienceValue: isOrganization ? tenantId : role.audience,
    audienceDisplay: isOrganization ? tenant.name : (role.audienceName ?? ''),
  }
}

type Dated = { readonly id: string; readonly created: Date; readonly lastModified: Date; readonly version: number }

/** RFC 7643 section 3.1; the version is the weak ETag of RFC 7644 section 3.14. */
export function resourceMeta(scope: Scope, resourceType: string, path: string, row: Dated) {
  return {
    resourceType,
    created: row.created.toISOString(),
    lastModified: row.lastModified.toISOString(),
    location: `${scope.issuer}/scim2/${path}/${row.id}`,
    version: `W/"${row.version}"`,
  }
}
