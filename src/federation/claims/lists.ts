/** A multi-valued attribute with what a provider says of it (RFC 7643 section 2.4). Pure. */
import { type Attribute, type Complex, isComplex, namedIn, type Value } from '../../scim/schema.ts'
import { sameValue } from '../../scim/values.ts'

/**
 * The list with the provider's values in it, one of which is the primary one; their types and the like stay where they
 * were in the list already. `isOverridden`: nothing else is left. Otherwise just what the provider said before and does
 * not say any more goes, and a primary that was chosen here since stays.
 */
export function listWith(
  attribute: Attribute,
  present: unknown,
  said: readonly Value[],
  taken: unknown,
  isOverridden: boolean,
): Value[] {
  const list = (Array.isArray(present) ? present : []) as readonly Value[]
  const former = Array.isArray(taken) ? (taken as readonly Value[]) : []
  const merged = said.map((one) =>
    withKnown(
      list.find((other) => isSame(other, one)),
      one,
    ),
  )
  const isSaid = (one: Value) => said.some((other) => isSame(one, other))
  const inPlace = list.flatMap((one) => {
    if (isSaid(one)) return merged.filter((other) => isSame(other, one)).slice(0, 1)
    return isOverridden || former.some((other) => isSame(one, other)) ? [] : [one]
  })
  const added = merged.filter((one) => !list.some((other) => isSame(other, one)))
  const hasPrimary = attribute.type === 'complex' && namedIn(attribute.subAttributes ?? [], 'primary') !== undefined
  if (!hasPrimary) return [...inPlace, ...added]
  const all = [...added, ...inPlace].filter(isComplex)
  return withPrimary(all, primaryOf(all, said, list, !isOverridden && taken !== undefined))
}

/** What the provider says is the primary one; or the one that is, if it may be; or the first that the provider says. */
function primaryOf(
  all: readonly Complex[],
  said: readonly Value[],
  list: readonly Value[],
  mayBeLocal: boolean,
): Complex | undefined {
  const present = list.filter(isComplex).find((one) => one.primary === true)
  const isAmong = (one: Value | undefined, those: readonly Value[]) =>
    one !== undefined && those.some((other) => isSame(other, one))
  const chosen = said.find((one) => isComplex(one) && one.primary === true)
  const wanted = isAmong(present, mayBeLocal ? all : chosen ? [] : said) ? present : (chosen ?? said[0])
  return all.find((one) => isAmong(wanted, [one]))
}

function withPrimary(all: readonly Complex[], primary: Complex | undefined): Complex[] {
  return all.map((one) => {
    const { primary: _primary, ...rest } = one
    return one === primary ? { ...rest, primary: true } : rest
  })
}

function withKnown(known: Value | undefined, said: Value): Value {
  return isComplex(known) && isComplex(said) ? { ...known, ...said } : said
}

/** Values are one and the same by their `value`; those without one by everything but which is primary. */
function isSame(one: Value, other: Value): boolean {
  if (!isComplex(one) || !isComplex(other)) return sameValue(one, other)
  if (one.value !== undefined || other.value !== undefined) return sameValue(one.value, other.value)
  return sameValue(withPrimary([one], undefined), withPrimary([other], undefined))
}
