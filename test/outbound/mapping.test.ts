/** A connector that maps attributes: what goes out, what is remembered, and by what a user is found again. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mapAttributes } from '../../src/connections/connectors/commands.ts'
import { getConnection, getConnector } from '../../src/connections/queries.ts'
import { mappingInput } from '../../src/connections/mapping.ts'
import { previewUser } from '../../src/outbound/preview.ts'
import { outboundWorld, type World } from './world.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const BY_NAME = {
  rules: [
    {
      target: 'userName',
      transforms: [{ type: 'template', template: '{name.givenName}.{name.familyName}' }, { type: 'lowerCase' }],
    },
  ],
}
const NAMED = { name: { givenName: 'Kim', familyName: 'Berry' } }

let world: World
beforeEach(async () => {
  world = await outboundWorld()
})
afterEach(() => world.target.down())

async function map(at: { connection: string; connector: string }, mapping: unknown) {
  await mapAttributes(await world.scope(), at.connection, at.connector, mappingInput.parse(mapping))
}

test('what is mapped goes out, and what is not changed by it goes out once', async () => {
  await world.connect({ mapping: BY_NAME })
  const kim = await world.createUser('kim', { ...NAMED, title: 'Cook' })
  await world.deliver()
  expect(world.target.only('kim.berry')).toMatchObject({ externalId: kim, title: 'Cook' })
  await world.updateUser(kim, {})
  await world.deliver()
  expect(world.target.writes).toEqual(['POST Users'])
})

test('with nothing as its base only userName, active and externalId go out beside what the rules say', async () => {
  const rules = [{ target: 'displayName', source: 'name.givenName' }]
  await world.connect({ mapping: { base: 'none', rules } })
  const kim = await world.createUser('kim', { ...NAMED, title: 'Cook' })
  await world.deliver()
  const { id: _id, schemas, ...sent } = world.target.only('kim')
  expect(sent).toEqual({ userName: 'kim', active: true, externalId: kim, displayName: 'Kim' })
  expect(schemas).toEqual(['urn:ietf:params:scim:schemas:core:2.0:User'])
})

test('a change of the mapping sends what differs by it, and nothing to whom it leaves as she was', async () => {
  world.target.takes = new Set(['PATCH'])
  const at = await world.connect({ updateMethod: 'patch' })
  await world.createUser('kim', { ...NAMED, userType: 'E' })
  await world.createUser('al')
  await world.deliver()
  await map(at, { rules: [{ target: 'title', source: 'userType' }] })
  for (let i = 0; i < 4; i++) await world.deliver()
  expect(world.target.patches).toEqual([[{ op: 'replace', path: 'title', value: 'E' }]])
})

test('a rule for what is new counts when she is made there, and stays', async () => {
  await world.connect({ mapping: { rules: [{ target: 'nickName', source: 'title', on: 'create' }] } })
  const kim = await world.createUser('kim', { title: 'Cook' })
  await world.deliver()
  await world.updateUser(kim, { title: 'Chef' })
  await world.deliver()
  expect(world.target.only('kim')).toMatchObject({ nickName: 'Cook', title: 'Chef' })
})

describe('who is there already', () => {
  test('is found by the name that the mapping gives her', async () => {
    world.target.users.set('r1', { id: 'r1', userName: 'kim.berry' })
    await world.connect({ mapping: BY_NAME })
    const kim = await world.createUser('kim', NAMED)
    await world.deliver()
    expect(world.target.users.size).toBe(1)
    expect(world.target.users.get('r1')).toMatchObject({ externalId: kim })
  })

  test('is found by the externalId that the mapping gives her, whatever her name is there', async () => {
    world.target.users.set('r1', { id: 'r1', userName: 'another', externalId: '7' })
    await world.connect({ mapping: { rules: [{ target: 'externalId', source: `${ENTERPRISE}:employeeNumber` }] } })
    world.target.misbehave({ kind: 'answer', status: 409 }, 'POST')
    await world.createUser('kim', { [ENTERPRISE]: { employeeNumber: '7' } })
    await world.deliver()
    expect(world.target.users.get('r1')).toMatchObject({ userName: 'kim', externalId: '7' })
  })

  test('is found by her name alone if the mapping leaves externalId out', async () => {
    world.target.users.set('r1', { id: 'r1', userName: 'kim' })
    await world.connect({ mapping: { rules: [{ target: 'externalId' }] } })
    await world.createUser('kim')
    await world.deliver()
    expect([...world.target.users]).toHaveLength(1)
    expect(world.target.requests.some(({ path }) => path.includes('externalId'))).toBe(false)
  })

  test('is not taken from another user of ours to whom the mapping gives the same name', async () => {
    await world.connect({ mapping: BY_NAME })
    const kim = await world.createUser('kim', NAMED)
    await world.deliver()
    const second = await world.createUser('kim2', NAMED)
    await world.deliver()
    expect(world.target.only('kim.berry').externalId).toBe(kim)
    expect((await world.delivery(second)).lastError).toMatch(/^The name still belongs to/)
  })
})

test('a lost answer makes no second one, by the mapped name', async () => {
  await world.connect({ mapping: { rules: [...BY_NAME.rules, { target: 'externalId' }] } })
  world.target.misbehave({ kind: 'drop' }, 'POST')
  await world.createUser('kim', NAMED)
  await world.deliver()
  world.target.misbehave()
  world.advance(3_600_000)
  await world.deliver()
  expect(world.target.users.size).toBe(1)
})

test('a user for whom the mapping finds no name waits, and the log says why', async () => {
  await world.connect({ mapping: BY_NAME })
  const kim = await world.createUser('kim')
  await world.deliver()
  expect(await world.delivery(kim)).toMatchObject({ state: 'blocked', lastError: expect.stringMatching(/no userName/) })
  expect(world.target.requests).toEqual([])
})

test('the user store domain stands before the mapped name, and in the look-up', async () => {
  world.target.users.set('r1', { id: 'r1', userName: 'PARTNERS/kim.berry' })
  await world.connect({ mapping: BY_NAME, userStoreDomain: 'PARTNERS' })
  await world.createUser('kim', NAMED)
  await world.deliver()
  expect([...world.target.users.keys()]).toEqual(['r1'])
})

test('a mapped manager has the id that she has at the target', async () => {
  const source = `${ENTERPRISE}:manager.value`
  await world.connect({ mapping: { rules: [{ target: 'urn:acme:2.0:User:boss', source }] } })
  const boss = await world.createUser('boss')
  await world.createUser('kim', { [ENTERPRISE]: { manager: { value: boss } } })
  for (let i = 0; i < 3; i++) await world.deliver()
  expect(world.target.only('kim')).toMatchObject({ 'urn:acme:2.0:User': { boss: world.target.only('boss').id } })
})

test('a preview shows what would be sent by rules that are not saved, and sends nothing', async () => {
  const at = await world.connect()
  const kim = await world.createUser('kim', NAMED)
  const scope = await world.scope()
  const connection = await getConnection(scope, at.connection)
  const open = { connection, connector: await getConnector(scope, at.connection, at.connector) }
  const body = await previewUser(scope, open, mappingInput.parse(BY_NAME), 'KIM')
  expect(body).toMatchObject({ userName: 'kim.berry', externalId: kim })
  expect(await previewUser(scope, open, mappingInput.parse(BY_NAME), 'nobody')).toBeUndefined()
  expect(world.target.requests).toEqual([])
})
