/** Whose addresses a provider may say. Pure. */
import { claimTarget } from '../../connections/jit/claim-rules.ts'
import { ScimError } from '../../core/errors.ts'
import type { JitSettings, UserSource } from '../../db/schema.ts'
import { isKept } from '../../directory/verified/queries.ts'
import type { ResourceType } from '../../scim/schema.ts'
import { STANDARD_RULES } from '../claims/standard.ts'

/**
 * The rules without those for e-mail addresses, where the account is one that the organization itself keeps: by her
 * address mail and other providers find its owner, so a provider gives her none but one that it has verified, of a domain
 * of its own. Otherwise whoever may choose an address there would become who others take for its owner here.
 */
export function rulesFor(
  jit: JitSettings,
  user: { readonly source: UserSource },
  isOwnDomain: boolean,
  type: ResourceType,
): JitSettings {
  if (!isKept(user) || isOwnDomain) return jit
  return { ...jit, mapping: (jit.mapping ?? STANDARD_RULES).filter(({ target }) => !isAddress(type, target)) }
}

function isAddress(type: ResourceType, target: string): boolean {
  try {
    const { container, name } = claimTarget(type, target)
    return container === undefined && name === 'emails'
  } catch (error) {
    if (error instanceof ScimError) return false
    throw error
  }
}
