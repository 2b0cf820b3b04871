import { complex, type Schema, string } from '../schema.ts'

/** The role in the shape of WSO2's /scim2/v2/Roles. */
export const ROLE_SCHEMA: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:2.0:Role',
  name: 'Role',
  description: 'Role',
  attributes: [
    string('displayName', 'The name of the role.', { required: true, mutability: 'readOnly' }),
    complex(
      'audience',
      'Where the role counts.',
      [
        string('value', "The audience's id.", { mutability: 'readOnly' }),
        string('type', 'organization or application.', { mutability: 'readOnly' }),
        string('display', "The audience's name.", { mutability: 'readOnly' }),
      ],
      { mutability: 'readOnly' },
    ),
  ],
}
