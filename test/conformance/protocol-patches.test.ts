/** The three operations of PATCH: RFC 7644 sections 3.5.2.1 to 3.5.2.3. */
import { beforeAll, expect, test } from 'vitest'
import { requirement } from './requirements.ts'
import {
  ENTERPRISE,
  group,
  type Json,
  patched,
  patchOf,
  type Patches,
  patchesOf,
  post,
  refused,
  type Service,
  service,
} from './world.ts'

const WORK = { value: 'w@x', type: 'work' }
const HOME = { value: 'h@x', type: 'home' }
const ADDRESS = { type: 'work', streetAddress: '1 Road', locality: 'Town', country: 'DE' }

let scim: Service
let fresh: Patches['fresh']
let after: Patches['after']
let refusedOf: Patches['refusedOf']
beforeAll(async () => {
  scim = await service()
  ;({ fresh, after, refusedOf } = patchesOf(scim))
})

requirement(
  'PATCH add',
  'RFC 7644 §3.5.2.1: add sets what is single, merges what is complex, appends to several what is not there yet, and makes what its path leads through',
  () => {
    test.each<[string, Json, Json, Json]>([
      ['no path: attributes', {}, { op: 'add', value: { title: 'T', emails: [HOME] } }, { title: 'T', emails: [HOME] }],
      ['one that is there', { title: 'T' }, { op: 'add', path: 'title', value: 'U' }, { title: 'U' }],
      ['to several', { emails: [WORK] }, { op: 'add', path: 'emails', value: [HOME] }, { emails: [WORK, HOME] }],
      [
        'what is there',
        { emails: [WORK] },
        { op: 'add', path: 'emails', value: [WORK, HOME] },
        { emails: [WORK, HOME] },
      ],
      ['one value by itself', { emails: [WORK] }, { op: 'add', path: 'emails', value: HOME }, { emails: [WORK, HOME] }],
      [
        'to a complex value',
        { name: { givenName: 'G', familyName: 'F' } },
        { op: 'add', path: 'name', value: { familyName: 'H', middleName: 'M' } },
        { name: { givenName: 'G', familyName: 'H', middleName: 'M' } },
      ],
      ['a part of nothing', {}, { op: 'add', path: 'name.givenName', value: 'G' }, { name: { givenName: 'G' } }],
      [
        'a part of a picked value',
        { emails: [WORK, HOME] },
        { op: 'add', path: 'emails[type eq "home"].display', value: 'at home' },
        { emails: [WORK, { ...HOME, display: 'at home' }] },
      ],
      [
        'a part of nothing in an extension',
        {},
        { op: 'add', path: `${ENTERPRISE}:manager.value`, value: 'm' },
        { [ENTERPRISE]: { manager: { value: 'm' } } },
      ],
    ])('%s', async (_what, before, operation, expected) => {
      expect(await after(before, operation)).toMatchObject(expected)
    })

    test('without a value it is refused', async () => {
      expect((await refusedOf({}, { op: 'add', path: 'title' }))[0]).toBe(400)
      expect((await refusedOf({}, { op: 'add', value: 'text' }))[0]).toBe(400)
    })
  },
)

requirement(
  'PATCH remove',
  'RFC 7644 §3.5.2.2: remove needs a path, takes away all of it or what its filter picks, and nothing that is required or read-only',
  () => {
    test.each<[string, Json, string, Json]>([
      ['a single value', { title: 'T', nickName: 'N' }, 'title', { nickName: 'N' }],
      ['several', { title: 'T', emails: [WORK, HOME] }, 'emails', { title: 'T' }],
      ['what a filter picks', { emails: [WORK, HOME] }, 'emails[type eq "work"]', { emails: [HOME] }],
      ['all that a filter picks', { title: 'T', emails: [WORK, HOME] }, 'emails[value ew "@x"]', { title: 'T' }],
      ['a part', { name: { givenName: 'G', familyName: 'F' } }, 'name.givenName', { name: { familyName: 'F' } }],
      ['the last part', { title: 'T', name: { givenName: 'G' } }, 'name.givenName', { title: 'T' }],
      ['a part of a picked value', { emails: [WORK] }, 'emails[type eq "work"].type', { emails: [{ value: 'w@x' }] }],
      [
        'the last part of a value',
        { emails: [{ value: 'v' }, HOME] },
        'emails[value eq "v"].value',
        { emails: [HOME] },
      ],
    ])('%s', async (_what, before, path, expected) => {
      const {
        schemas: _schemas,
        id: _id,
        userName: _name,
        active: _active,
        roles: _roles,
        meta: _meta,
        ...rest
      } = await after(before, { op: 'remove', path })
      expect(rest).toEqual(expected)
    })

    test('no path is noTarget', async () => {
      expect(await refusedOf({}, { op: 'remove' })).toEqual([400, 'noTarget'])
    })

    test.each(['userName', 'id', 'groups', 'meta'])('%s stays: mutability', async (path) => {
      expect(await refusedOf({}, { op: 'remove', path })).toEqual([400, 'mutability'])
    })

    test('the displayName of a group stays: mutability', async () => {
      const { id } = await post(scim.strict, '/Groups', group({ displayName: 'named' }))
      const patch = patchOf({ op: 'remove', path: 'displayName' })
      expect(await refused(scim.strict('PATCH', `/Groups/${id}`, patch))).toEqual([400, 'mutability'])
    })

    test('members go that a filter picks, by whatever it says of them', async () => {
      const [kim, lee] = [await fresh({}), await fresh({})]
      const members = [{ value: kim.id }, { value: lee.id }]
      const { id } = await post(scim.strict, '/Groups', group({ displayName: 'picked', members }))
      const path = `members[type eq "User" and display eq "${lee.userName}"]`
      const left = await patched(scim.strict, `/Groups/${id}`, { op: 'remove', path })
      expect(left.members).toMatchObject([{ value: kim.id }])
      const none = await patched(scim.strict, `/Groups/${id}`, { op: 'remove', path: 'members[value pr]' })
      expect(none).not.toHaveProperty('members')
    })
  },
)

requirement(
  'PATCH replace',
  'RFC 7644 §3.5.2.3: replace adds what is not there, keeps the parts that it does not name, replaces what its filter picks, and is noTarget if that is nothing',
  () => {
    test.each<[string, Json, Json, Json]>([
      ['what is there', { title: 'T' }, { op: 'replace', path: 'title', value: 'U' }, { title: 'U' }],
      ['what is not there', {}, { op: 'replace', path: 'title', value: 'U' }, { title: 'U' }],
      ['several that are not there', {}, { op: 'replace', path: 'emails', value: [HOME] }, { emails: [HOME] }],
      ['several', { emails: [WORK, HOME] }, { op: 'replace', path: 'emails', value: [HOME] }, { emails: [HOME] }],
      [
        'without a path',
        { title: 'T', emails: [WORK] },
        { op: 'replace', value: { emails: [HOME] } },
        { title: 'T', emails: [HOME] },
      ],
      [
        'some parts of a complex value',
        { name: { givenName: 'G', familyName: 'F' } },
        { op: 'replace', path: 'name', value: { familyName: 'H' } },
        { name: { givenName: 'G', familyName: 'H' } },
      ],
      [
        'some parts without a path',
        { name: { givenName: 'G', familyName: 'F' } },
        { op: 'replace', value: { name: { familyName: 'H' } } },
        { name: { givenName: 'G', familyName: 'H' } },
      ],
      [
        'a picked value as a whole',
        { addresses: [ADDRESS, { type: 'home', locality: 'Village' }] },
        { op: 'replace', path: 'addresses[type eq "work"]', value: { type: 'work', locality: 'City' } },
        {
          addresses: [
            { type: 'work', locality: 'City' },
            { type: 'home', locality: 'Village' },
          ],
        },
      ],
      [
        'a part of all picked values, and no more',
        { addresses: [ADDRESS, { type: 'home', country: 'DE' }, { type: 'other', country: 'FR' }] },
        { op: 'replace', path: 'addresses[country eq "de"].country', value: 'AT' },
        {
          addresses: [
            { ...ADDRESS, country: 'AT' },
            { type: 'home', country: 'AT' },
            { type: 'other', country: 'FR' },
          ],
        },
      ],
    ])('%s', async (_what, before, operation, expected) => {
      const changed = await after(before, operation)
      for (const [name, value] of Object.entries(expected)) expect(changed[name]).toEqual(value)
    })

    test.each(['emails[type eq "home"]', 'emails[type eq "home"].value'])(
      '%s that is not there: noTarget',
      async (path) => {
        const value = path.endsWith(']') ? HOME : 'h@x'
        expect(await refusedOf({ emails: [WORK] }, { op: 'replace', path, value })).toEqual([400, 'noTarget'])
      },
    )

    test('Entra ID’s replace of a value that is not there makes it, of a lenient client', async () => {
      const { id } = await fresh({ emails: [WORK] })
      const operation = { op: 'Replace', path: 'emails[type eq "home"].value', value: 'h@x' }
      expect((await patched(scim.lenient, `/Users/${id}`, operation)).emails).toEqual([WORK, HOME])
    })
  },
)
