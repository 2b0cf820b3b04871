import { attribute, complex, type Schema, string } from '../schema.ts'

const IMMUTABLE = { mutability: 'immutable' } as const
const READ_ONLY = { mutability: 'readOnly' } as const

/** The role in the shape of WSO2's /scim2/v2/Roles. */
export const ROLE_SCHEMA: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:2.0:Role',
  name: 'Role',
  description: 'Role',
  attributes: [
    string('displayName', 'The name of the role, which no other of its audience has.', {
      required: true,
      uniqueness: 'server',
    }),
    complex(
      'audience',
      'Where the role counts: the organization, or one application. Without it, the organization.',
      [
        string('value', "The audience's id.", { ...IMMUTABLE, caseExact: true }),
        string('type', 'organization or application.', {
          ...IMMUTABLE,
          canonicalValues: ['organization', 'application'],
        }),
        string('display', "The audience's name.", READ_ONLY),
      ],
      IMMUTABLE,
    ),
    complex(
      'permissions',
      'What the role permits.',
      [
        string('value', 'The permission.', { caseExact: true }),
        string('display', "The permission's name.", READ_ONLY),
        attribute('$ref', 'reference', "The permission's address.", { ...READ_ONLY, referenceTypes: ['uri'] }),
      ],
      { multiValued: true },
    ),
    holders('users', 'The users who hold the role.', 'User'),
    holders('groups', 'The groups whose members hold the role.', 'Group'),
  ],
}

function holders(name: string, description: string, type: 'User' | 'Group') {
  return complex(
    name,
    description,
    [
      string('value', 'The id.', { ...IMMUTABLE, caseExact: true }),
      attribute('$ref', 'reference', 'The address.', { ...IMMUTABLE, referenceTypes: [type] }),
      string('display', 'The name.', READ_ONLY),
    ],
    { multiValued: true },
  )
}
