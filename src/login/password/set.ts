/** How a person sets a password of her own: by the tenant's policy, and with an end to whatever the former one opened. */
import { NotPushed, ScimError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import { findPasswordPolicy } from '../../directory/passwords/queries.ts'
import { updateUser } from '../../directory/users/commands.ts'
import type { UserRow } from '../../directory/users/queries.ts'
import type { Scope } from '../../platform.ts'
import { faultInWords, newPasswordWords } from '../../directory/passwords/words.ts'

export type SetPassword =
  | { readonly kind: 'set'; readonly passwordHash: string | null }
  /** What is wrong with the new password, in the person's language. */
  | { readonly kind: 'refused'; readonly message: string }
  /** Somebody was faster: nothing was done. */
  | { readonly kind: 'changed' }

/**
 * Sets the password of a user as she was read (`before`). Ends her sessions and what was granted to applications; a
 * change of hers that came in between leaves everything as it is.
 */
export async function setOwnPassword(
  scope: Scope,
  before: Pick<UserRow, 'id' | 'version'>,
  password: string,
  language: Language,
): Promise<SetPassword> {
  const policy = await findPasswordPolicy(scope)
  const fault = faultInWords(policy, password, language)
  if (fault !== undefined) return { kind: 'refused', message: fault }
  try {
    const edited = await updateUser(scope, before.id, (user) => ({ ...user, password }), { source: 'account' }, [
      before.version,
    ])
    return { kind: 'set', passwordHash: edited.row.passwordHash }
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    if (error.status === 412 || error.status === 404) return { kind: 'changed' }
    // A target that has to hear of it first does not take it; in its words.
    if (error instanceof NotPushed) return { kind: 'refused', message: error.message }
    if (error.scimType !== 'invalidValue') throw error
    return { kind: 'refused', message: newPasswordWords(language).history(policy.history) }
  }
}
