/** Whose addresses a provider may say. Pure. */
import { claimTarget } from '../../connections/jit/claim-rules.ts'
import { unlessRefused } from '../../core/errors.ts'
import type { JitSettings, UserSource } from '../../db/schema.ts'
import { isSameAddress } from '../../directory/verified/address.ts'
import { isKept, primaryEmail } from '../../directory/verified/queries.ts'
import type { Resource, ResourceType } from '../../scim/schema.ts'
import { STANDARD_RULES } from '../claims/standard.ts'
import { type Sync, type Synced, syncUser } from '../claims/sync.ts'
import { verifiedEmail } from '../decision/linking.ts'

/**
 * As syncUser, but without the rules for e-mail addresses where the account is one that the organization itself keeps: by
 * her address mail and other providers find its owner, so a provider gives her none but of a domain of its own, and as the
 * primary one none but what it has verified, whichever claim it stands in. Otherwise whoever may choose an address there
 * would become who others take for its owner here.
 */
export function syncKept(
  type: ResourceType,
  user: Resource,
  { source, isOwnDomain }: { readonly source: UserSource; readonly isOwnDomain: boolean },
  sync: Sync,
): { user: Resource; synced: Synced } {
  const whole = syncUser(type, user, sync)
  if (!isKept({ source }) || (isOwnDomain && isHerPrimary(user, whole.user, sync))) return whole
  return syncUser(type, user, { ...sync, jit: withoutAddresses(sync.jit, type) })
}

function isHerPrimary(before: Resource, after: Resource, { claims }: Sync): boolean {
  const primary = primaryEmail(after)
  if (primary === undefined || primary === primaryEmail(before)) return true
  return isSameAddress(primary, verifiedEmail(claims) ?? '')
}

function withoutAddresses(jit: JitSettings, type: ResourceType): JitSettings {
  return { ...jit, mapping: (jit.mapping ?? STANDARD_RULES).filter(({ target }) => !isAddress(type, target)) }
}

function isAddress(type: ResourceType, target: string): boolean {
  const place = unlessRefused(() => claimTarget(type, target))
  return place?.container === undefined && place?.name === 'emails'
}
