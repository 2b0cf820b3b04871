import { attribute, complex, type Schema, string } from '../schema.ts'

/** RFC 7643 section 4.3. */
export const ENTERPRISE_USER_SCHEMA: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'Enterprise User',
  attributes: [
    string('employeeNumber', 'The number in the organization.'),
    string('costCenter', 'Cost center.'),
    string('organization', 'Organization.'),
    string('division', 'Division.'),
    string('department', 'Department.'),
    complex('manager', "The person's manager.", [
      string('value', "The manager's id."),
      attribute('$ref', 'reference', "The manager's address.", { referenceTypes: ['User'] }),
      string('displayName', "The manager's name.", { mutability: 'readOnly' }),
    ]),
  ],
}
