/** What a PATCH path may say: RFC 7644 section 3.5.2, figure 7. */
import { beforeAll, expect, test } from 'vitest'
import { requirement } from './requirements.ts'
import {
  answered,
  CUSTOM,
  define,
  ENTERPRISE,
  type Json,
  namesFound,
  patched,
  type Patches,
  patchesOf,
  patchOf,
  post,
  refused,
  type Service,
  service,
  USER,
} from './world.ts'

const WORK = { value: 'w@x', type: 'work' }
const HOME = { value: 'h@x', type: 'home' }

let scim: Service
let fresh: Patches['fresh']
let after: Patches['after']
let refusedOf: Patches['refusedOf']
beforeAll(async () => {
  scim = await service()
  ;({ fresh, after, refusedOf } = patchesOf(scim))
  await define(scim.tenant, { name: 'tags', type: 'string', multiValued: true })
  await define(scim.tenant, {
    name: 'cars',
    type: 'complex',
    multiValued: true,
    subAttributes: [
      { name: 'type', type: 'string' },
      { name: 'plate', type: 'string' },
    ],
  })
})

requirement(
  'path grammar',
  'RFC 7644 §3.5.2: a path is an attribute, its values that a filter picks, or a part of either, with or without URN; anything else is invalidPath',
  () => {
    test.each<[string, Json[string], Json]>([
      ['name.familyName', 'x', { name: { familyName: 'x' } }],
      [`${USER}:name.familyName`, 'x', { name: { familyName: 'x' } }],
      [`${ENTERPRISE}:manager.value`, 'x', { [ENTERPRISE]: { manager: { value: 'x' } } }],
      [`${USER}:emails[type eq "work"].display`, 'x', { emails: [{ ...WORK, display: 'x' }, HOME] }],
      ['emails[not (type eq "home") and (value pr)].display', 'x', { emails: [{ ...WORK, display: 'x' }, HOME] }],
      ['EMAILS[Type Eq "work"].Display', 'x', { emails: [{ ...WORK, display: 'x' }, HOME] }],
      [`${CUSTOM}:tags`, ['x', 'y'], { [CUSTOM]: { tags: ['x', 'y'] } }],
      [ENTERPRISE, { division: 'x' }, { [ENTERPRISE]: { division: 'x' } }],
    ])('%s', async (path, value, expected) => {
      expect(await after({ emails: [WORK, HOME] }, { op: 'add', path, value })).toMatchObject(expected)
    })

    test('a value path in an extension, and of simple values', async () => {
      const cars = [
        { type: 'x', plate: '1' },
        { type: 'y', plate: '2' },
      ]
      const { id } = await post(scim.strict, '/Users', {
        schemas: [USER, CUSTOM],
        userName: 'driver',
        [CUSTOM]: { cars, tags: ['a', 'b'] },
      })
      const operations = [
        { op: 'replace', path: `${CUSTOM}:cars[type eq "x"].plate`, value: '3' },
        { op: 'remove', path: `${CUSTOM}:tags[value eq "a"]` },
      ]
      const changed = await patched(scim.strict, `/Users/${id}`, ...operations)
      expect(changed[CUSTOM]).toEqual({ cars: [{ type: 'x', plate: '3' }, cars[1]], tags: ['b'] })
      expect(await namesFound(scim.strict, '/Users', `${CUSTOM}:cars[type eq "x" and plate eq "3"]`)).toEqual([
        'driver',
      ])
    })

    test('Microsoft’s URN with a dot is understood of a lenient client', async () => {
      const { id } = await fresh({})
      const operation = { op: 'Add', path: `${ENTERPRISE}.manager`, value: 'boss' }
      expect(await patched(scim.lenient, `/Users/${id}`, operation)).toMatchObject({
        [ENTERPRISE]: { manager: { value: 'boss' } },
      })
    })

    test.each([
      '',
      'shoeSize',
      'name.shoeSize',
      'name.givenName.first',
      'emails[type eq "work"',
      'emails[type eq "work"]value',
      'emails[type eq "work"].value.x',
      'emails[]',
      'emails["work"]',
      'emails type eq "work"',
      '.value',
      'name.',
      '1name',
      'urn:x:y:name',
      `${USER}:`,
      'name givenName',
    ])('%j is invalidPath', async (path) => {
      expect(await refusedOf({ emails: [WORK] }, { op: 'replace', path, value: 'x' })).toEqual([400, 'invalidPath'])
    })

    test.each(['emails[primary gt true].value', 'emails[type co 7].value', 'emails[shoeSize pr].value'])(
      '%s has a filter that makes no sense: invalidFilter',
      async (path) => {
        expect(await refusedOf({ emails: [WORK] }, { op: 'replace', path, value: 'x' })).toEqual([400, 'invalidFilter'])
      },
    )

    test.each<[string, Json | string]>([
      ['an unknown op', patchOf({ op: 'move', path: 'title', value: 'x' })],
      ['no op', patchOf({ path: 'title', value: 'x' })],
      ['an operation that is none', patchOf([] as never)],
      ['broken JSON', '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{'],
    ])('%s is invalidSyntax', async (_what, body) => {
      const { id } = await fresh({})
      expect(await refused(scim.strict('PATCH', `/Users/${id}`, body))).toEqual([400, 'invalidSyntax'])
      expect(await answered(scim.strict('GET', `/Users/${id}`))).toMatchObject({ meta: { version: 'W/"1"' } })
    })
  },
)
