/** The smallest correct request: PATCH where the target takes it, members by what changed, references that wait. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FakeTarget, type Json, scimError } from '../support/fake-target.ts'
import { outboundWorld, type World } from './world.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User'

let world: World
let target: FakeTarget
beforeEach(async () => {
  world = await outboundWorld()
  target = world.target
})
afterEach(() => target.down())

/** A target that takes PATCH, and says so. */
async function connectPatching(takes: readonly ('PUT' | 'PATCH')[] = ['PUT', 'PATCH']) {
  target.saysPatch = true
  target.takes = new Set(takes)
  return world.connect()
}

describe('a user who changed', () => {
  test('is told by PATCH of what changed alone, if the ServiceProviderConfig says that it is supported', async () => {
    await connectPatching()
    const kim = await world.createUser('kim', { title: 'Guide', nickName: 'K' })
    await world.deliver()
    await world.updateUser(kim, { title: 'Chief', nickName: undefined })
    await world.deliver()
    expect(target.patches).toEqual([
      [
        { op: 'replace', path: 'title', value: 'Chief' },
        { op: 'remove', path: 'nickName' },
      ],
    ])
    expect(target.only('kim')).toMatchObject({ title: 'Chief' })
    expect(target.only('kim')).not.toHaveProperty('nickName')
  })

  test('is told by PUT of all that she is, at a target that says nothing of PATCH', async () => {
    await world.connect()
    const kim = await world.createUser('kim', { title: 'Guide' })
    await world.deliver()
    await world.updateUser(kim, { title: 'Chief' })
    await world.deliver()
    expect(target.writes).toEqual(['POST Users', 'PUT Users'])
  })

  test('is asked once a day whether it takes PATCH, not with each change', async () => {
    await connectPatching()
    const kim = await world.createUser('kim')
    for (const title of ['a', 'b', 'c']) {
      await world.deliver()
      await world.updateUser(kim, { title })
    }
    await world.deliver()
    const asked = () => target.requests.filter(({ path }) => path.endsWith('/ServiceProviderConfig')).length
    expect([asked(), target.patches.length]).toEqual([1, 3])
    world.advance(25 * 3_600_000)
    await world.updateUser(kim, { title: 'd' })
    await world.deliver()
    expect(asked()).toBe(2)
  })

  test('is replaced after all where the target takes no PATCH, whatever it said: it is believed no more', async () => {
    await connectPatching(['PUT'])
    const kim = await world.createUser('kim')
    for (const title of ['a', 'b']) {
      await world.deliver()
      await world.updateUser(kim, { title })
    }
    await world.deliver()
    expect(target.writes).toEqual(['POST Users', 'PATCH Users', 'PUT Users', 'PUT Users'])
    expect(target.only('kim')).toMatchObject({ title: 'b' })
  })

  test('is told by PATCH where there is no PUT, also after an answer that was lost', async () => {
    await connectPatching(['PATCH'])
    const kim = await world.createUser('kim')
    await world.deliver()
    target.misbehave({ kind: 'drop' }, 'PATCH')
    await world.updateUser(kim, { title: 'lost' })
    await world.deliver()
    target.misbehave()
    await world.updateUser(kim, { title: undefined, nickName: 'K' })
    world.advance(3_600_000)
    await world.deliver()
    expect(target.only('kim')).toMatchObject({ nickName: 'K', userName: 'kim' })
    expect((await world.delivery(kim)).state).toBe('delivered')
  })

  test('goes out whole if nobody heard of the last attempt: what it left there is not known', async () => {
    await connectPatching()
    const kim = await world.createUser('kim', { title: 'first' })
    await world.deliver()
    target.misbehave({ kind: 'drop' }, 'PATCH')
    await world.updateUser(kim, { title: 'second' })
    await world.deliver()
    target.misbehave()
    await world.updateUser(kim, { title: 'first' })
    world.advance(3_600_000)
    await world.deliver()
    expect(target.only('kim')).toMatchObject({ title: 'first' })
  })
})

describe('a manager', () => {
  const report = (manager: string) => ({
    schemas: [CORE, ENTERPRISE],
    [ENTERPRISE]: { department: 'Tours', manager: { value: manager } },
  })

  test('is named by the id that she has at the target', async () => {
    await world.connect()
    const boss = await world.createUser('boss')
    await world.deliver()
    await world.createUser('kim', report(boss))
    await world.deliver()
    expect(target.only('kim')[ENTERPRISE]).toEqual({ department: 'Tours', manager: { value: target.only('boss').id } })
  })

  test('who arrives while her people are on their way is told with the next request', async () => {
    await world.connect()
    await world.createUser('kim', report(await world.createUser('boss')))
    await world.deliver()
    await world.deliver()
    expect(target.only('kim')[ENTERPRISE]).toEqual({ department: 'Tours', manager: { value: target.only('boss').id } })
  })

  test('who is not there yet is waited for: her people go out without her, and again when she has arrived', async () => {
    await world.connect()
    target.fault = ({ method, body }) =>
      method === 'POST' && (body as Json).userName === 'boss'
        ? { kind: 'answer', ...scimError(503, 'not her') }
        : undefined
    const boss = await world.createUser('boss')
    const kim = await world.createUser('kim', report(boss))
    await world.deliver()
    expect(target.only('kim')[ENTERPRISE]).toEqual({ department: 'Tours' })
    expect((await world.delivery(kim)).state).toBe('delivered')
    target.misbehave()
    world.advance(3_600_000)
    await world.deliver()
    expect(target.only('kim')[ENTERPRISE]).toEqual({ department: 'Tours', manager: { value: target.only('boss').id } })
  })
})

describe('a connector says', () => {
  test('that changes go by PATCH or by PUT, whatever the target says of itself', async () => {
    target.takes = new Set(['PUT', 'PATCH'])
    target.saysPatch = false
    await world.connect({ updateMethod: 'patch' })
    const kim = await world.createUser('kim')
    await world.deliver()
    await world.updateUser(kim, { title: 'Chief' })
    await world.deliver()
    expect(target.writes).toEqual(['POST Users', 'PATCH Users'])
    const other = await outboundWorld()
    other.target.takes = new Set(['PUT', 'PATCH'])
    other.target.saysPatch = true
    await other.connect({ updateMethod: 'put' })
    const ann = await other.createUser('ann')
    await other.deliver()
    await other.updateUser(ann, { title: 'Chief' })
    await other.deliver()
    expect(other.target.writes).toEqual(['POST Users', 'PUT Users'])
    await other.target.down()
  })

  test('by a SCIM filter who goes out: who matches no more goes from the target, and comes back', async () => {
    await world.connect({ userFilter: 'userType eq "Employee" and not (title co "temp")' })
    const kim = await world.createUser('kim', { userType: 'employee' })
    await world.createUser('ann', { userType: 'Contractor' })
    const names = () => [...target.users.values()].map(({ userName }) => userName)
    await world.deliver()
    expect(names()).toEqual(['kim'])
    await world.updateUser(kim, { title: 'Temp' })
    await world.deliver()
    expect(names()).toEqual([])
    await world.updateUser(kim, { title: undefined })
    await world.deliver()
    expect(names()).toEqual(['kim'])
  })

  test.each(['userType eq', 'shoeSize eq 44', 'password pr'])(
    'no filter that makes no sense: %s',
    async (userFilter) => {
      await expect(world.connect({ userFilter })).rejects.toThrow()
    },
  )
})
