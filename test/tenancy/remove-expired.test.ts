import { expect, test } from 'vitest'
import {
  authorizationCodes,
  authorizationRequests,
  federationStates,
  sessions,
  signInFailures,
} from '../../src/db/schema.ts'
import { removeExpired } from '../../src/tenancy/commands.ts'
import { testWorld } from '../support/app.ts'

const NOW = new Date('2026-01-31T08:00:00Z')
const DAY_MS = 86_400_000
const ago = (ms: number) => new Date(NOW.getTime() - ms)

/** One row that is over and one that is not, in each table that fills up by itself. */
async function fill(db: Awaited<ReturnType<typeof testWorld>>['platform']['db'], tenantId: string) {
  const parameters = { clientId: 'c', redirectUri: 'r', responseMode: 'query', scope: '', prompt: [] } as const
  for (const [name, offset] of [
    ['over', 1],
    ['alive', -1],
  ] as const) {
    const expiresAt = ago(offset)
    await db.batch([
      db
        .insert(sessions)
        .values({ tenantId, idHash: name, userId: 'u', method: 'pwd', authenticatedAt: NOW, expiresAt }),
      db.insert(authorizationRequests).values({
        tenantId,
        id: name,
        applicationId: 'a',
        parameters: { ...parameters, prompt: [] },
        browserHash: 'b',
        created: NOW,
        expiresAt,
      }),
      db.insert(authorizationCodes).values({
        tenantId,
        codeHash: name,
        applicationId: 'a',
        userId: 'u',
        redirectUri: 'r',
        scope: '',
        authenticatedAt: NOW,
        tokenId: name,
        expiresAt: ago(DAY_MS),
        forgetAt: expiresAt,
      }),
      db.insert(federationStates).values({
        tenantId,
        stateHash: name,
        connectionId: 'c',
        sealed: 's',
        returnTo: '/',
        browserHash: 'b',
        expiresAt,
      }),
      db.insert(signInFailures).values({ tenantId, userNameKey: name, failures: 9, lastFailure: ago(DAY_MS + offset) }),
    ])
  }
}

test('what is over goes, and what is alive stays', async () => {
  const { platform } = await testWorld()
  const { db } = platform
  await fill(db, 'mine')
  await fill(db, 'theirs')
  await removeExpired(db, 'mine', NOW)
  const left = {
    sessions: (await db.select().from(sessions)).map((row) => `${row.tenantId} ${row.idHash}`),
    requests: (await db.select().from(authorizationRequests)).map((row) => `${row.tenantId} ${row.id}`),
    codes: (await db.select().from(authorizationCodes)).map((row) => `${row.tenantId} ${row.codeHash}`),
    states: (await db.select().from(federationStates)).map((row) => `${row.tenantId} ${row.stateHash}`),
    failures: (await db.select().from(signInFailures)).map((row) => `${row.tenantId} ${row.userNameKey}`),
  }
  for (const rows of Object.values(left)) {
    expect(rows.toSorted()).toEqual(['mine alive', 'theirs alive', 'theirs over'])
  }
})
