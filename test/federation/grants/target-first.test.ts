/** Where a target takes people first, and they are chosen by groups or roles that their provider grants them. */
import { expect, onTestFinished, test } from 'vitest'
import { connectorInput } from '../../../src/connections/connectors/settings.ts'
import { jitInput } from '../../../src/connections/jit/settings.ts'
import { listConnectors } from '../../../src/connections/queries.ts'
import { deliveries, provisioners } from '../../../src/db/schema.ts'
import { createGroup } from '../../../src/directory/groups/creation/commands.ts'
import { createRole } from '../../../src/directory/roles/creation/commands.ts'
import { fakeIdp } from '../../support/fake-idp.ts'
import { fakeTarget, scimError } from '../../support/fake-target.ts'
import { browserOf, connect, federationWorld, KIM } from '../world.ts'

async function begin() {
  const [idp, target, world] = [await fakeIdp(), await fakeTarget(), await federationWorld()]
  onTestFinished(() => idp.close())
  onTestFinished(() => target.down())
  const scope = world.scope()
  const group = await createGroup(
    scope,
    { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'cooks' },
    { source: 'scim' },
  )
  const role = await createRole(
    scope,
    { schemas: ['urn:ietf:params:scim:schemas:extension:2.0:Role'], displayName: 'cook' },
    { source: 'scim' },
  )
  const jit = jitInput.parse({
    enabled: true,
    groups: { claim: 'groups', map: { c: [group.id] } },
    roles: { claim: 'roles', map: { c: [role.id] } },
  })
  return { idp, target, world, group, role, connection: await connect(world, idp, { jit }) }
}

test.each(['groups', 'roles'] as const)('%s: who comes into one goes out behind the sign-in', async (kind) => {
  const { idp, target, world, group, role, connection } = await begin()
  const settings = { name: 'SCIM2', enabled: true, authentication: { mode: 'none' }, ...target.endpoints }
  const chosen = kind === 'groups' ? { groups: [group.id] } : { roles: [role.id] }
  const outbound = { connectors: [connectorInput.parse(settings)], ...chosen }
  const to = await connect(world, idp, { name: 'Target', authenticator: undefined, outbound })
  const { tenantId, db } = world.scope()
  const [connector] = await listConnectors(world.scope(), to)
  await db
    .insert(provisioners)
    .values({ tenantId, applicationId: '', connectorId: connector?.id ?? '', blocking: true, jit: true })
  const waiting = async () =>
    (await db.select().from(deliveries)).filter((one) => one.open).map((one) => `${one.operation} ${one.resourceName}`)
  await db.delete(deliveries)

  target.misbehave({ kind: 'answer', ...scimError(400, 'Nobody called kim.', 'invalidValue') })
  idp.person = { ...KIM, [kind]: [] }
  expect((await browserOf(world).signIn(connection)).status).toBe(303)
  expect(await waiting()).toEqual([])
  idp.person = { ...KIM, [kind]: ['c'] }
  expect((await browserOf(world).signIn(connection)).status).toBe(303)
  expect(await waiting()).toContain('update kim')
  idp.person = { ...KIM, sub: 'zoe', preferred_username: 'zoe', [kind]: ['c'] }
  expect((await browserOf(world).signIn(connection)).status).toBe(303)
  expect(await waiting()).toContain('create zoe')
  expect(target.requests).toEqual([])
})
