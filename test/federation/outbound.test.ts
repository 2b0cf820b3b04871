/** What a sign-in at a provider changes goes out to the targets whose rules include people who arrive just in time. */
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { connectorInput } from '../../src/connections/connectors/settings.ts'
import { listConnectors } from '../../src/connections/queries.ts'
import { deliveries, provisioners } from '../../src/db/schema.ts'
import { type Arrivals, arrivalsWorld, BY_OID, JIT, whoIs } from './arrivals.ts'

let world: Arrivals
/** Who hears of everybody who arrives, who hears of nobody who does, and who hears of those of one application. */
let hearing: string
let deaf: string
let ofApplication: string
beforeAll(async () => {
  world = await arrivalsWorld()
  const { tenantId } = await world.scope()
  const target = async (name: string, applicationId: string, jit: boolean) => {
    const connector = connectorInput.parse({
      name,
      enabled: true,
      authentication: { mode: 'none' },
      userEndpoint: 'https://target.example/Users',
      groupEndpoint: 'https://target.example/Groups',
    })
    const to = await world.connect({ authenticator: undefined, outbound: { connectors: [connector] } })
    const [row] = await listConnectors(await world.scope(), to)
    const connectorId = row?.id ?? ''
    await world.db.insert(provisioners).values({ tenantId, applicationId, connectorId, blocking: false, jit })
    return connectorId
  }
  hearing = await target('hearing', '', true)
  deaf = await target('deaf', '', false)
  ofApplication = await target('of-application', 'application-1', true)
})
beforeEach(async () => void (await world.db.delete(deliveries)))

/** Which target hears of which resource. */
const heard = async () =>
  (await world.db.select().from(deliveries))
    .map((row) => [row.connectorId, row.resourceType, row.resourceName, row.operation])
    .toSorted()

test('a new person goes out, to the targets of the application that she came for', async () => {
  const corp = await world.connect()
  await world.arrive(corp, { sub: 'new', preferred_username: 'new' })
  expect(await heard()).toEqual([[hearing, 'User', 'new', 'create']])
  expect(world.world.wakes.length).toBeGreaterThan(0)
  await world.db.delete(deliveries)
  await world.arrive(corp, { sub: 'app', preferred_username: 'app' }, { applicationId: 'application-1' })
  expect(await heard()).toEqual([[ofApplication, 'User', 'app', 'create']])
})

test('who is changed goes out, and who is not does not', async () => {
  const corp = await world.connect()
  const claims = { sub: 'changing', preferred_username: 'changing', name: 'One' }
  await world.arrive(corp, claims)
  await world.db.delete(deliveries)
  await world.arrive(corp, claims)
  expect(await heard()).toEqual([])
  await world.arrive(corp, { ...claims, name: 'Two' })
  expect(await heard()).toEqual([[hearing, 'User', 'changing', 'update']])
})

test('an account that is linked goes out as it is changed by that', async () => {
  const entra = await world.connect(BY_OID)
  await world.kept({ userName: 'linked', externalId: 'oid-linked' })
  await world.db.delete(deliveries)
  await world.arrive(entra, { sub: 'l', oid: 'oid-linked', name: 'Linked' })
  // The target that is deaf to who arrives knows her already, and so hears of what becomes of her.
  const told = await heard()
  expect(told).toContainEqual([hearing, 'User', 'linked', 'update'])
  expect(told.every(([, , name]) => name === 'linked')).toBe(true)
})

test('a group that she comes into and goes out of goes out, too', async () => {
  const tenant = await world.tenant()
  const group = await (await tenant.scim('POST', '/Groups', { displayName: 'Guides' })).json()
  const grants = await world.connect({
    jit: { ...JIT, groups: { claim: 'groups', map: { guides: [group.id] }, sync: 'merge' } },
  })
  await world.db.delete(deliveries)
  const claims = { sub: 'guide', preferred_username: 'guide', groups: ['guides'] }
  await world.arrive(grants, claims)
  expect(await heard()).toEqual(
    [
      [hearing, 'Group', 'Guides', 'update'],
      [hearing, 'User', 'guide', 'create'],
    ].toSorted(),
  )
  await world.db.delete(deliveries)
  await world.arrive(grants, { ...claims, groups: [] })
  expect(await heard()).toContainEqual([hearing, 'Group', 'Guides', 'update'])
})

test('nothing goes out of what was refused, asked, or undone', async () => {
  const off = await world.connect({ jit: { ...JIT, enabled: false } })
  const asking = await world.connect({ jit: { ...JIT, scheme: 'consent' } })
  expect(whoIs(await world.arrive(off, { sub: 'x' }))).toBe('jit-off')
  expect(whoIs(await world.arrive(asking, { sub: 'x' }))).toBe('ask')
  await world.db.$client.execute(
    "create trigger refuse before insert on federated_identities begin select raise(abort, 'no'); end",
  )
  await expect(world.arrive(await world.connect(), { sub: 'x' })).rejects.toThrow('no')
  await world.db.$client.execute('drop trigger refuse')
  expect(await heard()).toEqual([])
  expect(deaf).not.toBe(hearing)
})
