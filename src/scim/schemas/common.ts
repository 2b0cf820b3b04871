import { attribute, complex, string, type Attribute } from '../schema.ts'

/** What every resource has (RFC 7643 sections 3 and 3.1). It is in no schema document. */
export const COMMON: readonly Attribute[] = [
  attribute('schemas', 'reference', 'The schemas whose attributes are present.', {
    multiValued: true,
    required: true,
    returned: 'always',
    referenceTypes: ['uri'],
  }),
  string('id', 'Given by the service provider, never given again.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  string('externalId', 'The id that the client has for it.', { caseExact: true }),
  complex(
    'meta',
    'About the resource itself.',
    [
      string('resourceType', 'The name of its type.', { caseExact: true, mutability: 'readOnly' }),
      attribute('created', 'dateTime', 'When it was made.', { mutability: 'readOnly' }),
      attribute('lastModified', 'dateTime', 'When it was last changed.', { mutability: 'readOnly' }),
      attribute('location', 'reference', 'Its address.', { mutability: 'readOnly', referenceTypes: ['uri'] }),
      string('version', 'Its ETag.', { caseExact: true, mutability: 'readOnly' }),
    ],
    { mutability: 'readOnly' },
  ),
]
