/** What the service says of itself, held against the examples of RFC 7643 sections 8.5 to 8.7 and RFC 9865 section 4. */
import { beforeAll, expect, test } from 'vitest'
import { fixture } from './fixtures.ts'
import { get, type Json, ORIGIN, type Service, service } from './world.ts'

let scim: Service
beforeAll(async () => {
  scim = await service()
})

type Attribute = Json & { readonly name: string; readonly subAttributes?: Attribute[] }
type Schema = { readonly id: string; readonly name: string; readonly attributes: Attribute[] }

const CHARACTERISTICS =
  'type multiValued required caseExact mutability returned uniqueness referenceTypes canonicalValues'.split(' ')

/** Where an attribute is not as it was published, on purpose: what it is here, and why. */
const DELIBERATE: readonly { readonly fact: RegExp; readonly here: unknown; readonly why: string }[] = [
  {
    fact: /^\w+: (?:profileUrl|photos\.value|(?:groups|members|manager)\.\$ref) caseExact$/,
    here: true,
    why: 'A reference is case exact (section 2.3.7).',
  },
  { fact: /^User: x509Certificates\.value caseExact$/, here: true, why: 'A binary is case exact (section 2.3.6).' },
  { fact: /^User: password caseExact$/, here: true, why: 'Another case is another password.' },
  { fact: /^Group: members\.value caseExact$/, here: true, why: 'It is an id, which is case exact (section 3.1).' },
  { fact: /^User: groups\.\$ref referenceTypes$/, here: ['Group'], why: 'A user is in groups alone (erratum 8471).' },
  {
    fact: /^User: roles\.?\w* mutability$/,
    here: 'readOnly',
    why: 'Who holds a role is changed at the role, as WSO2 has it.',
  },
  { fact: /^Group: displayName required$/, here: true, why: 'Section 4.2 requires it.' },
  { fact: /^Group: displayName uniqueness$/, here: 'server', why: 'Clients look groups up by their names.' },
  { fact: /^User: (?:active|\w+\.primary) caseExact$/, here: false, why: 'The example is silent: section 2.2.' },
  { fact: /^User: (?:active|\w+\.primary) uniqueness$/, here: 'none', why: 'The example is silent: section 2.2.' },
]

/** What the service has and the print has not. */
const ADDED: Readonly<Record<string, string>> = {
  'User: addresses.primary': 'Section 2.4 has it for every attribute of several values.',
  'User: roles.$ref': 'A role is a resource here.',
  'User: roles.audienceType': 'WSO2 shows where a role counts.',
  'User: roles.audienceValue': 'WSO2 shows where a role counts.',
  'User: roles.audienceDisplay': 'WSO2 shows where a role counts.',
  'Group: members.display': 'Section 2.4 has it, and the example of section 8.4 shows it.',
}

/** Characteristics by the path of their attribute. */
function attributesOf({ name, attributes }: Schema): Map<string, Attribute> {
  const all = (prefix: string, some: readonly Attribute[]): [string, Attribute][] =>
    some.flatMap((one) => [[prefix + one.name, one], ...all(`${prefix}${one.name}.`, one.subAttributes ?? [])])
  return new Map(all(`${name}: `, attributes))
}

/** A complex value has no case and no uniqueness (section 2.3.8, erratum 6004); an empty list is none. */
function factOf(attribute: Attribute, characteristic: string): unknown {
  if (attribute.type === 'complex' && ['caseExact', 'uniqueness'].includes(characteristic)) return undefined
  const value = attribute[characteristic]
  return Array.isArray(value) && value.length === 0 ? undefined : value
}

const published = ['user', 'group', 'enterprise-user'].map((name) => fixture<Schema>(`rfc7643/8.7.1-${name}-schema`))

test.each(published)(
  '8.7.1: each attribute of $name is as it was published, but for what is told above',
  async (schema) => {
    const ours = await get<Schema>(scim.strict, `/Schemas/${schema.id}`)
    expect(ours.name).toBe(schema.name)
    const [theirs, here] = [attributesOf(schema), attributesOf(ours)]
    expect([...here.keys()].filter((path) => !theirs.has(path) && !(path in ADDED))).toEqual([])
    for (const [path, attribute] of theirs) {
      const own = here.get(path) ?? expect.fail(`${path} is missing`)
      for (const characteristic of CHARACTERISTICS) {
        const fact = `${path} ${characteristic}`
        const told = DELIBERATE.find((one) => one.fact.test(fact))
        expect
          .soft({ [fact]: factOf(own, characteristic) })
          .toEqual({ [fact]: told ? told.here : factOf(attribute, characteristic) })
      }
    }
  },
)

test('8.7.1: what is told above is so, and differs from the print', () => {
  const facts = published.flatMap((schema) =>
    [...attributesOf(schema)].flatMap(([path, attribute]) =>
      CHARACTERISTICS.map((name) => ({ fact: `${path} ${name}`, value: factOf(attribute, name) })),
    ),
  )
  for (const { fact, here, why } of DELIBERATE) {
    const meant = facts.filter((one) => fact.test(one.fact))
    expect(meant.length, String(fact)).toBeGreaterThan(0)
    expect(meant.filter(({ value }) => value === here)).toEqual([])
    expect(why).toMatch(/\.$/)
  }
})

test('8.5: the configuration has every attribute of the example, each of its type', async () => {
  const ours = await get<Json>(scim.strict, '/ServiceProviderConfig')
  const example = fixture('rfc7643/8.5-service-provider-config')
  // It never changes, and so has no version and no dates.
  const { meta, authenticationSchemes, ...rest } = example
  const shape = (value: Json[string]): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? expect.objectContaining(Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shape(one)])))
      : expect.any(
          ({ boolean: Boolean, number: Number, string: String } as Record<string, unknown>)[typeof value] ?? Array,
        )
  expect(ours).toEqual(
    expect.objectContaining({ ...(shape(rest) as { sample: Json }).sample, schemas: example.schemas }),
  )
  expect((meta as Json).resourceType).toBe((ours.meta as Json).resourceType)
  const types = (schemes: Json[string]) => (schemes as Json[]).map(({ type, primary }) => [type, primary === true])
  expect(types(ours.authenticationSchemes)).toEqual(types(authenticationSchemes))
})

test.each(fixture<Json[]>('rfc7643/8.6-resource-types'))('8.6: the resource type $name', async (example) => {
  const ours = await get<Json>(scim.strict, `/ResourceTypes/${example.name}`)
  const { schemaExtensions = [], meta, ...rest } = example
  expect(ours).toMatchObject(rest)
  expect(ours.meta).toEqual({ ...(meta as Json), location: `${ORIGIN}/scim2/ResourceTypes/${example.name}` })
  // The example requires the extension; here nobody has to have an employee number.
  for (const { schema } of schemaExtensions as Json[]) {
    expect(ours.schemaExtensions).toContainEqual({ schema, required: false })
  }
})

test('RFC 9865 §4: the configuration has the pagination of the example, with values of its own', async () => {
  const { pagination } = fixture<{ pagination: Json }>('rfc9865/4-service-provider-config')
  const ours = (await get<Json>(scim.strict, '/ServiceProviderConfig')).pagination as Json
  const types = (of: Json) => Object.entries(of).map(([name, value]) => [name, typeof value])
  expect(Object.fromEntries(types(ours))).toEqual(Object.fromEntries(types(pagination)))
  expect(ours).toMatchObject({ cursor: true, index: true })
})
