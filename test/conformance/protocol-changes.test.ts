/** PUT, and what holds for every PATCH: RFC 7644 sections 3.5.1 and 3.5.2. */
import { beforeAll, describe, expect, test } from 'vitest'
import { requirement } from './requirements.ts'
import {
  answered,
  CUSTOM,
  define,
  ENTERPRISE,
  get,
  group,
  type Json,
  namesFound,
  PATCH_OP,
  patched,
  patchOf,
  post,
  refused,
  type Resource,
  type Service,
  service,
  USER,
  user,
} from './world.ts'

let scim: Service
beforeAll(async () => {
  scim = await service()
  await define(scim.tenant, { name: 'badge', type: 'string', mutability: 'immutable' })
})

const FULL = {
  nickName: 'N',
  title: 'T',
  name: { givenName: 'G', familyName: 'F' },
  emails: [{ value: 'a@x', type: 'work', primary: true }],
}
const made = (userName: string, more: Json = FULL) => post(scim.strict, '/Users', user({ userName, ...more }))
const badged = (userName: string, badge: string | null) => ({
  schemas: [USER, CUSTOM],
  userName,
  [CUSTOM]: { badge },
})

requirement(
  'replacing',
  'RFC 7644 §3.5.1: a PUT replaces what is there and creates nothing; what it leaves out is cleared, read-only is passed over, immutable has to be as it was',
  () => {
    test('what is left out is cleared, but for active and the password, which stay', async () => {
      const { id } = await made('cleared', { ...FULL, active: false, [`${USER}:locale`]: 'de' })
      const after = await answered(scim.strict('PUT', `/Users/${id}`, user({ userName: 'cleared', title: 'U' })))
      const { meta: _meta, roles: _everyone, ...rest } = after
      expect(rest).toEqual({ schemas: [USER], id, userName: 'cleared', title: 'U', active: false })
      expect(await get(scim.strict, `/Users/${id}`)).toEqual(after)
    })

    test('it does not create', async () => {
      expect(await refused(scim.strict('PUT', '/Users/none', user({ userName: 'none' })))).toEqual([404])
      expect(await namesFound(scim.strict, '/Users', 'userName eq "none"')).toEqual([])
    })

    test('read-only attributes are passed over, also if they are other ones', async () => {
      const before = await made('whole')
      const body = {
        ...before,
        id: 'other',
        meta: { ...(before.meta as Json), version: 'W/"77"' },
        groups: [{ value: 'x' }],
      }
      const after = await answered(scim.strict('PUT', `/Users/${before.id}`, body))
      expect(after).toEqual(before)
    })

    test('what is required has to be there', async () => {
      const { id } = await made('required')
      expect(await refused(scim.strict('PUT', `/Users/${id}`, user({ title: 'x' })))).toEqual([400, 'invalidValue'])
      const team = await post(scim.strict, '/Groups', group({ displayName: 'required' }))
      expect(await refused(scim.strict('PUT', `/Groups/${team.id}`, group({})))).toEqual([400, 'invalidValue'])
    })

    test('what is immutable is set once, and then has to match', async () => {
      const { id } = await post(scim.strict, '/Users', user({ userName: 'badged' }))
      const path = `/Users/${id}`
      expect(await answered(scim.strict('PUT', path, badged('badged', 'B1')))).toMatchObject({
        [CUSTOM]: { badge: 'B1' },
      })
      expect(await refused(scim.strict('PUT', path, badged('badged', 'B2')))).toEqual([400, 'mutability'])
      const same = { ...badged('badged', 'B1'), title: 'T' }
      expect(await answered(scim.strict('PUT', path, same))).toMatchObject({ title: 'T', [CUSTOM]: { badge: 'B1' } })
      const patch = patchOf({ op: 'replace', path: `${CUSTOM}:badge`, value: 'B2' })
      expect(await refused(scim.strict('PATCH', path, patch))).toEqual([400, 'mutability'])
    })
  },
)

requirement(
  'PATCH as a whole',
  'RFC 7644 §3.5.2: a PATCH is done in order and all or nothing, answers 200 with the resource or 204, and what changes nothing is no change',
  () => {
    test('of a user it answers 200 with what she is then', async () => {
      const { id } = await made('answered')
      const answer = await scim.strict('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'title', value: 'U' }))
      const body = await answered(answer)
      expect(body).toMatchObject({ title: 'U' })
      expect(answer.headers.get('ETag')).toBe(body.meta.version)
      expect(await get(scim.strict, `/Users/${id}`)).toEqual(body)
    })

    test('of a group it answers 204 with its ETag', async () => {
      const { id } = await post(scim.strict, '/Groups', group({ displayName: 'answered' }))
      const rename = patchOf({ op: 'replace', path: 'displayName', value: 'answered too' })
      const answer = await scim.strict('PATCH', `/Groups/${id}`, rename)
      expect([answer.status, await answer.text()]).toEqual([204, ''])
      expect(answer.headers.get('ETag')).toBe((await get(scim.strict, `/Groups/${id}`)).meta.version)
    })

    test('the last of several operations is what stays', async () => {
      const { id } = await made('ordered')
      const after = await patched(
        scim.strict,
        `/Users/${id}`,
        { op: 'remove', path: 'emails' },
        { op: 'add', path: 'emails', value: [{ value: 'b@x' }] },
        { op: 'replace', path: 'title', value: '1' },
        { op: 'replace', path: 'title', value: '2' },
      )
      expect(after).toMatchObject({ title: '2', emails: [{ value: 'b@x' }] })
    })

    test('members, too, are added and removed in order', async () => {
      const [one, two] = [await made('first'), await made('second')]
      const members = [{ value: one.id }]
      const { id } = await post(scim.strict, '/Groups', group({ displayName: 'ordered', members }))
      const path = `/Groups/${id}`
      const value = [{ value: two.id }]
      const added = await patched(
        scim.strict,
        path,
        { op: 'remove', path: 'members' },
        { op: 'add', path: 'members', value },
      )
      expect(added.members).toMatchObject(value)
      const picked = `members[value eq "${two.id}"]`
      const gone = await patched(
        scim.strict,
        path,
        { op: 'add', path: 'members', value },
        { op: 'remove', path: picked },
      )
      expect(gone).not.toHaveProperty('members')
    })

    test('if one operation is refused, nothing was done', async () => {
      const before = await made('atomic')
      const operations = [
        { op: 'replace', path: 'title', value: 'changed' },
        { op: 'replace', path: 'emails[type eq "none"].value', value: 'x' },
      ]
      expect(await refused(scim.strict('PATCH', `/Users/${before.id}`, patchOf(...operations)))).toEqual([
        400,
        'noTarget',
      ])
      expect(await get(scim.strict, `/Users/${before.id}`)).toEqual(before)
      const team = await post(scim.strict, '/Groups', group({ displayName: 'atomic' }))
      const adding = [
        { op: 'add', path: 'members', value: [{ value: before.id }] },
        { op: 'replace', path: 'displayName', value: 'changed' },
        { op: 'add', path: 'members', value: [{ value: 'nobody' }] },
      ]
      expect(await refused(scim.strict('PATCH', `/Groups/${team.id}`, patchOf(...adding)))).toEqual([
        400,
        'invalidValue',
      ])
      expect(await get(scim.strict, `/Groups/${team.id}`)).toEqual(team)
    })

    describe('what changes nothing leaves version and lastModified', () => {
      test.each<[string, Json]>([
        ['the same value', { op: 'replace', path: 'title', value: 'T' }],
        ['a value that is there', { op: 'add', path: 'emails', value: [{ value: 'a@x', type: 'work' }] }],
        ['values that are there', { op: 'replace', value: { nickName: 'N', name: { givenName: 'G' } } }],
        ['what is not there', { op: 'remove', path: 'locale' }],
      ])('%s', async (what, operation) => {
        const before = await made(`no-op ${what}`)
        scim.world.advance(1000)
        expect(await patched(scim.strict, `/Users/${before.id}`, operation)).toEqual(before)
      })

      test('a member who is there', async () => {
        const members = [{ value: (await made('member')).id }]
        const before = await post(scim.strict, '/Groups', group({ displayName: 'no-op', members }))
        scim.world.advance(1000)
        const add = { op: 'add', path: 'members', value: members }
        expect(await patched(scim.strict, `/Groups/${before.id}`, add)).toEqual(before)
      })
    })

    test('a value that becomes primary takes that from the others', async () => {
      const { id } = await made('primary')
      const value = [{ value: 'b@x', type: 'home', primary: true }]
      const primaries = async (operation: Json) => {
        const { emails } = await patched(scim.strict, `/Users/${id}`, operation)
        return (emails as Json[]).filter(({ primary }) => primary === true).map(({ value: address }) => address)
      }
      expect(await primaries({ op: 'add', path: 'emails', value })).toEqual(['b@x'])
      const path = 'emails[type eq "work"].primary'
      expect(await primaries({ op: 'replace', path, value: true })).toEqual(['a@x'])
    })

    test('its body is a PatchOp; a lenient client may leave that out, and spell its operations', async () => {
      const { id } = await made('enveloped')
      const Operations = [{ op: 'replace', path: 'title', value: 'x' }]
      for (const body of [{ Operations }, { schemas: [USER], Operations }, { schemas: [PATCH_OP] }, patchOf()]) {
        expect(await refused(scim.strict('PATCH', `/Users/${id}`, body))).toEqual([400, 'invalidSyntax'])
      }
      const lower = { schemas: [PATCH_OP], operations: [{ OP: 'replace', Path: 'title', VALUE: 'y' }] }
      expect(await answered(scim.strict('PATCH', `/Users/${id}`, lower))).toMatchObject({ title: 'y' })
      const entra = { Operations: [{ op: 'Replace', path: 'title', value: 'z' }] }
      expect(await answered(scim.lenient('PATCH', `/Users/${id}`, entra))).toMatchObject({ title: 'z' })
    })
  },
)

requirement(
  'read-only in a PATCH',
  'RFC 7644 §3.5.2: an operation on what is read-only is mutability; what Okta sends back of it, without a path, is passed over of a lenient client',
  () => {
    test.each(['id', 'meta.created', 'meta', 'groups', 'roles', 'roles.value', `${ENTERPRISE}:manager.displayName`])(
      '%s',
      async (path) => {
        const before = await made(`fixed ${path}`)
        for (const op of ['add', 'replace', 'remove']) {
          const operation: Json = op === 'remove' ? { op, path } : { op, path, value: 'x' }
          const answer = scim.strict('PATCH', `/Users/${before.id}`, patchOf(operation))
          expect(await refused(answer)).toEqual([400, 'mutability'])
        }
        expect(await get<Resource>(scim.strict, `/Users/${before.id}`)).toEqual(before)
      },
    )

    test('what a lenient client was shown and sends back does no harm', async () => {
      const before = await made('okta')
      const { id, meta, schemas } = before
      const value = { id, meta, schemas, groups: [], title: 'U' } as Json
      const after = await patched(scim.lenient, `/Users/${id}`, { op: 'replace', value })
      expect(after).toEqual({ ...before, title: 'U', meta: after.meta })
      expect((after.meta as Json).location).toBe((meta as Json).location)
    })
  },
)
