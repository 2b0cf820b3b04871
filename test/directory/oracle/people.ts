/** A directory of people, groups in groups and roles, with values that are hard to compare. */
import { createAttribute } from '../../../src/directory/attributes/commands.ts'
import { attributeInput } from '../../../src/directory/attributes/settings.ts'
import { createGroup } from '../../../src/directory/groups/creation/commands.ts'
import { createRole } from '../../../src/directory/roles/creation/commands.ts'
import { createUser } from '../../../src/directory/users/creation/commands.ts'
import { userTypeOf } from '../../../src/directory/attributes/queries.ts'
import type { Scope } from '../../../src/platform.ts'
import { GROUP, ROLE } from '../../../src/scim/resource-types.ts'
import type { Attribute, Complex, ResourceType, Value } from '../../../src/scim/schema.ts'
import { validateResource } from '../../../src/scim/validate.ts'
import { createApplication } from '../../../src/applications/commands.ts'
import { applicationInput } from '../../../src/applications/settings.ts'
import type { TestWorld } from '../../support/app.ts'
import type { Random } from './random.ts'

const TEXTS = [
  'Kim', 'kim', 'KIM', 'Kimberly', 'Straße', 'STRASSE', 'strasse', 'ΣΊΣΥΦΟΣ', 'σίσυφος', 'é', 'e\u0301', 'É', 'ﬁ', 'fi',
  '😀', '\uff5e', '\ud7ff', 'x"y', 'a\\b', "O'Hara", '100%', 'a_b', ' lead', 'İstanbul', 'istanbul', 'ısı', '', 'z',
] as const // prettier-ignore
const TIMES = [
  '2026-01-01T00:00:00Z',
  '2026-01-01T02:00:00+02:00',
  '2025-12-31T23:59:59.9999999Z',
  '1960-05-05T05:05:05Z',
]
const ORIGIN = { source: 'setup' } as const

const CUSTOM = [
  { name: 'shoeSize', type: 'integer' },
  { name: 'height', type: 'decimal' },
  { name: 'isGuide', type: 'boolean' },
  { name: 'hired', type: 'dateTime' },
  { name: 'badge', type: 'string', caseExact: true },
  { name: 'home-page', type: 'reference' },
  { name: 'key', type: 'binary' },
  { name: 'languages', type: 'string', multiValued: true },
  { name: 'scores', type: 'decimal', multiValued: true },
  { name: 'events', type: 'dateTime', multiValued: true },
  { name: 'flags', type: 'boolean', multiValued: true },
  {
    name: 'certificates',
    type: 'complex',
    multiValued: true,
    subAttributes: [
      { name: 'value', type: 'string' },
      { name: 'points', type: 'integer' },
      { name: 'until', type: 'dateTime' },
      { name: 'isValid', type: 'boolean' },
      { name: 'tags', type: 'string', multiValued: true },
    ],
  },
  {
    name: 'seat',
    type: 'complex',
    subAttributes: [
      { name: 'row', type: 'integer' },
      { name: 'labels', type: 'string', multiValued: true },
    ],
  },
]

/** Makes all of it; gives the type of the tenant's users. */
export async function populate(world: TestWorld, scope: Scope, random: Random): Promise<ResourceType> {
  for (const attribute of CUSTOM) await createAttribute(scope, attributeInput.parse(attribute))
  const type = await userTypeOf(scope)
  const users: string[] = []
  for (let i = 0; i < 60; i++) {
    const at = { ...scope, now: new Date(scope.now.getTime() + random.below(20) * 1000) }
    const input = validateResource(type, anyUser(random, type, i))
    users.push((await createUser(at, input, ORIGIN)).row.id)
  }
  const groups: string[] = []
  for (let i = 0; i < 14; i++) {
    const members = [...some(random, users, 5), ...some(random, groups, 2)].map((value) => ({ value }))
    const body = {
      schemas: [GROUP.schema.id],
      displayName: `${random.pick(TEXTS)}${i}`,
      members,
      ...anyExternalId(random, i),
    }
    groups.push((await createGroup(scope, validateResource(GROUP, body), ORIGIN, { unknown: { kind: 'refuse' } })).id)
  }
  const application = await createApplication(
    scope,
    applicationInput.parse({ name: 'Straße', redirectUris: ['https://app.example/'] }),
  )
  for (let i = 0; i < 6; i++) {
    const body = {
      schemas: [ROLE.schema.id],
      displayName: `${random.pick(TEXTS)}r${i}`,
      ...(i % 2 ? { audience: { type: 'application', value: application.row.id } } : {}),
      permissions: i % 2 ? [{ value: 'Read' }] : [{ value: 'scim:read' }, { value: 'settings:read' }],
      users: some(random, users, 3).map((value) => ({ value })),
      groups: some(random, groups, 2).map((value) => ({ value })),
    }
    await createRole(scope, validateResource(ROLE, body), ORIGIN)
  }
  void world
  return type
}

function anyUser(random: Random, type: ResourceType, i: number): Complex {
  const name = `${random.pick(TEXTS).trim() || 'u'}${i}`
  const body: Complex = { userName: name, ...anyExternalId(random, i) }
  fill(random, body, type.schema.attributes)
  const urns = [type.schema.id]
  for (const { schema } of type.extensions) {
    const part: Complex = {}
    if (schema.id.includes('Credentials') || random.chance(30)) continue
    fill(random, part, schema.attributes)
    if (Object.keys(part).length === 0) continue
    body[schema.id] = part
    urns.push(schema.id)
  }
  return { ...body, schemas: urns }
}

function anyExternalId(random: Random, i: number): Complex {
  return random.chance(60) ? { externalId: `${random.pick(['HR', 'hr', 'é'])}-${i}` } : {}
}

/** Half of the attributes that a client can set get values. */
function fill(random: Random, holder: Complex, attributes: readonly Attribute[]): void {
  for (const attribute of attributes) {
    const isSettable = attribute.mutability !== 'readOnly' && attribute.returned !== 'never'
    if (!isSettable || attribute.name in holder || attribute.name === 'userName' || random.chance(50)) continue
    holder[attribute.name] = anyValue(random, attribute)
  }
}

function anyValue(random: Random, attribute: Attribute): Value {
  if (!attribute.multiValued) return anySingle(random, attribute)
  const values = Array.from({ length: random.below(4) }, () => anySingle(random, attribute))
  // At most one is primary (RFC 7643 section 2.4).
  const first = values.find((value) => typeof value === 'object' && (value as Complex).primary === true)
  return values.map((value) =>
    typeof value === 'object' && value !== first && (value as Complex).primary === true
      ? { ...(value as Complex), primary: false }
      : value,
  )
}

function anySingle(random: Random, attribute: Attribute): Value {
  switch (attribute.type) {
    case 'complex': {
      const parts: Complex = {}
      fill(random, parts, attribute.subAttributes ?? [])
      return parts
    }
    case 'boolean':
      return random.chance(50)
    case 'integer':
      return random.pick([0, -7, 7, 42, 2 ** 53 - 1])
    case 'decimal':
      return random.pick([0, -7.5, 7, 1e21, 0.1, -0])
    case 'dateTime':
      return random.pick(TIMES)
    case 'binary':
      return random.pick(['', 'YQ==', 'Yw', 'Ab_-'])
    default:
      return random.pick(TEXTS)
  }
}

function some<T>(random: Random, from: readonly T[], most: number): T[] {
  if (from.length === 0) return []
  return [...new Set(Array.from({ length: random.below(most + 1) }, () => random.pick(from)))]
}
