/** What a connector of every type can be told. */
import { z } from 'zod'
import { parseFilter } from '../../scim/filter.ts'
import { name } from '../fields.ts'
import { mappingInput } from '../mapping.ts'

/** Whether the grammar can read it; what attributes there are, a tenant decides. */
function isFilter(text: string): boolean {
  try {
    return text === '' || parseFilter(text) !== undefined
  } catch {
    return false
  }
}

const filter = z
  .string()
  .trim()
  .max(4000, 'Use at most 4,000 characters.')
  .refine(isFilter, 'This is no SCIM filter.')
  .optional()
const HOURS = 'Give a whole number of hours from 1 to 8,760.'

/** What becomes of what the target has otherwise than it should, and how often it is looked for: only by hand, unless told. */
export const reconciliationInput = z.object({
  everyHours: z.number(HOURS).int(HOURS).min(1, HOURS).max(8760, HOURS).optional(),
  policy: z.enum(['report', 'overwrite', 'adopt']).default('report'),
})
export type ReconciliationInput = z.output<typeof reconciliationInput>

export const sharedInput = {
  name,
  enabled: z.boolean().default(false),
  /** In percent of what is at the target; 100: nobody is asked. */
  deletionGuard: z.int('Give a whole number.').min(0, 'Give 0 to 100.').max(100, 'Give 0 to 100.').optional(),
  /** A SCIM filter: only users who match it go out. */
  userFilter: filter,
  /** The same for groups. */
  groupFilter: filter,
  mapping: mappingInput.optional(),
}
