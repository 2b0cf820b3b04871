/** What the management API and the console take of a tenant's own attributes. */
import { z } from 'zod'
import { namedIn } from '../../scim/schema.ts'
import { USER } from '../../scim/resource-types.ts'

const TYPES = ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference', 'complex'] as const
const MOST_SUB_ATTRIBUTES = 20

/** What every object of JavaScript has a member of. */
const OBJECTS_OWN = Object.getOwnPropertyNames(Object.prototype).map((text) => text.toLowerCase())

/** RFC 7643 section 2.1: letters, digits, `-` and `_`, a letter first. */
const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/, 'Use up to 63 letters, digits, - and _, with a letter first.')
  .refine((text) => !OBJECTS_OWN.includes(text.toLowerCase()), 'This name is used by the server itself.')

const simple = {
  name,
  type: z.enum(TYPES).exclude(['complex']),
  description: z.string().trim().max(500).default(''),
  multiValued: z.boolean().default(false),
  required: z.boolean().default(false),
  caseExact: z.boolean().default(false),
  mutability: z.enum(['readWrite', 'immutable']).default('readWrite'),
  returned: z.enum(['default', 'request']).default('default'),
  canonicalValues: z.array(z.string().min(1).max(200)).max(200).optional(),
}
const subAttribute = z.strictObject(simple)

export const attributeInput = z
  .strictObject({
    ...simple,
    name: name.refine(
      (text) => namedIn([...USER.schema.attributes, ...USER.common], text) === undefined,
      'Users have an attribute of this name already.',
    ),
    type: z.enum(TYPES),
    subAttributes: z.array(subAttribute).min(1).max(MOST_SUB_ATTRIBUTES).optional(),
  })
  .refine(({ type, subAttributes }) => (type === 'complex') === (subAttributes !== undefined), {
    path: ['subAttributes'],
    message: 'A complex attribute has sub-attributes, and no other has.',
  })
  .refine(
    ({ subAttributes = [] }) =>
      new Set(subAttributes.map((one) => one.name.toLowerCase())).size === subAttributes.length,
    {
      path: ['subAttributes'],
      message: 'Two sub-attributes have the same name.',
    },
  )

/** The type, the name and whether there are several values stay: users have values already. */
export const attributeChange = z.strictObject({
  description: simple.description.unwrap().optional(),
  required: z.boolean().optional(),
  mutability: simple.mutability.unwrap().optional(),
  returned: simple.returned.unwrap().optional(),
  canonicalValues: simple.canonicalValues,
})
