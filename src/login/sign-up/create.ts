import { type FieldError, ScimError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import { userTypeOf } from '../../directory/attributes/queries.ts'
import { findPasswordPolicy } from '../../directory/passwords/queries.ts'
import { createUser } from '../../directory/users/creation/commands.ts'
import type { UserRow } from '../../directory/users/queries.ts'
import type { Newcomer } from '../../mail/orders.ts'
import type { Scope } from '../../platform.ts'
import { validateResource } from '../../scim/validate.ts'
import { faultInWords } from '../../directory/passwords/words.ts'
import { signUpWords } from './words.ts'

export type Created =
  | { readonly kind: 'created'; readonly user: UserRow }
  /** Nothing was done. */
  | { readonly kind: 'refused'; readonly error: FieldError }

/** Makes the user who signed up; the application that she came from decides which outbound connectors hear of her. */
export async function createNewcomer(
  scope: Scope,
  newcomer: Newcomer,
  password: string,
  from: { readonly language: Language; readonly applicationId: string | undefined },
): Promise<Created> {
  const { language, applicationId } = from
  const words = signUpWords(language)
  const fault = faultInWords(await findPasswordPolicy(scope), password, language)
  if (fault !== undefined) return refused('password', fault)
  try {
    const type = await userTypeOf(scope)
    const input = validateResource(type, { schemas: [type.schema.id], ...bodyOf(newcomer, password) })
    const origin = { source: 'account', ...(applicationId === undefined ? {} : { applicationId }) } as const
    const { row } = await createUser(scope, input, origin)
    return { kind: 'created', user: row }
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    if (error.scimType === 'uniqueness') {
      const isAddress = newcomer.userName === newcomer.email
      return isAddress ? refused('email', words.takenAddress) : refused('userName', words.taken)
    }
    // A target that has to hear of it first, or an attribute that this tenant requires of its users.
    scope.platform.log.warn('sign-up refused', { tenantId: scope.tenantId, error })
    return refused('', words.refused)
  }
}

function refused(field: string, message: string): Created {
  return { kind: 'refused', error: { field, message } }
}

function bodyOf({ userName, email, givenName, familyName }: Newcomer, password: string) {
  const name = { ...(givenName && { givenName }), ...(familyName && { familyName }) }
  const displayName = `${givenName} ${familyName}`.trim()
  return {
    userName,
    ...(Object.keys(name).length > 0 ? { name } : {}),
    ...(displayName === '' ? {} : { displayName }),
    emails: [{ value: email, primary: true }],
    password,
  }
}
