/** A claim by its path, as a text that identifies somebody. Pure. */
import { claimAt } from '../../core/claim-path.ts'
import { type Claims, claimPath } from './said.ts'

const LONGEST = 400

/** Of a claim that has one text or number: it is compared, so nothing of it is changed. Undefined for any other. */
export function claimText(claims: Claims, path: string): string | undefined {
  const steps = claimPath(path)
  const found = steps && claimAt(claims, steps)
  const value = Number.isSafeInteger(found) ? String(found) : found
  return typeof value === 'string' && value !== '' && value.length <= LONGEST && value.isWellFormed()
    ? value
    : undefined
}
