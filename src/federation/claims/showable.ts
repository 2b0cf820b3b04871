/** Whether a value may stand in a profile, whatever rule made it. Pure. */
import { unlessRefused } from '../../core/errors.ts'
import type { Place } from '../../scim/mapping/place.ts'
import { type Attribute, isComplex, namedIn, type Value } from '../../scim/schema.ts'
import { canonicalValue, isTaken } from '../../scim/values.ts'
import { isNothing, showable } from './said.ts'

export const EMAIL = /^[^\s@]+@[^\s@]+$/
/** Such a link is shown to administrators: never javascript: or data:. */
const WEB_ADDRESS = /^https?:\/\/[^\s"'<>\\]+$/i

/** The value as it is stored there; undefined if it may not, and of several without those that may not. */
export function storable(place: Place, made: unknown): Value | undefined {
  const { attribute } = place
  if (!attribute) return undefined
  const one = { ...attribute, multiValued: false }
  const kept = (Array.isArray(made) ? made : [made]).flatMap((value: unknown) => storableOne(one, place, value) ?? [])
  if (!attribute.multiValued) return kept[0]
  return canonicalOrNothing(attribute, kept, place.name)
}

function storableOne(attribute: Attribute, place: Place, made: unknown): Value | undefined {
  const value = canonicalOrNothing(attribute, showable(made), place.name)
  if (value === undefined || isNothing(value) || !isFit(attribute, value)) return undefined
  const isAddress = place.container === undefined && place.name === 'emails'
  if (!isAddress || (place.sub !== undefined && place.sub !== 'value')) return value
  const address = isComplex(value) ? value.value : value
  return typeof address === 'string' && EMAIL.test(address) ? value : undefined
}

function isFit(attribute: Attribute, value: Value): boolean {
  if (attribute.type === 'reference') return typeof value === 'string' && WEB_ADDRESS.test(value)
  if (!isComplex(value)) return true
  return Object.entries(value).every(([name, part]) => {
    const sub = namedIn(attribute.subAttributes ?? [], name)
    return !sub || (Array.isArray(part) ? part : [part]).every((each) => isFit(sub, each))
  })
}

function canonicalOrNothing(attribute: Attribute, value: unknown, place: string): Value | undefined {
  return unlessRefused(() => canonicalValue(attribute, value, place, isTaken))
}
