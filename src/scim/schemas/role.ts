import { attribute, complex, type Schema, string } from '../schema.ts'

const READ_ONLY = { mutability: 'readOnly' } as const

/** The role in the shape of WSO2's /scim2/v2/Roles. */
export const ROLE_SCHEMA: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:2.0:Role',
  name: 'Role',
  description: 'Role',
  attributes: [
    string('displayName', 'The name of the role.', { ...READ_ONLY, required: true }),
    complex(
      'audience',
      'Where the role counts.',
      [
        string('value', "The audience's id.", READ_ONLY),
        string('type', 'organization or application.', READ_ONLY),
        string('display', "The audience's name.", READ_ONLY),
      ],
      READ_ONLY,
    ),
    complex(
      'permissions',
      'What the role permits.',
      [
        string('value', 'The permission.', READ_ONLY),
        string('display', "The permission's name.", READ_ONLY),
        attribute('$ref', 'reference', "The permission's address.", { ...READ_ONLY, referenceTypes: ['uri'] }),
      ],
      { ...READ_ONLY, multiValued: true },
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
      string('value', 'The id.', { ...READ_ONLY, caseExact: true }),
      attribute('$ref', 'reference', 'The address.', { ...READ_ONLY, referenceTypes: [type] }),
      string('display', 'The name.', READ_ONLY),
    ],
    { ...READ_ONLY, multiValued: true },
  )
}
