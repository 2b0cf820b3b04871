/**
 * What targets of a kind want, where it is not what SCIM 2.0 says: by their makers' documentation. Data alone; outbound
 * provisioning goes by it.
 */
import type { TargetProfile } from '../../db/schema.ts'
import { ENTERPRISE_USER_SCHEMA } from '../../scim/schemas/enterprise-user.ts'

export type Profile = {
  readonly label: string
  /** For who chooses one. */
  readonly help: string
  /** How a change is told, unless the connector says otherwise; `ask`: as the target's ServiceProviderConfig says. */
  readonly update: 'ask' | 'patch'
  /** Of what it takes no PUT: everything goes by PATCH, and a PUT is not even tried. */
  readonly withoutPut: readonly ('User' | 'Group')[]
  /** Members that one request may add or remove. */
  readonly membersAtOnce: number
  /** A group is made without members; they follow by PATCH. */
  readonly emptyGroupsFirst: boolean
  /** Whether a PATCH may replace all members. Elsewhere, strangers in a group that was taken over stay. */
  readonly replacesMembers: boolean
  /** A member is removed by `members[value eq "…"]` (RFC 7644 section 3.5.2.2), or as Entra ID once did, by a list. */
  readonly removesMembersBy: 'filter' | 'list'
  /** Whether a part or a value of an attribute is changed by a path of its own, as Entra ID does. */
  readonly pathsToParts: boolean
  readonly findsByExternalId: boolean
  /** A user who has to go is deactivated: DELETE is refused, or does no more than that. */
  readonly keepsUsers: boolean
  readonly takesPasswords: boolean
  /** Top-level attributes of a user that are not sent. */
  readonly without: readonly string[]
  /** Extensions that may be sent; undefined: all. */
  readonly extensions: readonly string[] | undefined
  /** Of these attributes one value goes, the primary or else the first one. */
  readonly single: readonly string[]
  /** Parts of values that are not sent. */
  readonly withoutParts: readonly string[]
  /** A user has to have a displayName: her formatted name or her userName, if she has none. */
  readonly demandsDisplayName: boolean
}

const STANDARD: Profile = {
  label: 'SCIM 2.0',
  help: 'As RFC 7643 and RFC 7644 have it.',
  update: 'ask',
  withoutPut: [],
  membersAtOnce: 100,
  emptyGroupsFirst: false,
  replacesMembers: true,
  removesMembersBy: 'filter',
  pathsToParts: false,
  findsByExternalId: true,
  keepsUsers: false,
  takesPasswords: true,
  without: [],
  extensions: undefined,
  single: [],
  withoutParts: [],
  demandsDisplayName: false,
}

export const PROFILES: Readonly<Record<TargetProfile, Profile>> = {
  standard: STANDARD,
  entra: {
    ...STANDARD,
    label: 'Made for Entra ID',
    help: 'A target that knows Entra ID’s requests alone: PATCH with a path for each part, groups without members first.',
    update: 'patch',
    withoutPut: ['User', 'Group'],
    emptyGroupsFirst: true,
    pathsToParts: true,
  },
  aws: {
    ...STANDARD,
    label: 'AWS IAM Identity Center',
    help: 'One e-mail, telephone and address each, no password; at most 100 members a request. Users need given and family name.',
    update: 'patch',
    withoutPut: ['Group'],
    replacesMembers: false,
    takesPasswords: false,
    without: ['ims', 'photos', 'x509Certificates', 'entitlements', 'roles', 'groups'],
    extensions: [ENTERPRISE_USER_SCHEMA.id],
    single: ['emails', 'phoneNumbers', 'addresses'],
    withoutParts: ['display'],
    demandsDisplayName: true,
  },
  slack: {
    ...STANDARD,
    label: 'Slack',
    help: 'Users who go are deactivated: Slack deletes nobody. When it asks for it by Retry-After, all of them wait.',
    update: 'patch',
    keepsUsers: true,
  },
  'google-cloud-identity': {
    ...STANDARD,
    label: 'Google Cloud Identity',
    help: 'No PUT: everything goes by PATCH.',
    update: 'patch',
    withoutPut: ['User', 'Group'],
  },
  github: {
    ...STANDARD,
    label: 'GitHub',
    help: 'Enterprise Managed Users: names, e-mails and whether they are active; no filter in a PATCH path.',
    update: 'patch',
    removesMembersBy: 'list',
    takesPasswords: false,
    without: ['ims', 'photos', 'x509Certificates', 'entitlements', 'phoneNumbers', 'addresses', 'groups'],
    extensions: [],
  },
  postern: {
    ...STANDARD,
    label: 'Another postern',
    help: 'PATCH without asking first; up to 500 members a request.',
    update: 'patch',
    membersAtOnce: 500,
  },
}

/** Undefined: as SCIM 2.0 has it. */
export function profileOf({ profile }: { readonly profile?: TargetProfile | undefined }): Profile {
  return PROFILES[profile ?? 'standard']
}
