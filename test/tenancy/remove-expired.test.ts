import { expect, test } from 'vitest'
import {
  authorizationCodes,
  authorizationRequests,
  deliveries,
  deliveryAttempts,
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
  const delivery = {
    tenantId,
    connectorId: 'c',
    resourceType: 'User',
    resourceName: 'kim',
    operation: 'create',
    generation: 1,
    withPassword: false,
    attempts: 1,
    created: ago(90 * DAY_MS),
  } as const
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
      db.insert(deliveries).values({
        ...delivery,
        id: name,
        resourceId: name,
        state: 'delivered',
        open: false,
        lastModified: ago(30 * DAY_MS + offset),
      }),
      db
        .insert(deliveryAttempts)
        .values({ tenantId, id: name, deliveryId: name, attempt: 1, at: NOW, method: 'POST', url: 'u', durationMs: 1 }),
    ])
  }
  await db.insert(deliveries).values({
    ...delivery,
    id: 'waits',
    resourceId: 'waits',
    state: 'retrying',
    open: true,
    lastModified: ago(90 * DAY_MS),
  })
}

test('what is over goes, what is alive stays, and what waits to be delivered stays however old it is', async () => {
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
    attempts: (await db.select().from(deliveryAttempts)).map((row) => `${row.tenantId} ${row.id}`),
  }
  for (const rows of Object.values(left)) {
    expect(rows.toSorted()).toEqual(['mine alive', 'theirs alive', 'theirs over'])
  }
  const deliveriesLeft = (await db.select().from(deliveries)).map((row) => `${row.tenantId} ${row.id}`)
  expect(deliveriesLeft.toSorted()).toEqual(['mine alive', 'mine waits', 'theirs alive', 'theirs over', 'theirs waits'])
})
