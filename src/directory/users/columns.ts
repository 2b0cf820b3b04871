/** A user's resource as the columns of her row. Pure. */
import { ScimError } from '../../core/errors.ts'
import { nameKey } from '../../core/ids.ts'
import type { UserDocument } from '../../db/schema.ts'
import { comparedForm } from '../../scim/compared.ts'
import { isComplex, type Resource, type ResourceType } from '../../scim/schema.ts'
import { CREDENTIALS_URN } from '../../scim/schemas/credentials.ts'
import type { NewPassword } from '../passwords/commands.ts'

/** What makes two names look alike: outer blanks, control and zero-width characters, turned direction of writing. */
const UNSEEN = /^\s|\s$|[\p{Cc}\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]/u

export type Columns = {
  readonly userName: string
  readonly userNameKey: string
  readonly externalId: string | null
  readonly displayName: string | null
  readonly displayNameKey: string | null
  readonly active: boolean
  readonly document: UserDocument
  readonly documentText: string
  readonly compared: string
}

/**
 * The searched columns beside the document, and the password that the resource sets. What the server gives (id, meta,
 * groups, roles) is not stored in the document, and passwords never are.
 */
export function toColumns(
  type: ResourceType,
  input: Resource,
): { readonly columns: Columns; readonly password: NewPassword } {
  const { id: _id, meta: _meta, groups: _groups, roles: _roles, password, ...rest } = input
  const credentials = rest[CREDENTIALS_URN]
  const document = withoutCredentials(rest as Resource)
  const { userName, displayName, externalId } = document
  if (typeof userName !== 'string') throw new ScimError('invalidValue', 'userName is required')
  if (UNSEEN.test(userName)) {
    throw new ScimError('invalidValue', 'userName: has blanks around it, or characters that nobody sees')
  }
  return {
    columns: {
      userName,
      userNameKey: nameKey(userName),
      externalId: textOrNull(externalId),
      displayName: textOrNull(displayName),
      displayNameKey: typeof displayName === 'string' ? nameKey(displayName) : null,
      active: document.active !== false,
      document: document as UserDocument,
      documentText: JSON.stringify(document),
      compared: JSON.stringify(comparedForm(type, document)),
    },
    password: {
      plain: typeof password === 'string' ? password : undefined,
      imported: isComplex(credentials) ? (textOrNull(credentials.passwordHash) ?? undefined) : undefined,
    },
  }
}

function withoutCredentials(resource: Resource): Resource {
  if (resource[CREDENTIALS_URN] === undefined) return resource
  const { [CREDENTIALS_URN]: _credentials, ...rest } = resource
  return { ...rest, schemas: resource.schemas.filter((urn) => urn !== CREDENTIALS_URN) }
}

/** The e-mail addresses of a user in the form in which they are compared, each once. */
export function emailKeysOf(document: UserDocument): string[] {
  return [...new Set(emailsOf(document).map(nameKey))]
}

/** The e-mail addresses of a user as they are written. */
export function emailsOf({ emails }: UserDocument): string[] {
  if (!Array.isArray(emails)) return []
  return emails.flatMap((email: unknown) => (isComplex(email) && typeof email.value === 'string' ? [email.value] : []))
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
