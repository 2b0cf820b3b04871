/** Servers of others, and another postern, as targets: what they have is what is wanted, whatever is done here. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Postern, startPostern } from '../support/processes.ts'
import { SCIMMY_TOKEN, type ScimmyTarget, startScimmy } from '../support/scimmy-target.ts'
import { outboundWorld, PASSWORD, type World } from './world.ts'

type Found = Record<string, unknown> & { id: string }
/** A target, how it is entered, and whom it has of its own. */
type Place = { readonly url: string; readonly authentication: object; readonly authorization: string }

let scimmy: ScimmyTarget
let postern: Postern
beforeAll(async () => {
  scimmy = await startScimmy()
  postern = await startPostern({ env: { TLS: 'off' } })
})
afterAll(async () => void (await Promise.all([scimmy?.close(), postern?.stop()])))

const PLACES = {
  SCIMMY: (): Place => ({
    url: scimmy.url,
    authentication: { mode: 'bearer', token: SCIMMY_TOKEN },
    authorization: `Bearer ${SCIMMY_TOKEN}`,
  }),
  'another postern': (): Place => ({
    url: `http://127.0.0.1:${postern.port}/scim2`,
    authentication: { mode: 'basic', username: 'admin', password: 'Adm1n-pass' },
    authorization: `Basic ${btoa('admin:Adm1n-pass')}`,
  }),
}

async function list({ url, authorization }: Place, type: 'Users' | 'Groups'): Promise<Found[]> {
  const answer = await fetch(`${url}/${type}?count=100`, { headers: { authorization } })
  return ((await answer.json()) as { Resources: Found[] }).Resources.filter(({ userName }) => userName !== 'admin')
}

/** What a target has, by the names; members by theirs. */
async function remote(place: Place) {
  const [users, groups] = [await list(place, 'Users'), await list(place, 'Groups')]
  const names = new Map([...users, ...groups].map((one) => [one.id, String(one.userName ?? one.displayName)]))
  const membersOf = ({ members = [] }: Found) =>
    (members as { value: string }[]).map(({ value }) => names.get(value) ?? 'a stranger').sort()
  return {
    users: Object.fromEntries(
      users.map(({ userName, externalId, active, title = '' }) => [userName, [externalId, active, title]]),
    ),
    groups: Object.fromEntries(groups.map((one) => [one.displayName, membersOf(one)])),
  }
}

const members = (...ids: string[]) => ({ members: ids.map((value) => ({ value })) })

/** A name that is not free yet is asked for again. */
async function deliverAll(world: World): Promise<void> {
  for (let tries = 0; tries < 5 && (await world.deliver()) !== undefined; tries++) world.advance(60_000)
  const open = (await world.deliveries()).filter(({ state }) => state !== 'delivered')
  expect(open).toEqual([])
}

describe.each(['SCIMMY', 'another postern'] as const)('%s', (name) => {
  test.each(['patch', 'put'] as const)(
    'has who was created, changed, renamed, left and removed, told by %s',
    async (updateMethod) => {
      const [world, place] = [await outboundWorld(), PLACES[name]()]
      await world.connect({
        userEndpoint: `${place.url}/Users`,
        groupEndpoint: `${place.url}/Groups`,
        authentication: place.authentication,
        passwordProvisioning: true,
        updateMethod,
      })

      const create = (userName: string) => world.createUser(userName, { title: 'Guide', password: PASSWORD })
      const [ann, bob, cid] = [await create('ann'), await create('bob'), await create('cid')]
      const guides = await world.createGroup('Guides', [ann, bob])
      await deliverAll(world)
      expect(await remote(place)).toEqual({
        users: { ann: [ann, true, 'Guide'], bob: [bob, true, 'Guide'], cid: [cid, true, 'Guide'] },
        groups: { Guides: ['ann', 'bob'] },
      })

      await world.updateUser(ann, { title: 'Leader', name: { givenName: 'Ann', familyName: 'Berry' } })
      await world.updateUser(bob, { userName: 'robert' })
      await world.updateUser(cid, { active: false })
      await world.updateGroup(guides, { displayName: 'Leaders', ...members(bob, cid) })
      const cooks = await world.createGroup('Cooks', [ann, guides])
      await deliverAll(world)
      expect(await remote(place)).toEqual({
        users: { ann: [ann, true, 'Leader'], robert: [bob, true, 'Guide'], cid: [cid, false, 'Guide'] },
        groups: { Leaders: ['cid', 'robert'], Cooks: ['Leaders', 'ann'] },
      })

      await world.removeUser(bob)
      // His name is another's from now on.
      const bobby = await world.createUser('robert')
      await world.updateGroup(cooks, members(ann, bobby))
      await deliverAll(world)
      expect(await remote(place)).toEqual({
        users: { ann: [ann, true, 'Leader'], cid: [cid, false, 'Guide'], robert: [bobby, true, ''] },
        groups: { Leaders: ['cid'], Cooks: ['ann', 'robert'] },
      })

      for (const id of [ann, cid, bobby]) await world.removeUser(id)
      for (const id of [guides, cooks]) await world.removeGroup(id)
      await deliverAll(world)
      expect(await remote(place)).toEqual({ users: {}, groups: {} })
    },
  )
})
