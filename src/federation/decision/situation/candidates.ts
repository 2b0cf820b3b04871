/** Rows of accounts that may be a person's, as candidates. */
import type { UserDocument, UserSource } from '../../../db/schema.ts'
import { covers, permissionsOf } from '../../../directory/permissions.ts'
import { everyone, toRoles } from '../../../directory/users/links/queries.ts'
import { isSameAddress } from '../../../directory/verified/address.ts'
import { isKept, isStated, primaryEmail } from '../../../directory/verified/queries.ts'
import type { Scope } from '../../../platform.ts'
import type { Candidate, Rule } from '../linking.ts'

export type CandidateRow = {
  readonly key: string | null
  /** Whether she is active. */
  readonly number: number | null
  readonly source: UserSource
  readonly document: string
  /** She has shown that the address is hers. */
  readonly verified: number
  readonly linked: number
  readonly roles_json: string | null
}

/** Of accounts with one address so many are looked at. */
export const MOST_OF_ADDRESS = 10

/** The organization has written the externalId of each. */
export function toKept(scope: Scope, rows: readonly CandidateRow[]): Promise<Candidate[]> {
  return Promise.all(rows.map((row) => toCandidate(scope, row, true)))
}

/**
 * Whom a rule has found: hers is an address to the letter, and by more than her own or a provider's word. Those by whose
 * own word it is come last; if there are too many others, it is nobody's.
 */
export function toFound(
  scope: Scope,
  named: { readonly rule: Rule; readonly value: string },
  rows: readonly CandidateRow[],
): Promise<Candidate[]> {
  const last = rows[MOST_OF_ADDRESS]
  const isCrowd = last !== undefined && (last.verified === 1 || isKept(last))
  return Promise.all(rows.map((row) => toCandidate(scope, row, isCrowd || isHers(row, named))))
}

function isHers(
  { source, document, verified }: CandidateRow,
  { rule, value }: { readonly rule: Rule; readonly value: string },
): boolean {
  if (verified === 1) return true
  const user = JSON.parse(document) as UserDocument
  if (rule.attribute === 'userName') return isKept({ source }) && isSameAddress(String(user.userName), value)
  return isStated({ source, document: user }, value) && isSameAddress(primaryEmail(user) ?? '', value)
}

async function toCandidate(scope: Scope, row: CandidateRow, isTrusted: boolean): Promise<Candidate> {
  const [roles, everyones] = await Promise.all([toRoles(scope, row.roles_json), everyone(scope)])
  return {
    id: row.key ?? '',
    active: row.number === 1,
    isTrusted,
    isPrivileged: !covers(permissionsOf(everyones), permissionsOf(roles)),
    isLinked: row.linked === 1,
  }
}
