/** People who arrive just in time where a blocking provisioner has a target take them first. */
import { expect, onTestFinished, test } from 'vitest'
import { connectorInput } from '../../src/connections/connectors/settings.ts'
import { listConnectors } from '../../src/connections/queries.ts'
import { deliveries, provisioners, signInDecisions } from '../../src/db/schema.ts'
import { fakeIdp } from '../support/fake-idp.ts'
import { fakeTarget, scimError } from '../support/fake-target.ts'
import { browserOf, connect, federationWorld, KIM } from './world.ts'

const REFUSAL = { kind: 'answer' as const, ...scimError(400, 'Nobody called kim.', 'invalidValue') }

async function begin({ jit = true } = {}) {
  const [idp, target, world] = [await fakeIdp(), await fakeTarget(), await federationWorld()]
  const deaf = await fakeTarget()
  onTestFinished(() => idp.close())
  onTestFinished(() => target.down())
  onTestFinished(() => deaf.down())
  idp.person = { ...KIM }
  const connection = await connect(world, idp)
  const connector = { name: 'SCIM2', enabled: true, authentication: { mode: 'none' }, ...target.endpoints }
  const other = { ...connector, name: 'Deaf', ...deaf.endpoints }
  const outbound = { connectors: [connectorInput.parse(connector), connectorInput.parse(other)] }
  const to = await connect(world, idp, { name: 'Target', authenticator: undefined, outbound })
  const { tenantId, db } = world.scope()
  for (const { id: connectorId, name } of await listConnectors(world.scope(), to)) {
    const row = { tenantId, applicationId: '', connectorId, blocking: true, jit: jit && name === 'SCIM2' }
    await db.insert(provisioners).values(row)
  }
  return {
    idp,
    target,
    deaf,
    world,
    connection,
    openDeliveries: async () => (await db.select().from(deliveries)).filter((one) => one.open),
  }
}

test('a first sign-in makes the account at the target and here, and then signs in', async () => {
  const { target, deaf, world, connection, openDeliveries } = await begin()
  expect((await browserOf(world).signIn(connection)).status).toBe(303)
  // The other provisioner does not hear of who arrives just in time.
  expect(deaf.requests).toEqual([])
  expect(target.named('kim')).toMatchObject([{ externalId: (await world.users())[0]?.id }])
  expect(await openDeliveries()).toEqual([])
})

test('a first sign-in that the target refuses ends with a page, and leaves nobody half made', async () => {
  const { target, world, connection, openDeliveries } = await begin()
  target.misbehave(REFUSAL, 'POST')
  const browser = browserOf(world)
  const page = await browser.signIn(connection)
  expect(page.status).toBe(502)
  const text = await page.text()
  expect(text).toContain('Your account could not be set up in another system')
  expect(text).not.toContain('Nobody called kim.')
  expect(world.logs).toContainEqual(
    expect.objectContaining({ failure: 'target-refused', reason: expect.stringContaining('Nobody called kim.') }),
  )
  expect([await world.users(), await world.identities(), await world.sessions()]).toEqual([[], [], []])
  expect(browser.hasSession()).toBe(false)
  expect(await world.platform.db.select().from(signInDecisions)).toMatchObject([
    { decision: 'failed', reason: 'target-refused', details: { decided: 'create' } },
  ])
  expect(target.writes).toEqual(['POST Users'])
  expect(await openDeliveries()).toEqual([])
  target.misbehave()
  expect((await browserOf(world).signIn(connection)).status).toBe(303)
})

test('a later sign-in that would change her is refused as a whole while the target refuses', async () => {
  const { idp, target, world, connection } = await begin()
  await browserOf(world).signIn(connection)
  idp.person = { ...KIM, name: 'Kim Cherry' }
  target.misbehave(REFUSAL, 'PUT')
  expect((await browserOf(world).signIn(connection)).status).toBe(502)
  expect((await world.users())[0]?.displayName).toBe('Kim Berry')
  expect(target.only('kim').displayName).toBe('Kim Berry')
})

test('a provisioner that does not hear of people who arrive just in time does not hold them up', async () => {
  const { target, world, connection } = await begin({ jit: false })
  target.misbehave(REFUSAL)
  expect((await browserOf(world).signIn(connection)).status).toBe(303)
  expect(target.requests).toEqual([])
})
