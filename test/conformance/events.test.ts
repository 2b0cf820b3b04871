/** SCIM events (RFC 9967) are not part of the service, and it does not say that they are. */
import { beforeAll, expect, test } from 'vitest'
import { requirement } from './requirements.ts'
import { answered, BULK_REQUEST, get, type Json, namesFound, type Service, service, user } from './world.ts'

let scim: Service
beforeAll(async () => {
  scim = await service()
})

const PREFER = { Prefer: 'respond-async' }

requirement(
  'no events',
  'RFC 9967 §2: a service without events says nothing of securityEvents, and answers who prefers to wait for an event at once',
  () => {
    test('the configuration claims none', async () => {
      expect(await get<Json>(scim.strict, '/ServiceProviderConfig')).not.toHaveProperty('securityEvents')
    })

    test('Prefer: respond-async is answered by what was done, as without it', async () => {
      const answer = await scim.strict('POST', '/Users', user({ userName: 'sync' }), PREFER)
      expect([answer.headers.get('Preference-Applied'), answer.headers.get('Set-Txn')]).toEqual([null, null])
      const { id } = await answered(answer, 201)
      const bulk = {
        schemas: [BULK_REQUEST],
        Operations: [{ method: 'POST', path: '/Users', bulkId: 'b', data: user({ userName: 'sync bulk' }) }],
      }
      const many = await scim.strict('POST', '/Bulk', bulk, PREFER)
      expect([many.status, many.headers.get('Preference-Applied')]).toEqual([200, null])
      expect(await namesFound(scim.strict, '/Users', 'userName sw "sync"')).toEqual(['sync', 'sync bulk'])
      const gone = await scim.strict('DELETE', `/Users/${id}`, undefined, PREFER)
      expect([gone.status, gone.headers.get('Preference-Applied')]).toEqual([204, null])
    })
  },
)
