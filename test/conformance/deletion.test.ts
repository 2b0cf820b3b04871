/** What becomes of people who leave: they are made inactive, or deleted. */
import { beforeAll, expect, test } from 'vitest'
import { basicHeader } from '../support/app.ts'
import { requirement } from './requirements.ts'
import { get, group, listed, namesFound, patched, post, refused, type Service, service, user } from './world.ts'

const PASSWORD = 'MyPa33w@rd'

let scim: Service
beforeAll(async () => {
  scim = await service()
})

requirement(
  'soft and hard delete',
  'RFC 7644 §3.6: who is inactive is there for every read, and cannot sign in; who is deleted is gone, and who comes again is somebody new',
  () => {
    const isLetIn = async (userName: string) => {
      const headers = { Authorization: basicHeader(userName, PASSWORD) }
      return (await scim.tenant.fetch('/scim2/Me', { headers })).status === 200
    }

    test('active: false keeps her in every answer, and is undone for the same id', async () => {
      const { id } = await post(scim.strict, '/Users', user({ userName: 'idle', externalId: 'i', password: PASSWORD }))
      expect(await isLetIn('idle')).toBe(true)
      const idle = await patched(scim.strict, `/Users/${id}`, { op: 'replace', value: { active: false } })
      expect(idle).toMatchObject({ id, active: false, userName: 'idle' })
      expect(await isLetIn('idle')).toBe(false)
      for (const filter of ['userName eq "idle"', 'externalId eq "i"', 'active eq false', `id eq "${id}"`]) {
        expect(await namesFound(scim.strict, '/Users', filter)).toEqual(['idle'])
      }
      expect((await listed(scim.strict, '/Users', {})).Resources.map((one) => one.id)).toContain(id)
      expect(await refused(scim.strict('POST', '/Users', user({ userName: 'idle' })))).toEqual([409, 'uniqueness'])
      await patched(scim.strict, `/Users/${id}`, { op: 'replace', path: 'active', value: true })
      expect(await isLetIn('idle')).toBe(true)
    })

    test('an inactive member stays in her groups', async () => {
      const { id } = await post(scim.strict, '/Users', user({ userName: 'resting', active: false }))
      const team = await post(scim.strict, '/Groups', group({ displayName: 'resting', members: [{ value: id }] }))
      expect(team.members).toMatchObject([{ value: id }])
      expect(await get(scim.strict, `/Users/${id}`)).toMatchObject({ active: false, groups: [{ value: team.id }] })
    })

    test('who was deleted leaves nothing that a client could see, and comes back as somebody new', async () => {
      const body = user({ userName: 'leaver', externalId: 'ext', title: 'T', password: PASSWORD })
      const first = await post(scim.strict, '/Users', body)
      const team = await post(scim.strict, '/Groups', group({ displayName: 'left', members: [{ value: first.id }] }))
      expect((await scim.strict('DELETE', `/Users/${first.id}`)).status).toBe(204)
      expect(await refused(scim.strict('GET', `/Users/${first.id}`))).toEqual([404])
      expect(await isLetIn('leaver')).toBe(false)
      for (const path of ['/Users', '/']) {
        const filter = `userName eq "leaver" or externalId eq "ext" or id eq "${first.id}"`
        expect((await listed(scim.strict, path, { filter })).totalResults).toBe(0)
      }
      expect(await get(scim.strict, `/Groups/${team.id}`)).not.toHaveProperty('members')

      const again = await post(scim.strict, '/Users', user({ userName: 'leaver', externalId: 'ext' }))
      expect(again.id).not.toBe(first.id)
      expect(again).not.toHaveProperty('title')
      expect(again).not.toHaveProperty('groups')
      expect(await isLetIn('leaver')).toBe(false)
      expect(await refused(scim.strict('GET', `/Users/${first.id}`))).toEqual([404])
    })
  },
)
