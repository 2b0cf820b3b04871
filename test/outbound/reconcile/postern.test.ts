/** A second postern as the target: what a real server gives back is no drift, and what is changed there is. */
import { expect, test } from 'vitest'
import { setProvisioners } from '../../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../../src/applications/queries.ts'
import { createConnection } from '../../../src/connections/commands.ts'
import { connectionInput } from '../../../src/connections/settings.ts'
import { getConnector, listConnectors } from '../../../src/connections/queries.ts'
import type { DriftPolicy } from '../../../src/db/schema.ts'
import { deliverDue } from '../../../src/outbound/consumer.ts'
import { startReconciliation } from '../../../src/outbound/reconcile/commands.ts'
import { listDrifts } from '../../../src/outbound/reconcile/drifts/queries.ts'
import { findReconciliation } from '../../../src/outbound/reconcile/queries.ts'
import { ADMIN, testWorld } from '../../support/app.ts'
import { inShort } from './world.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const EVERYTHING = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
  name: { givenName: 'Kim', familyName: 'Berry' },
  displayName: 'Kim Berry',
  nickName: 'K',
  profileUrl: 'https://example.com/kim',
  title: 'Cook',
  userType: 'Employee',
  preferredLanguage: 'en',
  locale: 'en-GB',
  timezone: 'Europe/London',
  emails: [
    { value: 'kim@example.com', type: 'work', primary: true },
    { value: 'Kim@home.example', type: 'home' },
  ],
  phoneNumbers: [{ value: '+44 20 7946 0000', type: 'mobile' }],
  ims: [{ value: 'kim', type: 'xmpp' }],
  photos: [{ value: 'https://example.com/kim.png', type: 'photo' }],
  addresses: [{ streetAddress: '1 High Street', locality: 'London', country: 'GB', type: 'work' }],
  entitlements: [{ value: 'oven' }],
  x509Certificates: [{ value: 'AAAA' }],
}

async function twoOfThem() {
  const there = await testWorld({ env: { BASE_URL: 'https://there.example' } })
  const here = await testWorld({ fetch: async (url, init) => there.app.request(url, init) })
  const outbound = {
    connectors: [
      {
        ...{ type: 'scim2', name: 'SCIM2', enabled: true },
        authentication: { mode: 'basic', username: ADMIN.userName, password: ADMIN.password },
        userEndpoint: 'https://there.example/scim2/Users',
        groupEndpoint: 'https://there.example/scim2/Groups',
      },
    ],
  }
  const scope = await here.scope()
  const { id: connection } = await createConnection(scope, connectionInput.parse({ name: 'there', outbound }))
  const [{ id: connector } = { id: '' }] = await listConnectors(scope, connection)
  await setProvisioners(scope, RESIDENT_APPLICATION, [{ connection, connector, blocking: false, jit: false }])
  const [ours, theirs] = [await here.tenant(), await there.tenant()]
  const deliver = async () => {
    here.advance(1000)
    await deliverDue(here.platform)
  }
  return {
    ours: async (method: string, path: string, body?: unknown) => (await ours.scim(method, path, body)).json(),
    async theirs(method: string, path: string, body?: unknown) {
      const answer = await theirs.scim(method, path, body)
      return answer.status === 204 ? {} : answer.json()
    },
    deliver,
    row: async () => findReconciliation(await here.scope(), connector),
    async reconcile(policy: DriftPolicy) {
      await deliver()
      here.advance(1000)
      await startReconciliation(
        await here.scope(),
        await getConnector(await here.scope(), connection, connector),
        policy,
      )
      await deliver()
      const rows = await listDrifts(await here.scope(), connector, {}, { limit: 1000 })
      return rows
        .filter(({ kind }) => kind !== 'unmanaged')
        .map(inShort)
        .sort()
    },
  }
}

test('a user with everything, her manager and her groups are no drift; a change behind our back is, and is repaired', async () => {
  const { ours, theirs, deliver, reconcile, row } = await twoOfThem()
  const boss = await ours('POST', '/Users', { userName: 'boss' })
  const kim = await ours('POST', '/Users', {
    ...EVERYTHING,
    userName: 'Kim',
    [ENTERPRISE]: { department: 'Kitchen', employeeNumber: '7', manager: { value: boss.id } },
  })
  const inner = await ours('POST', '/Groups', { displayName: 'Inner', members: [{ value: kim.id }] })
  await ours('POST', '/Groups', { displayName: 'Outer', members: [{ value: inner.id }, { value: boss.id }] })
  await ours('POST', '/Groups', { displayName: 'Empty' })
  await deliver()
  await deliver()
  expect(await reconcile('overwrite')).toEqual([])
  // Its own administrator was never ours.
  expect(await row()).toMatchObject({ state: 'done', counts: { seen: 6, same: 5, unmanaged: 1, unread: 0 } })

  const there = await theirs('GET', '/Users?filter=userName%20eq%20%22kim%22')
  const remoteKim = `/Users/${there.Resources[0].id}`
  const patch = (Operations: unknown) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations })
  await theirs('PATCH', remoteKim, patch([{ op: 'replace', path: 'title', value: 'Chef' }]))
  const groups = await theirs('GET', '/Groups?filter=displayName%20eq%20%22Outer%22')
  const outer = `/Groups/${groups.Resources[0].id}`
  await theirs('PATCH', outer, patch([{ op: 'remove', path: 'members' }]))
  expect(await reconcile('overwrite')).toEqual(['changed repaired Kim title', 'changed repaired Outer -2+0'])
  expect(await theirs('GET', remoteKim)).toMatchObject({ title: 'Cook' })
  expect((await theirs('GET', outer)).members).toHaveLength(2)
  expect(await reconcile('report')).toEqual([])

  await theirs('DELETE', remoteKim)
  expect(await reconcile('report')).toEqual(expect.arrayContaining(['missing open Kim', 'changed open Inner -1+0']))
})
