/** Whether a target has of a resource what it should have, as a server may give it back. Pure. */
import { isRecord } from '../../core/json-value.ts'
import { isSameJson } from '../../core/same-json.ts'
import type { Difference } from '../../db/schema.ts'
import { instantOf, keyOf } from '../../scim/compared.ts'
import { type Attribute, findAttribute, namedIn, type ResourceType } from '../../scim/schema.ts'
import type { Body } from '../body.ts'
import { attributesOf } from '../diff.ts'

/** Longer values are not kept: that they differ is enough. */
const LONGEST_VALUE = 4000
/** The server's own, or never given back; members are compared apart, one by one. */
const NOT_COMPARED: ReadonlySet<string> = new Set(['id', 'meta', 'password', 'members', 'groups'])
/** What servers add to a value of ours (RFC 7643 sections 2.4, 4.1.1 and 4.3): no drift where we sent none. */
const SERVER_MADE: ReadonlySet<string> = new Set(['$ref', 'display', 'displayname', 'formatted', 'type', 'operation'])

/** The attributes of which the target has something else than it should, of those alone that it is or was sent. */
export function differencesBetween(type: ResourceType, wanted: Body, sent: unknown, found: unknown): Difference[] {
  const [now, before, there] = [attributesOf(wanted), attributesOf(sent), byLowerCase(attributesOf(found))]
  const paths = [...now.keys(), ...[...before.keys()].filter((path) => !now.has(path))]
  return paths.flatMap((path) => {
    const has = there.get(path.toLowerCase())
    if (NOT_COMPARED.has(path) || isNotKept(path, has)) return []
    if (isSame(path, findAttribute(type, path)?.attribute, now.get(path), has)) return []
    return [{ path, wanted: now.get(path) ?? null, found: canonical(has) }]
  })
}

/**
 * What the ledger has to say was sent so that the next delivery sends just what differs: what was found, in the places
 * where that is something else.
 */
export function asIfSent(sent: Body, differences: readonly Difference[]): Record<string, unknown> {
  const body: Record<string, unknown> = structuredClone({ ...sent })
  for (const { path, found } of differences) {
    const end = path.lastIndexOf(':')
    const urn = end < 0 ? undefined : path.slice(0, end)
    const inner = urn === undefined ? undefined : body[urn]
    const holder = urn === undefined ? body : { ...(isRecord(inner) ? inner : {}) }
    const name = path.slice(end + 1)
    if (found === null) delete holder[name]
    else holder[name] = found
    if (urn !== undefined) body[urn] = holder
  }
  return body
}

/** Without values that are too long, for the list: null would read as absent. */
export function forList(differences: readonly Difference[]): Difference[] {
  const cut = (value: unknown) => (JSON.stringify(value).length > LONGEST_VALUE ? 'too long to be shown' : value)
  return differences.map(({ path, wanted, found }) => ({ path, wanted: cut(wanted), found: cut(found) }))
}

/** Many targets keep no externalId, or give none back. */
function isNotKept(path: string, found: unknown): boolean {
  return path === 'externalId' && isEmpty(found)
}

function isSame(name: string, attribute: Attribute | undefined, wanted: unknown, found: unknown): boolean {
  if (isEmpty(wanted) && isEmpty(found)) return true
  if (typeof wanted === 'boolean' || typeof found === 'boolean') return isSameFlag(name, wanted, found)
  if (isEmpty(wanted) || isEmpty(found)) return false
  if (Array.isArray(wanted)) return isSameSet(attribute, wanted, Array.isArray(found) ? found : [found])
  if (isRecord(wanted)) return isRecord(found) && hasSameParts(attribute, wanted, found)
  if (typeof wanted === 'string' && typeof found === 'string') return isSameText(attribute, wanted, found)
  return isSameJson(wanted, found)
}

/** Absent, or nothing in it: RFC 7643 section 2.5 has the two be one. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  if (Array.isArray(value)) return value.every(isEmpty)
  return isRecord(value) && Object.values(value).every(isEmpty)
}

/** Text where others have a boolean (Entra), and what a server takes an absent one for: false, but somebody is active. */
function isSameFlag(name: string, wanted: unknown, found: unknown): boolean {
  const flagOf = (value: unknown) =>
    isEmpty(value) ? name === 'active' : typeof value === 'string' ? value.toLowerCase() === 'true' : value
  return flagOf(wanted) === flagOf(found)
}

/** Where case does not count, a server may alter it (RFC 7643 section 7). */
function isSameText(attribute: Attribute | undefined, wanted: string, found: string): boolean {
  if (wanted === found) return true
  if (!attribute) return false
  if (attribute.type === 'dateTime') return instantOf(wanted) === instantOf(found)
  return keyOf(attribute, wanted) === keyOf(attribute, found)
}

/** In whatever order. */
function isSameSet(attribute: Attribute | undefined, wanted: readonly unknown[], found: readonly unknown[]): boolean {
  const rest = found.filter((one) => !isEmpty(one))
  const ours = wanted.filter((one) => !isEmpty(one))
  if (ours.length !== rest.length) return false
  return ours.every((one) => {
    const at = rest.findIndex((other) => isSame('', attribute && { ...attribute, multiValued: false }, one, other))
    if (at >= 0) rest.splice(at, 1)
    return at >= 0
  })
}

function hasSameParts(
  attribute: Attribute | undefined,
  wanted: Record<string, unknown>,
  found: Record<string, unknown>,
): boolean {
  const [ours, theirs] = [byLowerCase(Object.entries(wanted)), byLowerCase(Object.entries(found))]
  return [...new Set([...ours.keys(), ...theirs.keys()])].every((name) => {
    if (name === '$ref' || (SERVER_MADE.has(name) && isEmpty(ours.get(name)))) return true
    return isSame(name, namedIn(attribute?.subAttributes ?? [], name), ours.get(name), theirs.get(name))
  })
}

/** Names are the same in any case (RFC 7643 section 2.1), and so are URNs (RFC 8141). */
function byLowerCase(entries: Iterable<readonly [string, unknown]>): Map<string, unknown> {
  return new Map([...entries].map(([name, value]) => [name.toLowerCase(), value]))
}

/** Whatever order a server gives them in: what was accepted once is known again. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (!isRecord(value)) return value ?? null
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([name, inner]) => [name, canonical(inner)]))
}
