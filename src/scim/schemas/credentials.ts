import { type Schema, string } from '../schema.ts'

export const CREDENTIALS_URN = 'urn:postern:params:scim:schemas:extension:2.0:UserCredentials'

/** For those who move here with their passwords: neither shown nor searched, and never stored with the rest. */
export const CREDENTIALS_SCHEMA: Schema = {
  id: CREDENTIALS_URN,
  name: 'UserCredentials',
  description: 'Credentials from another system',
  attributes: [
    string('passwordHash', 'A password hash of another system: bcrypt, PBKDF2, Argon2 or scrypt as a PHC string.', {
      mutability: 'writeOnly',
      returned: 'never',
      caseExact: true,
    }),
  ],
}
