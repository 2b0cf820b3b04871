/** The fields of an application's Protocol tab, in the order in which they stand there. */
import type { FieldGroup, MetadataField } from './kinds.ts'
import { PEOPLE_GROUPS } from './people-fields.ts'
import { TOKEN_GROUPS } from './token-fields.ts'

export const FIELD_GROUPS: readonly FieldGroup[] = [...TOKEN_GROUPS, ...PEOPLE_GROUPS]
export const METADATA_FIELDS: readonly MetadataField[] = FIELD_GROUPS.flatMap(({ fields }) => fields)
