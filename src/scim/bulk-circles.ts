/** Which resources of a Bulk refer to each other in a circle (RFC 7644 section 3.7.1). Pure. */

/**
 * The strongly connected components that are circles: of several places, or of one that refers to itself. By place, the
 * places of its circle in ascending order. `references` are the places that each place refers to.
 */
export function circlesOf(references: readonly (readonly number[])[]): ReadonlyMap<number, readonly number[]> {
  const search: Search = { references, found: new Map(), open: [], circles: new Map() }
  references.forEach((_, place) => {
    if (!search.found.has(place)) visit(search, place)
  })
  return search.circles
}

type Search = {
  readonly references: readonly (readonly number[])[]
  /** By place, when it was found; Infinity once its component is complete. */
  readonly found: Map<number, number>
  readonly open: number[]
  readonly circles: Map<number, readonly number[]>
}

/** Tarjan's algorithm: gives back the earliest place that can be reached from this one. */
function visit(search: Search, place: number): number {
  const { references, found, open, circles } = search
  const own = found.size
  found.set(place, own)
  open.push(place)
  const next = references[place] ?? []
  const earliest = Math.min(own, ...next.map((one) => found.get(one) ?? visit(search, one)))
  if (earliest < own) return earliest
  const component = open.splice(open.indexOf(place)).toSorted((one, other) => one - other)
  for (const one of component) {
    found.set(one, Number.POSITIVE_INFINITY)
    if (component.length > 1 || next.includes(place)) circles.set(one, component)
  }
  return Number.POSITIVE_INFINITY
}
