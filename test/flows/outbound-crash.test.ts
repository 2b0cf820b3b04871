/** Servers and targets that are killed: nothing is lost, and nothing arrives twice. */
import { describe, expect, test } from 'vitest'
import { call, findByFilter } from '../support/http.ts'
import { temporaryDirectory } from '../support/processes.ts'
import { countingTarget, createUser, killableServer, PASSWORD, provision, settled } from './provisioning.ts'

const TIMEOUT_MS = 180_000

// Side by side: each waits for a lease to end.
describe.concurrent('the server is killed', () => {
  test(
    'between the commit and the push: the push comes when it is started again',
    { timeout: TIMEOUT_MS },
    async ({ onTestFinished }) => {
      const [is1, there] = [await killableServer(onTestFinished), await countingTarget(onTestFinished)]
      await provision(is1.baseUrl, there.endpoints)
      await there.down()
      const kim = await createUser(is1.baseUrl, 'kim')
      await is1.kill()
      await there.up()
      await is1.start()
      expect(await settled(is1.baseUrl)).toMatchObject([{ resourceName: 'kim', state: 'delivered' }])
      expect([...there.users.values()]).toMatchObject([{ userName: 'kim', externalId: kim }])
      expect(there.writes).toEqual(['POST Users'])
      expect(there.requests.at(-1)?.body).toMatchObject({ password: PASSWORD })
    },
  )

  test(
    'during pushes, of which one has arrived and one has not: each arrives once',
    { timeout: TIMEOUT_MS },
    async ({ onTestFinished }) => {
      const [is1, there] = [await killableServer(onTestFinished), await countingTarget(onTestFinished)]
      await provision(is1.baseUrl, there.endpoints)
      const posted = new Map<unknown, PromiseWithResolvers<void>>(
        ['ann', 'bob'].map((name) => [name, Promise.withResolvers<void>()]),
      )
      there.fault = ({ method, body }) => {
        const { userName } = (body ?? {}) as { userName?: string }
        posted.get(userName)?.resolve()
        return method === 'POST' ? { kind: userName === 'ann' ? 'lost' : 'silence' } : undefined
      }
      await createUser(is1.baseUrl, 'ann')
      await createUser(is1.baseUrl, 'bob')
      await Promise.all([...posted.values()].map(({ promise }) => promise))
      await is1.kill()
      expect([...there.users.values()]).toMatchObject([{ userName: 'ann' }])
      there.misbehave()
      await is1.start()
      await settled(is1.baseUrl)
      expect([...there.users.values()].map(({ userName }) => userName).sort()).toEqual(['ann', 'bob'])
    },
  )
})

describe.concurrent(
  'the server is killed between the push and the commit of a change that a target takes first',
  () => {
    test('of a new user: she is on neither side', { timeout: TIMEOUT_MS }, async ({ onTestFinished }) => {
      const [is1, there] = [await killableServer(onTestFinished), await countingTarget(onTestFinished)]
      await provision(is1.baseUrl, there.endpoints, {}, { blocking: true })
      const held = there.hold('POST')
      const change = createUser(is1.baseUrl, 'kim').catch(() => undefined)
      await held.arrived
      await is1.kill()
      expect(await change).toBeUndefined()
      held.release()
      expect([...there.users.values()]).toMatchObject([{ userName: 'kim' }])
      await is1.start()
      await settled(is1.baseUrl)
      expect(there.users.size).toBe(0)
      expect(await findByFilter(is1.baseUrl, 'Users', 'userName eq "kim"')).toEqual([])
      await createUser(is1.baseUrl, 'kim')
      expect(there.users.size).toBe(1)
    })

    test(
      'of a user who is renamed, and of one who is deleted: both are as they were on both sides',
      { timeout: TIMEOUT_MS },
      async ({ onTestFinished }) => {
        const [is1, there] = [await killableServer(onTestFinished), await countingTarget(onTestFinished)]
        await provision(is1.baseUrl, there.endpoints, {}, { blocking: true })
        const [kim, sam] = [await createUser(is1.baseUrl, 'kim'), await createUser(is1.baseUrl, 'sam')]
        const renaming = there.hold('PUT')
        const renamed = call('PUT', `${is1.baseUrl}/scim2/Users/${kim}`, { userName: 'kimberly' }).catch(
          () => 'cut off',
        )
        await renaming.arrived
        const deleting = there.hold('DELETE')
        const deleted = call('DELETE', `${is1.baseUrl}/scim2/Users/${sam}`).catch(() => 'cut off')
        await deleting.arrived
        await is1.kill()
        expect([await renamed, await deleted]).toEqual(['cut off', 'cut off'])
        renaming.release()
        deleting.release()
        expect([...there.users.values()]).toMatchObject([{ userName: 'kimberly' }])
        await is1.start()
        await settled(is1.baseUrl)
        const names = [...there.users.values()].map(({ userName }) => userName)
        expect(names.sort()).toEqual(['kim', 'sam'])
        const { json } = await call('GET', `${is1.baseUrl}/scim2/Users`)
        const here = (json.Resources as { userName: string }[]).map(({ userName }) => userName)
        expect(here.sort()).toEqual(['admin', 'kim', 'sam'])
      },
    )
  },
)

describe('the target is killed', () => {
  test(
    'in the middle of a push that it had carried out: the user is there once',
    { timeout: TIMEOUT_MS },
    async ({ onTestFinished }) => {
      const [is1, there] = [await killableServer(onTestFinished), await countingTarget(onTestFinished)]
      await provision(is1.baseUrl, there.endpoints)
      const held = there.hold('POST')
      const kim = await createUser(is1.baseUrl, 'kim')
      await held.arrived
      await there.down()
      held.release()
      await there.up()
      expect(await settled(is1.baseUrl)).toMatchObject([{ resourceName: 'kim', state: 'delivered' }])
      expect([...there.users.values()]).toMatchObject([{ userName: 'kim', externalId: kim }])
      expect(there.writes).toEqual(['POST Users', 'PUT Users'])
    },
  )

  test(
    'and is a postern that is away for a while: everybody arrives once',
    { timeout: TIMEOUT_MS },
    async ({ onTestFinished }) => {
      const caDir = temporaryDirectory()
      const [is1, is2] = [await killableServer(onTestFinished, caDir), await killableServer(onTestFinished, caDir)]
      const { baseUrl } = is2
      await provision(is1.baseUrl, { userEndpoint: `${baseUrl}/scim2/Users`, groupEndpoint: `${baseUrl}/scim2/Groups` })
      const names = Array.from({ length: 12 }, (_, i) => `user${i}`)
      const ids: string[] = []
      for (const name of names.slice(0, 6)) ids.push(await createUser(is1.baseUrl, name))
      // Some of the six are on their way.
      await is2.kill()
      for (const name of names.slice(6)) ids.push(await createUser(is1.baseUrl, name))
      const members = ids.map((value) => ({ value }))
      const group = await call('POST', `${is1.baseUrl}/scim2/Groups`, { displayName: 'All', members })
      expect(group.status).toBe(201)
      await is2.start()

      const log = await settled(is1.baseUrl)
      expect(log.some(({ attempts }) => attempts > 1)).toBe(true)
      const { json } = await call('GET', `${baseUrl}/scim2/Users`)
      const users = json.Resources as { userName: string; id: string }[]
      expect(users.map(({ userName }) => userName).sort()).toEqual(['admin', ...names].sort())
      const [all] = await findByFilter(baseUrl, 'Groups', 'displayName eq "All"')
      const there = (all?.members as { value: string }[]).map(({ value }) => value)
      expect(there.sort()).toEqual(users.flatMap(({ userName, id }) => (userName === 'admin' ? [] : [id])).sort())
      // The password came along: IS2 knows her, and refuses her only for being no administrator.
      expect((await call('GET', `${baseUrl}/scim2/Users`, undefined, { as: `user11:${PASSWORD}` })).status).toBe(403)
    },
  )
})
