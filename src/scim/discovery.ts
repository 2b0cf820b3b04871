import { DEFAULT_RESULTS, MAX_RESULTS } from './query.ts'
import { type Attribute, type ResourceType, type Schema, schemasOf } from './schema.ts'

const CORE = 'urn:ietf:params:scim:schemas:core:2.0'

/** What one body of Bulk may hold (RFC 7644 section 3.7.4). */
export const MAX_BULK_OPERATIONS = 1000
export const MAX_BULK_BYTES = 8 * 1024 * 1024
/** How long a cursor may be kept between two pages, in seconds. */
export const CURSOR_SECONDS = 24 * 3600

/** RFC 7643 section 5 and RFC 9865 section 4; `base` is the address of scim2. It claims what works, no more. */
export function serviceProviderConfig(base: string) {
  return {
    schemas: [`${CORE}:ServiceProviderConfig`],
    documentationUri: 'https://www.rfc-editor.org/info/rfc7644',
    patch: { supported: true },
    bulk: { supported: true, maxOperations: MAX_BULK_OPERATIONS, maxPayloadSize: MAX_BULK_BYTES },
    filter: { supported: true, maxResults: MAX_RESULTS },
    changePassword: { supported: true },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: DEFAULT_RESULTS,
      maxPageSize: MAX_RESULTS,
      cursorTimeout: CURSOR_SECONDS,
    },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'SCIM token or access token',
        description:
          'A SCIM token of the tenant, or an access token with the scopes scim:read and scim:write, as Bearer.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
      {
        type: 'httpbasic',
        name: 'HTTP Basic',
        description: 'User name and password of somebody whose roles permit it.',
        specUri: 'https://www.rfc-editor.org/info/rfc7617',
        primary: false,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  }
}

/** RFC 7643 section 6. */
export function resourceTypeDocuments(base: string, types: readonly ResourceType[]) {
  return types.map((type) => ({
    schemas: [`${CORE}:ResourceType`],
    id: type.id,
    name: type.id,
    description: type.description,
    endpoint: type.endpoint,
    schema: type.schema.id,
    schemaExtensions: type.extensions.map(({ schema, required }) => ({ schema: schema.id, required })),
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${type.id}` },
  }))
}

/** RFC 7643 section 7. */
export function schemaDocuments(base: string, types: readonly ResourceType[]) {
  return types.flatMap(schemasOf).map((schema: Schema) => ({
    schemas: [`${CORE}:Schema`],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map(attributeDocument),
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${schema.id}` },
  }))
}

/** Only what applies to the attribute's type is shown: a complex one has no uniqueness or case. */
function attributeDocument({ caseExact, uniqueness, subAttributes, ...rest }: Attribute): Record<string, unknown> {
  return rest.type === 'complex'
    ? { ...rest, subAttributes: subAttributes?.map(attributeDocument) }
    : { ...rest, caseExact, uniqueness }
}
