import type { z } from 'zod'
import { getConnection, type ConnectionRow } from '../../connections/queries.ts'
import { Problem } from '../../core/errors.ts'
import { demandPermission } from '../../directory/credentials/caller.ts'
import { type DecisionRow, getDecision, listDecisions } from '../../federation/decision/log/queries.ts'
import { explain } from '../../federation/decision/log/explain.ts'
import { dryRun, whoWouldCome } from '../../federation/dry-run.ts'
import { jsonBody, newRouter, queryOf } from '../../http.ts'
import type { Scope } from '../../platform.ts'
import { fromCursor, pageFrom } from '../cursor.ts'
import { type decisionAnswer, decisionQuery, dryRunInput } from './schemas.ts'

/** The log of what was decided of people who came from providers, and what would be. */
export const decisionApi = newRouter()
  .get('/api/v1/sign-in-decisions', queryOf(decisionQuery), async (c) => {
    const { limit, cursor, connection, user, decision } = c.req.valid('query')
    const after = cursor === undefined ? undefined : fromCursor(cursor)
    const filter = { connectionId: connection, userId: user, decision }
    const rows = await listDecisions(c.var.scope, filter, { after, limit: limit + 1 })
    return c.json(pageFrom(rows, limit, (row) => row.id, toDecision))
  })
  .get('/api/v1/sign-in-decisions/:id', async (c) => {
    return c.json(toDecision(await getDecision(c.var.scope, c.req.param('id'))))
  })
  .post('/api/v1/connections/:id/dry-run', jsonBody(dryRunInput), async (c) => {
    // It tells whose account an address is.
    demandPermission(c, Problem, 'scim:read')
    const connection = await getConnection(c.var.scope, c.req.param('id'))
    return c.json(await dryRun(c.var.scope, connection, await personOf(c.var.scope, connection, c.req.valid('json'))))
  })

function toDecision(row: DecisionRow): z.input<typeof decisionAnswer> {
  const { decision, reason, details } = row
  return {
    id: row.id,
    at: row.at.toISOString(),
    connection: row.connectionId,
    connectionName: row.connection,
    issuer: row.issuer,
    subject: row.subject,
    ...(row.display === null ? {} : { display: row.display }),
    ...(row.userId === null ? {} : { userId: row.userId }),
    decision: decision as z.input<typeof decisionAnswer>['decision'],
    reason,
    explanation: explain({ decision, reason, details }),
    details,
    ...(row.requestId === null ? {} : { requestId: row.requestId }),
  }
}

/** Who would come. Problem 400 where it does not say so, and the provider cannot be asked. */
async function personOf(scope: Scope, connection: ConnectionRow, said: z.output<typeof dryRunInput>) {
  const come = await whoWouldCome(scope, connection, said)
  if (come.ok) return come.person
  if (come.missing === 'subject') throw missing('subject', 'Give a subject, or the claim sub.')
  throw missing('issuer', 'Give an issuer: the provider’s cannot be found.')
}

function missing(field: string, message: string): Problem {
  return new Problem(400, 'The request body is not valid.', [{ field, message }])
}
