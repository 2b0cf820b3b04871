/** The statements that run with each request or delivery use an index for every table that they read. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { insertDeadLetterAlert } from '../../src/connections/alerts/commands.ts'
import { resumeStatements } from '../../src/connections/connectors/commands.ts'
import { runBatch } from '../../src/db/open.ts'
import { forgetFailures } from '../../src/directory/credentials/commands.ts'
import { findScimToken } from '../../src/directory/credentials/queries.ts'
import { recordPasskeyUse, removeFactor, useRecoveryCode } from '../../src/directory/factors/commands.ts'
import { findEnrolled, listFactors } from '../../src/directory/factors/queries.ts'
import { sessionsOf } from '../../src/directory/sessions/commands.ts'
import { listFrontChannels } from '../../src/directory/sessions/queries.ts'
import { findUserByName } from '../../src/directory/users/queries.ts'
import { useAssertion } from '../../src/oidc/assertions/commands.ts'
import { issueCode, redeemCode, revokeReplayed } from '../../src/oidc/commands.ts'
import { approveDevice, beginDevice, denyDevice, pollDevice, redeemDevice } from '../../src/oidc/device/commands.ts'
import { giveBackTry, takeTry } from '../../src/oidc/device/guesses/commands.ts'
import { findDeviceToDecide, findWaitingDevice } from '../../src/oidc/device/queries.ts'
import { beginAssertedGrant, keepGrantOfCode } from '../../src/oidc/exchange/commands.ts'
import { useProof } from '../../src/oidc/dpop/commands.ts'
import { keepOpaqueToken } from '../../src/oidc/opaque/commands.ts'
import { findOpaqueToken } from '../../src/oidc/opaque/queries.ts'
import { findGrant } from '../../src/oidc/queries.ts'
import { beginGrant, prolong, rotate } from '../../src/oidc/refresh/commands.ts'
import { findRefreshToken, isGivenAgain } from '../../src/oidc/refresh/queries.ts'
import { revokeFamily } from '../../src/oidc/revocation/commands.ts'
import { isRevoked } from '../../src/oidc/revocation/queries.ts'
import { claimDelivery } from '../../src/outbound/commands.ts'
import { listPendingNotices } from '../../src/outbound/notices/queries.ts'
import { findLedger, isAnothers } from '../../src/outbound/ledger/queries.ts'
import {
  membersDiffer,
  membersToAdd,
  membersToRemove,
  isLackingMembers,
  wantedMembers,
} from '../../src/outbound/members/queries.ts'
import { listDeliveries } from '../../src/outbound/log/queries.ts'
import { findNextDue, listDue } from '../../src/outbound/queries.ts'
import { pauseTarget } from '../../src/outbound/target/commands.ts'
import type { Scope } from '../../src/platform.ts'
import { endSessionOf, endSessionsOf } from '../../src/session/commands.ts'
import { takePartial } from '../../src/session/partial/commands.ts'
import { findPartial } from '../../src/session/partial/queries.ts'
import { findPendingRequest } from '../../src/session/pending/queries.ts'
import { findRunOut, findSession } from '../../src/session/queries.ts'
import { removeExpired } from '../../src/tenancy/commands.ts'
import { type Plans, plansOf } from '../support/plans.ts'
import { outboundWorld, PASSWORD, type World } from './world.ts'

let world: World
let scope: Scope
let plans: Plans
beforeAll(async () => {
  world = await outboundWorld()
  await world.connect()
  // The first run of an hour also tidies up, for which it goes through the tenants.
  await world.deliver()
  scope = await world.scope()
  plans = await plansOf(scope.db)
})
afterAll(() => world.target.down())

const request = {
  application: { id: 'app', name: 'app', clientId: 'c', redirectUris: [], clientMetadata: { firstParty: false } },
  parameters: { clientId: 'c', redirectUri: 'https://x', responseMode: 'query', scope: 'openid', prompt: [] },
} as never
const PLACE = { connectorId: 'connector', groupId: 'group' }
const LETTER = { ...PLACE, id: 'd', generation: 1, resourceType: 'User', resourceId: 'u', resourceName: 'kim' }
const client = { id: 'app', clientMetadata: {} }
const DECISION = { codeHash: 'hash', requestId: 'request' }
const ASSERTED = { applicationId: 'app', userId: 'u', scope: 'openid', resources: ['urn:x:y'], seconds: 60 }
const session = {
  userId: 'u',
  userName: 'u',
  displayName: null,
  method: 'pwd',
  methods: ['pwd'],
  amr: ['pwd'],
  secondFactorAt: null,
  enrolled: { totp: false, passkey: false },
  authenticatedAt: new Date(0),
  sid: 's',
}

describe('signing in and being let in', () => {
  test.each([
    ['a user by name', () => findUserByName(scope, 'kim')],
    ['a SCIM token', () => findScimToken(scope, 'token')],
    ['a session', () => findSession(scope, 'cookie')],
    ['a session that ran out', () => findRunOut(scope, 'cookie')],
    ['the applications that her browser tells of a sign-out', () => listFrontChannels(scope, sessionsOf('u'))],
    ['a right password', () => forgetFailures(scope, 'kim')],
    ['what somebody could do as a second step', () => findEnrolled(scope, 'u')],
    ['a half-done sign-in', () => findPartial(scope, 'id', 'browser')],
    ['a half-done sign-in that ends', () => takePartial(scope, { idHash: 'id', browserHash: 'browser' })],
    ['what it is for', () => findPendingRequest(scope, 'request', 'browser')],
    ['all factors of somebody', () => listFactors(scope, 'u')],
    ['a recovery code', () => useRecoveryCode(scope, 'u', 'code')],
    ['a passkey that was used', () => recordPasskeyUse(scope, 'key', 1)],
    ['factors that are reset', () => removeFactor(scope, 'u', 'all')],
    ['a code that is made', () => issueCode(scope, request, session)],
    ['a code that is redeemed', () => redeemCode(scope, 'hash', 'app', 3600)],
    ['the code behind a token', () => findGrant(scope, { tokenId: 'jti', grantId: undefined, clientId: 'c' })],
    ['the grant behind a token', () => findGrant(scope, { tokenId: 'jti', grantId: 'grant', clientId: 'c' })],
    ['a replayed code', () => revokeReplayed(scope, 'hash')],
    ['a grant that begins', () => beginGrant(scope, client, { tokenId: 'jti', scope: 'openid', boundTo: null })],
    ['a refresh token', () => findRefreshToken(scope, 'hash')],
    ['a refresh token that is used', () => rotate(scope, client, 'hash', 'successor')],
    ['a refresh token that stays', () => prolong(scope, client, 'hash')],
    ['a refresh token whose answer was lost', () => isGivenAgain(scope, 'hash', 'successor')],
    ['a device that asks for a code', () => beginDevice(scope, { applicationId: 'app', scope: '', resources: null })],
    ['a device that polls', () => pollDevice(scope, 'hash', 'app')],
    ['a device code that is used', () => redeemDevice(scope, client, 'hash', ['offline_access'], null)],
    ['a user code', () => findWaitingDevice(scope, 'BBBBBBBB')],
    ['a device that somebody decides on', () => findDeviceToDecide(scope, 'hash')],
    ['a yes', () => approveDevice(scope, DECISION, session, client, ['openid'])],
    ['a no', () => denyDevice(scope, DECISION)],
    ['a user code that is tried', () => takeTry(scope, { browserHash: 'hash' })],
    ['a user code that was right', () => giveBackTry(scope, { userId: 'u' })],
    ['an opaque token that is made', () => keepOpaqueToken(scope, 'app', { exp: 1 })],
    ['an opaque token', () => findOpaqueToken(scope, 'at.x')],
    ['a grant of a code', () => keepGrantOfCode(scope, { tokenId: 'jti', scope: '', expiresAt: 1 })],
    ['a grant of an assertion', () => beginAssertedGrant(scope, ASSERTED)],
    ['a DPoP proof', () => useProof(scope, 'jkt', 'jti', scope.now)],
    ['an assertion', () => useAssertion(scope, 'app', 'jti', scope.now)],
    ['a token that is revoked', () => revokeFamily(scope, 'app', 'hash')],
    ['whether it was', () => isRevoked(scope, 'jti')],
    ['what is over', () => removeExpired(scope.db, scope.tenantId, scope.now)],
    ['the end of sessions and grants', () => endSessionsOf(scope, 'u')],
    ['the end of a session', () => endSessionOf(scope, 'u', 's')],
  ])('%s', async (_what, run) => {
    await plans.demandIndexes(run)
  })
})

describe('delivering', () => {
  test.each([
    ['what is due', () => listDue(scope.db, scope.now, 50)],
    ['when the next one is due', () => findNextDue(scope.db)],
    ['a pause', () => runBatch(scope.db, pauseTarget(scope, LETTER as never, 'why'))],
    ['a dead letter', () => runBatch(scope.db, [insertDeadLetterAlert(scope, LETTER, 'why')])],
    ['the end of a pause', () => runBatch(scope.db, resumeStatements(scope, 'connector'))],
    ['alerts and logout tokens that are due', () => listPendingNotices(scope.db)],
    ['a claim', () => claimDelivery(scope, 'id')],
    ['the ledger', () => findLedger(scope, { connectorId: 'connector', resourceType: 'User', resourceId: 'id' })],
    ['the members of a group at a target', () => wantedMembers(scope, PLACE)],
    ['members that a group lacks there', () => membersToAdd(scope, PLACE, 100)],
    ['members whom a group should not have there', () => membersToRemove(scope, PLACE, 100)],
    ['whether there are any', () => membersDiffer(scope, PLACE)],
    ['members who are not there at all', () => isLackingMembers(scope, PLACE)],
    ['the log', () => listDeliveries(scope, {}, { limit: 20 })],
  ])('%s', async (_what, run) => {
    await plans.demandIndexes(run)
  })

  test('whose a name at the target is', async () => {
    const row = { connectorId: 'c', resourceType: 'User', resourceId: 'u' } as const
    await plans.demandIndexes(() => isAnothers(scope, row, { remoteId: 'r', externalId: 'e' }))
  })

  test.each([
    ['what is due', () => listDue(scope.db, scope.now, 50), 'next_attempt_at<?'],
    ['when the next one is due', () => findNextDue(scope.db), 'next_attempt_at>?'],
  ])(
    '%s is read connector by connector, in order of time: what one of them has costs the others nothing',
    async (_what, run, range) => {
      const [statement] = await plans.statementsOf(run)
      const plan = statement ? await plans.planOf(statement) : []
      // From each connector to the next, and of each what is due.
      expect(plan).toContainEqual(expect.stringMatching(/INDEX deliveries_\w+ \(tenant_id=\? AND connector_id>\?\)$/))
      expect(plan).toContainEqual(
        expect.stringContaining(`INDEX deliveries_turn (tenant_id=? AND connector_id=? AND ${range})`),
      )
    },
  )
})

test('a change with all that it marks, its push and what is recorded of it', async () => {
  const statements = await plans.demandIndexes(async () => {
    const kim = await world.createUser('kim', { password: PASSWORD, emails: [{ value: 'kim@example.com' }] })
    const cooks = await world.createGroup('Cooks', [kim])
    await world.deliver()
    await world.updateUser(kim, { displayName: 'Kim' })
    await world.updateGroup(cooks, { members: [] })
    await world.deliver()
    await world.removeGroup(cooks)
    await world.removeUser(kim)
    await world.deliver()
  })
  const tables = ['deliveries', 'provisioned_resources', 'pending_passwords', 'delivery_attempts', 'group_members']
  for (const table of tables) expect(statements.some(({ sql }) => sql.includes(table))).toBe(true)
  expect(world.target.writes).toHaveLength(6)
})

test('a change that a target has to take first, and one that it refuses', async () => {
  const first = await outboundWorld()
  onTestFinished(() => first.target.down())
  await first.connect({}, { blocking: true })
  first.target.saysPatch = true
  first.target.takes = new Set(['PUT', 'PATCH'])
  await first.deliver()
  const plansOfFirst = await plansOf((await first.scope()).db)
  const statements = await plansOfFirst.demandIndexes(async () => {
    const kim = await first.createUser('kim', { password: PASSWORD })
    const cooks = await first.createGroup('Cooks', [kim])
    await first.updateUser(kim, { displayName: 'Kim' })
    await first.updateGroup(cooks, { members: [] })
    await first.updateGroup(cooks, { members: [{ value: kim }] })
    first.target.misbehave({ kind: 'answer', status: 400 }, 'DELETE')
    await expect(first.removeGroup(cooks)).rejects.toThrow('SCIM-IDP, SCIM2')
    first.target.misbehave({ kind: 'drop' }, 'DELETE')
    await expect(first.removeUser(kim)).rejects.toThrow('SCIM-IDP, SCIM2')
  })
  expect(statements.some(({ sql }) => sql.includes('to be pushed first'))).toBe(true)
})
