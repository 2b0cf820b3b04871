/**
 * Where a value stands among the claims of a provider: `email`, `address.locality`, `groups[0]`, `roles[*].name`. A name
 * with dots, blanks or brackets in it stands in quotes: `"https://example.com/claims".department`. Pure.
 */
import { ScimError, unlessRefused } from './errors.ts'
import { isRecord } from './json-value.ts'

export type ClaimPath = readonly Step[]
type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'each' }

const STEP = /(?:^|(?<=.)\.)(?:"([^"{}]+)"|([^\s."[\]{}]+))|\[(?:(\d{1,4})|\*)\]/sy

/** Throws invalidPath. */
export function parseClaimPath(text: string): ClaimPath {
  // Most paths are a name, and cost nothing to read.
  if (/^\w+$/.test(text)) return [{ kind: 'name', name: text }]
  if (/^[^"]*:\/\//.test(text)) {
    throw new ScimError('invalidPath', `${shown(text)}: a claim with dots in its name stands in quotes.`)
  }
  const steps: Step[] = []
  for (let at = 0; at < text.length;) {
    STEP.lastIndex = at
    const found = STEP.exec(text)
    if (!found) throw new ScimError('invalidPath', `${shown(text)} is no claim, such as email or address.locality.`)
    const [whole, quoted, bare, index] = found
    const name = quoted ?? bare
    steps.push(
      name !== undefined
        ? { kind: 'name', name }
        : index === undefined
          ? { kind: 'each' }
          : { kind: 'index', index: Number(index) },
    )
    at += whole.length
  }
  if (steps[0]?.kind !== 'name')
    throw new ScimError('invalidPath', `${shown(text)} does not begin with a claim's name.`)
  return steps
}

export function isClaimPath(text: string): boolean {
  return unlessRefused(() => parseClaimPath(text)) !== undefined
}

/** The claim that a path begins with. */
export function claimNameOf([first]: ClaimPath): string {
  return first?.kind === 'name' ? first.name : ''
}

/** What stands there; undefined if nothing does. `[*]` gives a list, of what is there. */
export function claimAt(value: unknown, [step, ...rest]: ClaimPath): unknown {
  if (!step) return value
  switch (step.kind) {
    case 'name':
      return isRecord(value) && Object.hasOwn(value, step.name) ? claimAt(value[step.name], rest) : undefined
    case 'index':
      return Array.isArray(value) ? claimAt(value[step.index], rest) : undefined
    case 'each':
      return Array.isArray(value)
        ? value.flatMap((one: unknown) => claimAt(one, rest) ?? []).filter((one) => one !== null)
        : undefined
  }
}

function shown(text: string): string {
  return text.slice(0, 200)
}
