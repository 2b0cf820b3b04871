import { attribute, complex, type Schema, string } from '../schema.ts'

/** RFC 7643 section 4.2; displayName is required by its prose. */
export const GROUP_SCHEMA: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'Group',
  attributes: [
    string('displayName', 'The name of the group.', { required: true, uniqueness: 'server' }),
    complex(
      'members',
      'Users and groups in it.',
      [
        string('value', "The member's id.", { mutability: 'immutable', caseExact: true }),
        attribute('$ref', 'reference', "The member's address.", {
          mutability: 'immutable',
          referenceTypes: ['User', 'Group'],
        }),
        string('type', 'User or Group.', { mutability: 'immutable', canonicalValues: ['User', 'Group'] }),
        string('display', "The member's name.", { mutability: 'readOnly' }),
      ],
      { multiValued: true },
    ),
  ],
}
