/** What is known here of a person who arrives, as decide.ts wants it: one query for the link, and one for all else. */
import type { ConnectionRow } from '../../../connections/queries.ts'
import { userTypeOf } from '../../../directory/attributes/queries.ts'
import { DEFAULT_PASSWORD_POLICY } from '../../../directory/passwords/policy.ts'
import { findPasswordPolicy } from '../../../directory/passwords/queries.ts'
import { domainOfAddress } from '../../../directory/verified/address.ts'
import type { Scope } from '../../../platform.ts'
import { claimText } from '../../claims/claim-text.ts'
import { userOf } from '../../claims/sync.ts'
import type { Others, Situation } from '../decide.ts'
import { namedByRules, verifiedEmail } from '../linking.ts'
import { findIdentity } from '../../queries.ts'
import type { VouchedFor } from '../../upstream/person.ts'
import { secondUserName, wantedUserName } from '../user-name.ts'
import { findOthers } from './queries.ts'

export async function findSituation(
  scope: Scope,
  connection: ConnectionRow,
  person: VouchedFor,
  arriving: Pick<Situation, 'answers' | 'provedUserId' | 'isDeclined'> = {},
): Promise<Situation> {
  const { issuer, subject, claims } = person
  const { answers, provedUserId, isDeclined } = arriving
  const address = verifiedEmail(claims)
  const domain = domainOfAddress(address ?? '')
  const { isOwnDomain, ...found } = await findIdentity(scope, { connectionId: connection.id, issuer, subject }, domain)
  const type = await userTypeOf(scope)
  return {
    connection,
    claims,
    ...found,
    others: found.identity
      ? { ...NOBODY, isOwnDomain }
      : await othersOf(scope, connection, person, { address, domain, chosen: answers?.userName }),
    type,
    describe: (userName) => userOf(connection.jit, claims, userName, type),
    policy: answers?.password === undefined ? DEFAULT_PASSWORD_POLICY : await findPasswordPolicy(scope),
    answers,
    provedUserId,
    isDeclined,
  }
}

const NOBODY: Others = {
  byExternalId: [],
  byRule: [],
  deletedBy: [],
  deactivatedBy: [],
  names: { wanted: false, second: false, highest: 0, chosen: false },
  isOwnDomain: false,
}

function othersOf(
  scope: Scope,
  connection: ConnectionRow,
  { issuer, subject, claims }: VouchedFor,
  known: {
    readonly address: string | undefined
    readonly domain: string | undefined
    readonly chosen: string | undefined
  },
): Promise<Others> {
  const { enabled, linking: { rules = [], externalIdClaim } = {} } = connection.jit
  const wanted = wantedUserName(claims, connection)
  return findOthers(scope, {
    connection,
    issuer,
    subject,
    externalId: externalIdClaim === undefined ? undefined : claimText(claims, externalIdClaim),
    // Whether the domain is the connection's, the query tells.
    named: enabled ? namedByRules(rules, claims, true) : [],
    address: known.address,
    domain: known.domain,
    names: { wanted, second: secondUserName(wanted, connection.name), chosen: known.chosen ?? wanted },
  })
}
