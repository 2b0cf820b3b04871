/** The lines that a SCIM service is held against, by short names: each is a `requirement` of one test file, once. */
import { describe } from 'vitest'

const REQUIREMENTS = {
  representation: [
    'names in any case',
    'defaults of characteristics',
    'types of values',
    'no complex in a complex',
    '$ref in paths and filters',
    'one primary, no repetition',
    'null is unassigned',
    'schemas',
    'id, externalId and meta',
    'userName and password',
    'groups of a user',
    'groups and members',
    'enterprise user',
    'discovery documents',
  ],
  protocol: [
    'authentication',
    'media types',
    'creating',
    'not found',
    'list response',
    'query of the root',
    'query by filter',
    'sorting',
    'paging by index',
    'attributes and excludedAttributes',
    'query by POST',
    'replacing',
    'PATCH as a whole',
    'PATCH add',
    'PATCH remove',
    'PATCH replace',
    'path grammar',
    'read-only in a PATCH',
    'deleting',
    'Bulk',
    'URN notation',
    'Me',
    'errors',
    'versions',
    'discovery endpoints',
    'tenancy',
    'sensitive queries',
  ],
  filters: [
    'operators and value paths',
    'case, literals and escapes',
    'precedence and grouping',
    'filters that make no sense',
    'multi-valued, ne, pr and null',
    'attributes without their value',
    'URN in a filter',
    'bounds',
    'encoding',
  ],
  cursors: ['cursor pagination'],
  events: ['no events'],
  deletion: ['soft and hard delete'],
} as const

type Part = keyof typeof REQUIREMENTS
export type Requirement = (typeof REQUIREMENTS)[Part][number]

export const ALL_REQUIREMENTS: readonly Requirement[] = Object.values(REQUIREMENTS).flat()

/** The tests of one line, under the sentence of the RFC that they would refute. */
export function requirement(_name: Requirement, sentence: string, tests: () => void): void {
  describe(sentence, tests)
}
