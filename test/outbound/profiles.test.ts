/** Each profile against a target that refuses what its maker's documentation says. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PROFILES } from '../../src/connections/connectors/profiles.ts'
import { connectorInput } from '../../src/connections/connectors/settings.ts'
import { asAws, asEntraMade, asGitHub, asGoogle, asSlack } from '../support/target-kinds.ts'
import type { Resource } from '../../src/scim/schema.ts'
import { outboundWorld, PASSWORD, type World } from './world.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const FULL: Partial<Resource> = {
  name: { givenName: 'Kim', familyName: 'Berry' },
  emails: [
    { value: 'kim@home.example', type: 'home', display: 'Home' },
    { value: 'kim@work.example', type: 'work', primary: true },
  ],
  phoneNumbers: [{ value: '+49 30 1', type: 'work' }],
  photos: [{ value: 'https://x.example/kim.png', type: 'photo' }],
  [ENTERPRISE]: { department: 'Kitchen' },
}

let world: World
beforeEach(async () => {
  world = await outboundWorld()
})
afterEach(() => world.target.down())

/** Delivers until nothing is due, and demands that all of it has arrived. */
async function settle() {
  for (let runs = 0; runs < 12; runs++) await world.deliver()
  expect((await world.deliveries()).filter(({ state }) => state !== 'delivered')).toEqual([])
}

/** A user who changes in many ways, and a group whose members come and go. */
async function liveThrough() {
  const kim = await world.createUser('kim', { ...FULL, password: PASSWORD })
  const others = await Promise.all(['al', 'bo'].map((name) => world.createUser(name, { name: FULL.name })))
  const cooks = await world.createGroup('Cooks', [kim, ...others])
  await settle()
  await world.updateUser(kim, {
    title: 'Chef',
    name: { givenName: 'Kimberly', familyName: 'Berry' },
    emails: [{ value: 'new@work.example', type: 'work', primary: true }],
    phoneNumbers: undefined,
    [ENTERPRISE]: { department: 'Bar', costCenter: '7' },
  })
  await world.updateGroup(cooks, { displayName: 'Chefs', members: others.slice(0, 1).map((value) => ({ value })) })
  await settle()
  return { kim, others, cooks }
}

const KINDS = [
  ['aws', asAws],
  ['google-cloud-identity', asGoogle],
  ['entra', asEntraMade],
  ['github', asGitHub],
] as const

test.each(KINDS)(
  '%s: users and groups come, change and go, and nothing that it refuses is sent',
  async (profile, as) => {
    as(world.target)
    await world.connect({ profile })
    const { kim, others, cooks } = await liveThrough()
    const there = world.target.only('kim')
    expect(there).toMatchObject({ externalId: kim, title: 'Chef', name: { givenName: 'Kimberly' } })
    expect(there.emails).toMatchObject([{ value: 'new@work.example', type: 'work', primary: true }])
    const al = world.target.only('al').id
    expect(world.target.only('chefs').members).toMatchObject([{ value: al }])
    await world.removeGroup(cooks)
    for (const id of [kim, ...others]) await world.removeUser(id)
    await settle()
    expect([world.target.users.size, world.target.groups.size]).toEqual([0, 0])
    const refused = (await world.deliveries()).filter(({ attempts }) => attempts > 1)
    expect(refused).toEqual([])
  },
)

test.each(['aws', 'google-cloud-identity', 'entra'] as const)(
  '%s: a standard connector is refused something there',
  async (profile) => {
    const [, as] = KINDS.find(([name]) => name === profile) ?? []
    as?.(world.target)
    await world.connect()
    await world.createGroup('Cooks', [await world.createUser('kim', { ...FULL, password: PASSWORD })])
    await world.deliver()
    await world.deliver()
    const answers = world.target.requests.length
    expect(answers).toBeGreaterThan(0)
    const states = (await world.deliveries()).map(({ state }) => state)
    if (profile === 'google-cloud-identity') expect(states).not.toContain('dead')
    else expect(states.some((state) => state !== 'delivered')).toBe(true)
  },
)

describe('AWS', () => {
  test('gets 100 members a request, also of a group that is there already', async () => {
    asAws(world.target)
    await world.connect({ profile: 'aws' })
    world.target.groups.set('g', { id: 'g', displayName: 'Cooks', members: [] })
    const ids = await Promise.all(Array.from({ length: 230 }, (_, i) => world.createUser(`u${i}`, { name: FULL.name })))
    await world.createGroup('Cooks', ids)
    await settle()
    expect(world.target.groups.get('g')?.members).toHaveLength(230)
    expect(world.target.patches.every((one) => one.length <= 100)).toBe(true)
  })

  test('is sent a displayName of whoever has none', async () => {
    asAws(world.target)
    await world.connect({ profile: 'aws' })
    await world.createUser('kim', { name: FULL.name })
    await settle()
    expect(world.target.only('kim').displayName).toBe('Kim Berry')
  })
})

describe('Google Cloud Identity', () => {
  test('is never tried by PUT, not even where it is not known what arrived', async () => {
    asGoogle(world.target)
    await world.connect({ profile: 'google-cloud-identity' })
    const kim = await world.createUser('kim', FULL)
    await settle()
    world.target.misbehave({ kind: 'answer', status: 503 }, 'PATCH')
    await world.updateUser(kim, { title: 'Chef', photos: undefined })
    await world.deliver()
    world.target.misbehave()
    world.advance(3_600_000)
    await settle()
    expect(world.target.only('kim').title).toBe('Chef')
    expect(world.target.only('kim').photos).toBeUndefined()
    expect(world.target.requests.map(({ method }) => method)).not.toContain('PUT')
  })
})

describe('Slack', () => {
  test('asks for a wait, and everybody arrives once, however often it does', async () => {
    asSlack(world.target, () => world.platform.now(), { burst: 5, seconds: 30 })
    await world.connect({ profile: 'slack' })
    for (let i = 0; i < 17; i++) await world.createUser(`u${i}`)
    for (let runs = 0; runs < 12; runs++) {
      await world.deliver()
      world.advance(31_000)
    }
    expect(world.target.users.size).toBe(17)
    expect((await world.deliveries()).every(({ state }) => state === 'delivered')).toBe(true)
    expect(world.target.writes.filter((write) => write === 'POST Users').length).toBeLessThan(17 + 8 * 16)
  })

  test('deletes nobody: who goes is deactivated, and no DELETE is sent', async () => {
    asSlack(world.target, () => world.platform.now(), { burst: 100, seconds: 30 })
    await world.connect({ profile: 'slack' })
    await world.removeUser(await world.createUser('kim').then(async (id) => (await settle(), id)))
    await settle()
    expect(world.target.only('kim').active).toBe(false)
    expect(world.target.writes).toEqual(['POST Users', 'PATCH Users'])
  })
})

test('another postern gets PATCH without being asked what it can do', async () => {
  world.target.takes = new Set(['PATCH', 'PUT'])
  await world.connect({ profile: 'postern' })
  await liveThrough()
  expect(world.target.requests.some(({ path }) => path.endsWith('/ServiceProviderConfig'))).toBe(false)
  expect(world.target.writes).toContain('PATCH Users')
})

describe('the setting', () => {
  const INPUT = { name: 'SCIM2', authentication: { mode: 'none' }, userEndpoint: 'https://t.example/Users' }

  test('is one of those that there are', () => {
    expect(connectorInput.safeParse({ ...INPUT, profile: 'okta' }).error?.issues[0]?.path).toEqual(['profile'])
    for (const profile of Object.keys(PROFILES)) {
      expect(connectorInput.safeParse({ ...INPUT, profile }).success).toBe(true)
    }
  })

  test('does not go with PUT where the target takes none', () => {
    const wrong = connectorInput.safeParse({ ...INPUT, profile: 'google-cloud-identity', updateMethod: 'put' })
    expect(wrong.error?.issues).toMatchObject([{ path: ['updateMethod'], message: 'This target takes no PUT.' }])
    expect(connectorInput.safeParse({ ...INPUT, profile: 'slack', updateMethod: 'put' }).success).toBe(true)
  })
})
