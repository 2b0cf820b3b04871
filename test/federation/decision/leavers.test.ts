/** Whom SCIM has deactivated or deleted gets no second account by coming under another name. */
import { beforeAll, describe, expect, test } from 'vitest'
import { plansOf } from '../../support/plans.ts'
import { type Arrivals, arrivalsWorld, whoIs } from '../arrivals.ts'

let world: Arrivals
let connection: string
beforeAll(async () => {
  world = await arrivalsWorld()
  connection = await world.connect()
})

let people = 0
/** The address is her user name, or one that she has beside another name. */
async function leaver(as: 'userName' | 'emails') {
  const address = `leaver${++people}@corp.example`
  const user =
    as === 'userName'
      ? { userName: address }
      : { userName: `E${people}`, emails: [{ value: 'desk@corp.example', primary: true }, { value: address }] }
  return { id: await world.kept(user), address, claims: claims(address) }
}
/** Her provider calls her by another name than SCIM does. */
const claims = (email: string) => ({
  sub: `sub-${people}`,
  preferred_username: `known-as-${people}`,
  email,
  email_verified: true as boolean | undefined,
})

async function deactivate(id: string) {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const Operations = [{ op: 'replace', path: 'active', value: false }]
  expect((await (await world.tenant()).scim('PATCH', `/Users/${id}`, { schemas, Operations })).status).toBe(200)
}

describe('who comes with the verified address', () => {
  test.each(['userName', 'emails'] as const)('of somebody whom SCIM has deactivated is refused (%s)', async (as) => {
    const { id, address, claims } = await leaver(as)
    await deactivate(id)
    expect(whoIs(await world.arrive(connection, claims))).toBe('deactivated')
    expect(whoIs(await world.arrive(connection, { ...claims, email: address.toUpperCase() }))).toBe('deactivated')
  })

  test('that was the user name of somebody who was deleted is refused', async () => {
    const { id, claims } = await leaver('userName')
    await (await world.tenant()).scim('DELETE', `/Users/${id}`)
    expect(whoIs(await world.arrive(connection, claims))).toBe('deleted')
    const last = (await world.decisions()).at(-1)
    expect(last).toMatchObject({ decision: 'refuse', reason: 'deleted', details: { by: 'address' } })
  })

  test('of somebody who is active gets an account of her own: nobody is linked', async () => {
    const { id, claims } = await leaver('emails')
    const made = whoIs(await world.arrive(connection, claims))
    expect([made === id, (await world.users()).some((user) => user.id === made)]).toEqual([false, true])
  })
})

test.each([false, undefined])('an address that the provider has not verified (%s) refuses nobody', async (verified) => {
  const { id, claims } = await leaver('emails')
  await deactivate(id)
  const made = whoIs(await world.arrive(connection, { ...claims, email_verified: verified }))
  expect((await world.users()).find((user) => user.id === made)?.userName).toBe(claims.preferred_username)
})

test('who has signed up by herself and was deactivated is nobody that SCIM has taken away', async () => {
  const address = `self${++people}@corp.example`
  const id = await world.selfMade(`self${people}`, address)
  await deactivate(id)
  expect(whoIs(await world.arrive(connection, claims(address)))).not.toBe('deactivated')
})

test('leavers are found by indexes alone', async () => {
  const { id, claims } = await leaver('emails')
  await deactivate(id)
  const plans = await plansOf(world.db)
  await plans.demandIndexes(() => world.arrive(connection, claims))
})
