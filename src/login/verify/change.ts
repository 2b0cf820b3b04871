import { ScimError } from '../../core/errors.ts'
import { nameKey } from '../../core/ids.ts'
import { updateUser } from '../../directory/users/commands.ts'
import type { UserRow } from '../../directory/users/queries.ts'
import { verifyEmail } from '../../directory/verified/commands.ts'
import { isTrusted, primaryEmail } from '../../directory/verified/queries.ts'
import { queueMail } from '../../mail/commands.ts'
import type { Language } from '../../core/language.ts'
import type { Scope } from '../../platform.ts'
import { type Complex, isComplex, type Resource } from '../../scim/schema.ts'

/**
 * Gives a user the address that she has shown to be hers, in place of her primary one, and tells the former one if it
 * was hers by as much. False, and nothing is done, if a target that has to hear of it first does not take it, or she was
 * changed at the same time over and over.
 */
export async function takeAddress(scope: Scope, user: UserRow, address: string, language: Language): Promise<boolean> {
  const former = primaryEmail(user.document)
  // To the letter: what stands there is to be what the link was mailed to, not another mailbox that folds to the same.
  const isOther = former !== address
  const isTold = former !== undefined && nameKey(former) !== nameKey(address) && (await isTrusted(scope, user, former))
  if (isOther) {
    try {
      await updateUser(scope, user.id, (current) => withAddress(current, address), { source: 'account' })
    } catch (error) {
      if (!(error instanceof ScimError)) throw error
      scope.platform.log.warn('address not taken', { tenantId: scope.tenantId, userId: user.id, error })
      return false
    }
  }
  await verifyEmail(scope, user.id, address)
  if (isTold) await queueMail(scope, { kind: 'changed', what: 'email', address: former, language }, { isOwn: true })
  return true
}

/** The primary address, or the first if none is primary, becomes this one; no other of the same address stays. */
function withAddress(user: Resource, address: string): Resource {
  const list = Array.isArray(user.emails) ? user.emails.filter(isComplex) : []
  const main = list.find((email) => email.primary === true) ?? list[0]
  const isSame = ({ value }: Complex) => typeof value === 'string' && nameKey(value) === nameKey(address)
  const others = list.filter((email) => email !== main && !isSame(email))
  return { ...user, emails: [{ ...main, value: address, primary: true }, ...others] }
}
