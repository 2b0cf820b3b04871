/** What the rules may say by which a provider's claims become attributes. Pure. */
import { parseClaimPath } from '../../core/claim-path.ts'
import { type FieldError, ScimError } from '../../core/errors.ts'
import type { ClaimRule } from '../../db/schema.ts'
import { checkRule } from '../../scim/mapping/map.ts'
import { parseTarget, type Place } from '../../scim/mapping/place.ts'
import { namedIn, type ResourceType } from '../../scim/schema.ts'

/**
 * A provider says neither by which name somebody signs in nor whether she may. externalId is the provisioning client's
 * word (RFC 7643 section 3.1): whoever had one could pass for whom that client keeps, or for who was deleted.
 */
const NOT_A_PROVIDERS = ['username', 'active', 'externalid', 'password']

/** Where a claim may go. Throws invalidPath and invalidFilter. */
export function claimTarget(type: ResourceType, text: string): Place {
  const place = parseTarget(type, text)
  if (!place.attribute) throw new ScimError('invalidPath', `Users have no attribute ${text.slice(0, 200)}.`)
  if (place.container === undefined && NOT_A_PROVIDERS.includes(place.name.toLowerCase())) {
    throw new ScimError('invalidPath', `${place.name} is no provider's to say.`)
  }
  return place
}

/** What is wrong with an attribute that a provider, or a new person herself, is to say; empty if nothing is. */
export function checkClaimTarget(type: ResourceType, path: string): readonly FieldError[] {
  return checkRule(type, { target: path }, { source: parseClaimPath, target: (text) => claimTarget(type, text) })
}

/** What is wrong with a rule, by its field; empty if nothing is. */
export function checkClaimRule(type: ResourceType, rule: ClaimRule): readonly FieldError[] {
  const { source, constant, transforms = [] } = rule
  const errors = checkRule(type, rule, { source: parseClaimPath, target: (text) => claimTarget(type, text) })
  const isEmpty = source === undefined && constant === undefined && transforms.length === 0
  return isEmpty ? [...errors, { field: 'source', message: 'Give a claim, a constant or a template.' }] : errors
}

/** The same for an attribute that a new account has to have: a person is asked for it, and has to have a field for it. */
export function checkRequired(type: ResourceType, path: string): readonly FieldError[] {
  const errors = checkClaimTarget(type, path)
  if (errors.length > 0) return errors
  const { attribute } = claimTarget(type, path)
  const isWhole = attribute?.type === 'complex' && !namedIn(attribute.subAttributes ?? [], 'value')
  const message = `${path} has parts: name those that a person is to give, such as name.familyName.`
  return isWhole ? [{ field: 'target', message }] : []
}
