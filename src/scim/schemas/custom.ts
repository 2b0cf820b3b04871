import { attribute, type Attribute, type AttributeType, type Schema } from '../schema.ts'

/** The extension that a tenant's own attributes are in; WSO2 calls it so. */
export const CUSTOM_USER_URN = 'urn:scim:schemas:extension:custom:User'

/** A tenant's own attribute as its administrator defines it (RFC 7643 section 7). */
export type CustomAttribute = {
  readonly name: string
  readonly type: AttributeType
  readonly description: string
  readonly multiValued: boolean
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: 'readWrite' | 'immutable'
  readonly returned: 'default' | 'request'
  readonly canonicalValues?: readonly string[] | undefined
  /** Of a complex one; simple ones all (RFC 7643 section 2.3.8). */
  readonly subAttributes?: readonly Omit<CustomAttribute, 'subAttributes'>[] | undefined
}

/** The extension schema of a tenant. */
export function customUserSchema(attributes: readonly CustomAttribute[]): Schema {
  return {
    id: CUSTOM_USER_URN,
    name: 'CustomUser',
    description: 'Attributes that this organization has of its own',
    attributes: attributes.map(toAttribute),
  }
}

function toAttribute(custom: CustomAttribute): Attribute {
  const { name, type, description, subAttributes, canonicalValues, ...characteristics } = custom
  return attribute(name, type, description, {
    ...characteristics,
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(toAttribute) }),
  })
}
