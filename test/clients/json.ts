/** JSON of fixtures: where a path leads in it, and what stands for `{{create.id}}`. Pure. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

/** Stands in an expected body for a value that only has to be there. */
export const ANYTHING = '{{anything}}'
/** A name whose object is laid out where it stands: Okta sends back the whole user that it read. */
const SPREAD = '...'

export function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `Resources.0.id`, `urn:…:2.0:User.manager.value`: names may have dots in them, so the longest that is there counts. */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  if (path === '') return value
  if (typeof value !== 'object' || value === null) return undefined
  const names = Object.keys(value).filter((name) => path === name || path.startsWith(`${name}.`))
  const [longest] = names.toSorted((one, other) => other.length - one.length)
  if (longest === undefined) return undefined
  return valueAt((value as { [name: string]: Json })[longest], path.slice(longest.length + 1))
}

/** What the fixture says, with what earlier answers gave: a text that is one `{{path}}` becomes the value itself. */
export function filled(value: Json, known: { [name: string]: Json }): Json {
  if (typeof value === 'string') {
    const [, only] = /^\{\{([^{}]+)\}\}$/.exec(value) ?? []
    return only === undefined || value === ANYTHING ? filledText(value, known) : demanded(known, only)
  }
  if (Array.isArray(value)) return value.map((one) => filled(one, known))
  if (!isObject(value)) return value
  const entries = Object.entries(value).flatMap(([name, one]): [string, Json][] => {
    const inner = filled(one, known)
    if (name !== SPREAD) return [[name, inner]]
    if (!isObject(inner)) throw new Error(`"${SPREAD}" needs an object, not ${JSON.stringify(one)}`)
    return Object.entries(inner)
  })
  return Object.fromEntries(entries)
}

export function filledText(text: string, known: { [name: string]: Json }): string {
  if (text === ANYTHING) return text
  return text.replace(/\{\{([^{}]+)\}\}/g, (_all, path: string) => {
    const value = demanded(known, path)
    return typeof value === 'string' ? value : JSON.stringify(value)
  })
}

function demanded(known: { [name: string]: Json }, path: string): Json {
  const value = valueAt(known, path)
  if (value === undefined) throw new Error(`no earlier answer has ${path}; there are ${Object.keys(known).join(', ')}`)
  return value
}

/**
 * Where an answer is not what is expected: objects may have more than that, lists may not. The order of values means
 * nothing (RFC 7643 section 2.4), that of the resources of a page does.
 */
export function differences(expected: Json, actual: Json | undefined, place = 'body'): string[] {
  if (expected === ANYTHING && actual !== undefined) return []
  if (isObject(expected) && isObject(actual)) {
    return Object.entries(expected).flatMap(([name, one]) => differences(one, actual[name], `${place}.${name}`))
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return /\.Resources$/.test(place)
      ? expected.flatMap((one, i) => differences(one, actual[i], `${place}.${i}`))
      : unordered(expected, actual, place)
  }
  return expected === actual ? [] : [`${place}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`]
}

function unordered(expected: readonly Json[], actual: readonly Json[], place: string): string[] {
  const left = [...actual]
  return expected.flatMap((one) => {
    const at = left.findIndex((other) => differences(one, other).length === 0)
    if (at < 0) return [`${place}: expected ${JSON.stringify(one)} among ${JSON.stringify(actual)}`]
    left.splice(at, 1)
    return []
  })
}

/** The paths under which there is null: what is unassigned is left out (RFC 7643 section 2.5). */
export function nullsIn(value: Json, place = 'body'): string[] {
  if (value === null) return [place]
  if (typeof value !== 'object') return []
  return Object.entries(value).flatMap(([name, one]) => nullsIn(one, `${place}.${name}`))
}
