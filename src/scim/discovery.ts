import { type Attribute, type ResourceType, type Schema } from './schema.ts'
import { GROUP, ROLE, USER } from './resource-types.ts'

const CORE = 'urn:ietf:params:scim:schemas:core:2.0'
const RESOURCE_TYPES: readonly ResourceType[] = [USER, GROUP, ROLE]

/** RFC 7643 section 5; `base` is the address of scim2. It claims what works, no more. */
export function serviceProviderConfig(base: string, features: { readonly maxResults: number }) {
  return {
    schemas: [`${CORE}:ServiceProviderConfig`],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: features.maxResults },
    changePassword: { supported: true },
    sort: { supported: false },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'SCIM token',
        description: 'A SCIM token of the tenant as Bearer.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
      {
        type: 'httpbasic',
        name: 'HTTP Basic',
        description: 'User name and password of an administrator.',
        specUri: 'https://www.rfc-editor.org/info/rfc7617',
        primary: false,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  }
}

/** RFC 7643 section 6. */
export function resourceTypeDocuments(base: string) {
  return RESOURCE_TYPES.map((type) => ({
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
export function schemaDocuments(base: string) {
  const schemas = RESOURCE_TYPES.flatMap((type) => [type.schema, ...type.extensions.map(({ schema }) => schema)])
  return schemas.map((schema: Schema) => ({
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
