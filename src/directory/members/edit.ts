/** What a request does to a group or a role, with its members apart: those are never read whole to change one. Pure. */
import { ScimError } from '../../core/errors.ts'
import type { Filter } from '../../scim/filter.ts'
import { applyOperations, type Operation, parsePatch } from '../../scim/patch.ts'
import { isComplex, type Resource, type ResourceType } from '../../scim/schema.ts'
import { canonicalValue, isTaken } from '../../scim/values.ts'

export type MemberChange =
  | { readonly attribute: string; readonly kind: 'add' | 'remove' | 'replace'; readonly ids: readonly string[] }
  | { readonly attribute: string; readonly kind: 'removeWhere'; readonly filter: Filter }

export type MemberEdit = {
  /** Gives back the same object if nothing changes. The resource has no members. */
  readonly edit: (resource: Resource) => Resource
  readonly members: readonly MemberChange[]
  /** A body of PUT: what it does not name is not said to go (of a built-in role). */
  readonly isWhole?: boolean
}

/**
 * A PATCH as changes of members, in order, and of the rest; undefined if only the whole resource tells what comes of
 * it. `attributes` are those whose values are members.
 */
export function editOfPatch(type: ResourceType, attributes: readonly string[], body: unknown): MemberEdit | undefined {
  const operations = parsePatch(type, body)
  const isOfMembers = ({ path }: Operation) => path.container === undefined && attributes.includes(path.attribute.name)
  const members = operations.filter(isOfMembers).map(changeOf)
  if (members.includes(undefined)) return undefined
  const others = operations.filter((one) => !isOfMembers(one))
  return {
    edit: (resource) => (others.length === 0 ? resource : applyOperations(type, resource, others)),
    members: joined(members.filter((change) => change !== undefined)),
  }
}

/** A body of PUT, validated: its members replace those that are there. */
export function editOfReplacement(input: Resource, attributes: readonly string[]): MemberEdit {
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !attributes.includes(name)))
  return {
    edit: () => ({ ...rest, schemas: input.schemas }),
    members: attributes.map((attribute) => ({ attribute, kind: 'replace', ids: memberIds(input, attribute) })),
    isWhole: true,
  }
}

/** The ids of a resource's members, each once. Throws invalidValue for a member without one. */
export function memberIds(resource: Readonly<Record<string, unknown>>, attribute: string): string[] {
  const members = resource[attribute]
  if (!Array.isArray(members)) return []
  const ids = members.map((member: unknown, i) => {
    if (isComplex(member) && typeof member.value === 'string') return member.value
    throw new ScimError('invalidValue', `${attribute}[${i}].value is required`)
  })
  return [...new Set(ids)]
}

function changeOf({ op, path, value }: Operation): MemberChange | undefined {
  const { filter, subAttribute } = path
  const attribute = path.attribute.name
  if (subAttribute) throw new ScimError('mutability', `${attribute}.${subAttribute.name} is immutable.`)
  if (filter) {
    if (op !== 'remove') return undefined
    const ids = idsOf(filter)
    return ids ? { attribute, kind: 'remove', ids } : { attribute, kind: 'removeWhere', filter }
  }
  if (op === 'remove') return { attribute, kind: 'replace', ids: [] }
  const list = Array.isArray(value) || value === null ? value : [value]
  const members = canonicalValue(path.attribute, list, attribute, isTaken)
  return { attribute, kind: op, ids: memberIds({ [attribute]: members }, attribute) }
}

/** `value eq "a" or value eq "b"` names its values. */
function idsOf(filter: Filter): string[] | undefined {
  if (filter.kind === 'or') {
    const parts = filter.filters.map(idsOf)
    return parts.includes(undefined) ? undefined : parts.flatMap((ids) => ids ?? [])
  }
  const isValue = filter.kind === 'comparison' && filter.operator === 'eq' && filter.path.toLowerCase() === 'value'
  return isValue && typeof filter.value === 'string' ? [filter.value] : undefined
}

/** Neighbours of one kind in one: Okta removes each member by an operation of its own. */
function joined(changes: readonly MemberChange[]): MemberChange[] {
  const result: MemberChange[] = []
  for (const change of changes) {
    const last = result.at(-1)
    const isLike = last?.kind === change.kind && last.attribute === change.attribute && change.kind !== 'replace'
    if (isLike && 'ids' in last && 'ids' in change) {
      result[result.length - 1] = { ...change, ids: [...last.ids, ...change.ids] }
    } else {
      result.push(change)
    }
  }
  return result
}
