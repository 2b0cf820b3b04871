/** What is known here of a person who arrives, as decide.ts wants it. */
import type { ConnectionRow } from '../../connections/queries.ts'
import { DEFAULT_PASSWORD_POLICY } from '../../directory/passwords/policy.ts'
import { findPasswordPolicy } from '../../directory/passwords/queries.ts'
import { userTypeOf } from '../../directory/attributes/queries.ts'
import type { Scope } from '../../platform.ts'
import { userOf } from '../claims.ts'
import type { Answers, Situation } from '../decide.ts'
import { findIdentity, findTakenNames, isBuried } from '../queries.ts'
import type { VouchedFor } from '../upstream/person.ts'
import { wantedUserName } from '../user-name.ts'

export async function findSituation(
  scope: Scope,
  connection: ConnectionRow,
  { issuer, subject, claims }: VouchedFor,
  arriving: { readonly answers?: Answers | undefined; readonly provedUserId?: string | undefined } = {},
): Promise<Situation> {
  const { answers, provedUserId } = arriving
  const found = await findIdentity(scope, { connectionId: connection.id, issuer, subject })
  const known = {
    connection,
    claims,
    ...found,
    type: await userTypeOf(scope),
    describe: (userName: string) => userOf(claims, userName),
    policy: answers?.password === undefined ? DEFAULT_PASSWORD_POLICY : await findPasswordPolicy(scope),
    answers,
    provedUserId,
  }
  if (found.user) return { ...known, isDeleted: false, nameTaken: () => false }
  const userName = wantedUserName(claims, connection)
  const isDeleted = found.identity !== undefined || (await isBuried(scope, { subject, userName }))
  const nameTaken = await findTakenNames(scope, userName, connection.name, answers?.userName)
  return { ...known, isDeleted, nameTaken }
}
