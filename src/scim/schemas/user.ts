import { attribute, complex, plural, type Schema, string } from '../schema.ts'

const READ_ONLY = { mutability: 'readOnly' } as const

/** RFC 7643 sections 4.1 and 8.7.1. `roles` is read-only here and carries WSO2's audience beside the RFC's value. */
export const USER_SCHEMA: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'User Account',
  attributes: [
    string('userName', 'The name that the person signs in with, in any case.', {
      required: true,
      uniqueness: 'server',
      returned: 'always',
    }),
    complex('name', "The parts of the person's name.", [
      string('formatted', 'The whole name as it is shown.'),
      string('familyName', 'Family name.'),
      string('givenName', 'Given name.'),
      string('middleName', 'Middle names.'),
      string('honorificPrefix', 'What stands before the name.'),
      string('honorificSuffix', 'What stands behind the name.'),
    ]),
    string('displayName', 'The name to show.'),
    string('nickName', 'What the person is called.'),
    attribute('profileUrl', 'reference', 'A page about the person.', { referenceTypes: ['external'] }),
    string('title', 'Position, such as Vice President.'),
    string('userType', 'Relation to the organization, such as Employee.'),
    string('preferredLanguage', 'Languages in the form of Accept-Language.'),
    string('locale', 'A language tag for dates and numbers.'),
    string('timezone', 'A name of the time zone database.'),
    attribute('active', 'boolean', 'Whether the person may sign in.'),
    string('password', 'Set and never shown.', { mutability: 'writeOnly', returned: 'never', caseExact: true }),
    plural('emails', 'E-mail addresses.', string('value', 'The address.'), ['work', 'home', 'other']),
    plural('phoneNumbers', 'Telephone numbers.', string('value', 'The number.'), [
      'work',
      'home',
      'mobile',
      'fax',
      'pager',
      'other',
    ]),
    plural('ims', 'Addresses in messengers.', string('value', 'The address.'), ['aim', 'gtalk', 'icq', 'xmpp', 'msn']),
    plural(
      'photos',
      'Pictures.',
      attribute('value', 'reference', "The picture's URL.", { referenceTypes: ['external'] }),
      ['photo', 'thumbnail'],
    ),
    complex(
      'addresses',
      'Postal addresses.',
      [
        string('formatted', 'The whole address.'),
        string('streetAddress', 'Street and number.'),
        string('locality', 'City.'),
        string('region', 'State or region.'),
        string('postalCode', 'Postal code.'),
        string('country', 'ISO 3166-1 code.'),
        string('type', 'What the address is for.', { canonicalValues: ['work', 'home', 'other'] }),
        attribute('primary', 'boolean', 'Whether this is the preferred address. At most one is.'),
      ],
      { multiValued: true },
    ),
    complex(
      'groups',
      'The groups that the person is in; changed at the group.',
      [
        string('value', "The group's id.", READ_ONLY),
        attribute('$ref', 'reference', "The group's address.", { ...READ_ONLY, referenceTypes: ['Group'] }),
        string('display', "The group's name.", READ_ONLY),
        string('type', 'direct or indirect.', { ...READ_ONLY, canonicalValues: ['direct', 'indirect'] }),
      ],
      { ...READ_ONLY, multiValued: true },
    ),
    plural('entitlements', 'What the person is entitled to.', string('value', 'The entitlement.')),
    complex(
      'roles',
      'The roles that the person holds; changed at the role.',
      [
        string('value', "The role's id.", READ_ONLY),
        attribute('$ref', 'reference', "The role's address.", { ...READ_ONLY, referenceTypes: ['Role'] }),
        string('display', "The role's name.", READ_ONLY),
        string('type', 'Given to no role here.', READ_ONLY),
        attribute('primary', 'boolean', 'Given to no role here.', READ_ONLY),
        string('audienceType', 'organization or application.', READ_ONLY),
        string('audienceValue', "The audience's id.", READ_ONLY),
        string('audienceDisplay', "The audience's name.", READ_ONLY),
      ],
      { ...READ_ONLY, multiValued: true },
    ),
    plural('x509Certificates', 'Certificates.', attribute('value', 'binary', 'DER in base64.')),
  ],
}
