/** Whether what a connector is told speaks of attributes that there are: a tenant has some of its own. */
import { type FieldError, Problem, ScimError } from '../../core/errors.ts'
import { userTypeOf } from '../../directory/attributes/queries.ts'
import type { Scope } from '../../platform.ts'
import { checkFilter } from '../../scim/check.ts'
import { type Filter, parseFilter } from '../../scim/filter.ts'
import { checkRule, lastRuleFor } from '../../scim/mapping/map.ts'
import { GROUP } from '../../scim/resource-types.ts'
import type { ResourceType } from '../../scim/schema.ts'
import type { Scim2Input } from './scim2.ts'
import type { ConnectorInput } from './settings.ts'

type Spoken = Partial<Pick<ConnectorInput, 'userFilter' | 'groupFilter' | 'mapping'>> &
  Pick<Scim2Input, 'leaving' | 'deletion'>

/**
 * Throws Problem 400 for filters and mappings of what there is no attribute of: they would match nobody and do nothing.
 * `field` is where the connector stands in the request.
 */
export async function demandKnown(scope: Scope, input: Spoken, field: string): Promise<void> {
  const { userFilter, groupFilter, mapping } = input
  if (!userFilter && !groupFilter && !mapping) return
  const type = await userTypeOf(scope)
  const wrong = [
    ...filterErrors(type, userFilter, `${field}userFilter`),
    ...filterErrors(GROUP, groupFilter, `${field}groupFilter`),
  ]
  if (wrong.length > 0) throw new Problem(400, 'The filter is not valid.', wrong)
  const inMapping = mappingErrors(type, input)
  if (inMapping.length > 0) {
    const errors = inMapping.map((error) => ({ ...error, field: `${field}mapping.${error.field}` }))
    throw new Problem(400, 'The attribute mapping is not valid.', errors)
  }
}

function filterErrors(type: ResourceType, text: string | undefined, field: string): FieldError[] {
  if (!text) return []
  try {
    const filter = parseFilter(text)
    checkFilter([type], filter)
    // A group may have a hundred thousand: it goes out by what it is, not by who is in it.
    return mentions(filter, 'members') ? [{ field, message: 'Groups cannot be chosen by their members.' }] : []
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    return [{ field, message: error.message }]
  }
}

function mentions(filter: Filter, attribute: string): boolean {
  if ('filters' in filter) return filter.filters.some((one) => mentions(one, attribute))
  if (filter.kind === 'not') return mentions(filter.filter, attribute)
  return new RegExp(`(?:^|:)${attribute}\\b`, 'i').test(filter.path)
}

function mappingErrors(type: ResourceType, { mapping, leaving, deletion }: Spoken): FieldError[] {
  const rules = mapping?.rules ?? []
  const errors = rules.flatMap((rule, i) =>
    checkRule(type, rule).map(({ field, message }) => ({ field: `rules.${i}.${field}`, message })),
  )
  const takesAway = (i: number) =>
    rules[i]?.source === undefined && rules[i]?.constant === undefined && !rules[i]?.transforms?.length
  const [name, active] = [lastRuleFor(type, rules, 'userName'), lastRuleFor(type, rules, 'active')]
  const deactivates = leaving === 'deactivate' || deletion === 'deactivate'
  return [
    ...errors,
    ...(name >= 0 && takesAway(name)
      ? [{ field: `rules.${name}.target`, message: 'A user has to have a userName.' }]
      : []),
    ...(active >= 0 && takesAway(active) && deactivates
      ? [{ field: `rules.${active}.target`, message: 'Who leaves is deactivated: active has to go out.' }]
      : []),
  ]
}
