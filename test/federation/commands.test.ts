import { expect, test } from 'vitest'
import { getConnection } from '../../src/connections/queries.ts'
import { provision } from '../../src/federation/commands.ts'
import { connect, federationWorld } from './world.ts'

const authenticator = {
  type: 'oidc' as const,
  clientId: 'c',
  clientSecret: 's',
  authorizationEndpoint: 'https://idp.example/authorize',
  tokenEndpoint: 'https://idp.example/token',
}
const kim = { issuer: 'https://idp.example', subject: '1', claims: { preferred_username: 'kim' } }

/** Provisions people who all arrive at the same moment: each is decided upon before any of them is written. */
async function arrive(people: readonly (typeof kim)[]) {
  const world = await federationWorld()
  const connection = await getConnection(world.scope(), await connect(world, { authenticator }))
  const outcomes = await Promise.all(people.map((person) => provision(world.scope(), connection, person)))
  const provisioned = outcomes.flatMap((outcome) =>
    outcome.ok && outcome.value.kind === 'user' ? [outcome.value] : [],
  )
  return { world, connection, provisioned, userIds: new Set(provisioned.map(({ userId }) => userId)) }
}

test('one person who arrives three times at one moment is one user', async () => {
  const { world, provisioned, userIds } = await arrive([kim, kim, kim])
  expect(provisioned.map(({ isNew }) => isNew).toSorted()).toEqual([false, false, true])
  expect(userIds.size).toBe(1)
  expect(await world.users()).toHaveLength(1)
})

test('one person who arrives twice at one moment, and is called otherwise the second time, is one user', async () => {
  const renamed = { ...kim, claims: { preferred_username: 'kimberly' } }
  const { world, provisioned, userIds } = await arrive([kim, renamed])
  expect(provisioned).toHaveLength(2)
  expect(userIds.size).toBe(1)
  expect(await world.users()).toHaveLength(1)
  expect(await world.identities()).toHaveLength(1)
})

test('two people of one name who arrive at one moment are two users', async () => {
  const { world, userIds } = await arrive([kim, { ...kim, subject: '2' }])
  expect(userIds.size).toBe(2)
  expect((await world.users()).map((user) => user.userName).toSorted()).toEqual(['kim', 'kim.idp-is2'])
})

test('a link leads nowhere in another tenant', async () => {
  const { world, connection, userIds } = await arrive([kim])
  const elsewhere = await provision(world.scope('acme'), connection, kim)
  expect(elsewhere).toMatchObject({ ok: true, value: { isNew: true } })
  expect(elsewhere.ok && elsewhere.value.kind === 'user' && userIds.has(elsewhere.value.userId)).toBe(false)
})
