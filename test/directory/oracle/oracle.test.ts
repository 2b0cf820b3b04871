/** What SQL finds is what the pure matcher finds, and in the order that the RFC says (RFC 7644 sections 3.4.2.1 to 3.4.2.3). */
import { beforeAll, describe, expect, test } from 'vitest'
import { readFilter } from '../../../src/directory/list/queries.ts'
import { compareText, instantOf, keyOf } from '../../../src/scim/compared.ts'
import { matches } from '../../../src/scim/matches.ts'
import { findSortPath } from '../../../src/scim/query.ts'
import { GROUP, ROLE } from '../../../src/scim/resource-types.ts'
import { isComplex, type Resource, type ResourceType, type Value } from '../../../src/scim/schema.ts'
import { testWorld, type TestTenant, type TestWorld } from '../../support/app.ts'
import { anyFilter, sortablePaths, targetsOf, type Target } from './filters.ts'
import { populate } from './people.ts'
import { newRandom } from './random.ts'

type Kind = { readonly path: string; readonly type: ResourceType; resources: Resource[]; targets: Target[] }

let tenant: TestTenant
let world: TestWorld
let kinds: Kind[]
beforeAll(async () => {
  world = await testWorld()
  tenant = await world.tenant()
  const type = await populate(world, await world.scope(), newRandom(7))
  // A stranger with the same names, whom nothing may find.
  await (await world.tenant('acme')).scim('POST', '/Users', { userName: 'Kim1', emails: [{ value: 'Kim' }] })
  kinds = []
  for (const [path, of] of [
    ['/Users', type],
    ['/Groups', GROUP],
    ['/Roles', ROLE],
  ] as const) {
    const resources = await search(path, { count: 1000 })
    kinds.push({ path, type: of, resources, targets: targetsOf(of, resources) })
  }
})

async function search(path: string, request: object): Promise<Resource[]> {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest']
  const answer = await tenant.scim('POST', `${path}/.search`, { schemas, count: 1000, ...request })
  const body = (await answer.json()) as { Resources: Resource[]; detail?: string }
  if (answer.status !== 200)
    throw new Error(
      `${answer.status} ${body.detail}: ${JSON.stringify(request)} ${JSON.stringify(world.logs.at(-1)).slice(100)}`,
    )
  return body.Resources
}

const idsOf = (resources: readonly Resource[]) => resources.map(({ id }) => String(id))
const kindOf = (path: string) => kinds.find((one) => one.path === path) as Kind

describe.each([
  ['/Users', 2000],
  ['/Groups', 1000],
  ['/Roles', 1000],
])('%s', (path, filters) => {
  test(`finds for ${filters} filters what the matcher finds`, async () => {
    const { type, resources, targets } = kindOf(path)
    const random = newRandom(path.length * 1000)
    let found = 0
    for (let i = 0; i < filters; i++) {
      const filter = anyFilter(random, targets, random.below(4))
      const tree = readFilter([type], filter)
      const expected = idsOf(resources.filter((resource) => matches(type, tree, resource)))
      // In which order, nobody asked.
      expect(idsOf(await search(path, { filter, attributes: ['id'] })).toSorted(), filter).toEqual(expected)
      if (expected.length > 0 && expected.length < resources.length) found++
    }
    // Most of them tell something apart.
    expect(found).toBeGreaterThan(filters / 5)
  })

  test('finds a stretch of an index whole, page by page, in its order and in any other', async () => {
    const { type, resources, targets } = kindOf(path)
    const random = newRandom(path.length * 77)
    const simple = targets.filter(({ attribute }) => !attribute.subAttributes && !attribute.multiValued)
    for (let i = 0; i < 150; i++) {
      const filter = anyFilter(random, simple, 0)
      const tree = readFilter([type], filter)
      const matching = resources.filter((resource) => matches(type, tree, resource))
      const count = 1 + random.below(4)
      expect((await walk(path, { filter, count })).toSorted(), filter).toEqual(idsOf(matching))
      const [sortBy = 'id'] = filter.split(' ').filter((word) => sortablePaths(type).includes(word))
      for (const [sortOrder, isDescending] of [
        ['ascending', false],
        ['descending', true],
      ] as const) {
        const expected = idsOf(sorted(type, matching, sortBy, isDescending))
        expect(await walk(path, { filter, sortBy, sortOrder, count }), `${filter} by ${sortBy}`).toEqual(expected)
      }
    }
  })

  test('sorts by every attribute as the RFC says, and pages in that order', async () => {
    const { type, resources } = kindOf(path)
    for (const sortBy of sortablePaths(type)) {
      for (const sortOrder of ['ascending', 'descending']) {
        const expected = idsOf(sorted(type, resources, sortBy, sortOrder === 'descending'))
        const got = idsOf(await search(path, { sortBy, sortOrder, attributes: ['id'] }))
        expect(got, `${sortBy} ${sortOrder}`).toEqual(expected)
        expect(await walk(path, { sortBy, sortOrder, count: 7 }), `${sortBy} ${sortOrder} by cursor`).toEqual(expected)
      }
    }
  })
})

test('the root finds for 1000 filters what the matcher finds in all types together', async () => {
  const random = newRandom(99)
  for (let i = 0; i < 1000; i++) {
    const filter = anyFilter(random, random.pick(kinds).targets, random.below(3))
    const tree = readFilter(
      kinds.map(({ type }) => type),
      filter,
    )
    const expected = kinds.flatMap(({ type, resources }) => idsOf(resources.filter((one) => matches(type, tree, one))))
    const got = idsOf(await search('', { filter, attributes: ['id'] }))
    expect(got.toSorted(), filter).toEqual(expected.toSorted())
  }
})

test('a filter may be as deep as the grammar is read, for every type', async () => {
  for (const { path, targets, resources, type } of kinds) {
    const random = newRandom(5)
    // So many questions about members would be too much.
    const simple = targets.filter(
      ({ path: name, attribute }) => !attribute.subAttributes && !attribute.multiValued && !/^members/i.test(name),
    )
    for (let i = 0; i < 20; i++) {
      let filter = anyFilter(random, simple, 0)
      for (let depth = 0; depth < 32; depth++) {
        const leaf = anyFilter(random, simple, 0)
        filter = random.pick([
          `not (${filter})`,
          `(${filter} and ${leaf})`,
          `(${leaf} or ${filter})`,
          `not (${leaf} or ${filter})`,
        ])
      }
      const tree = readFilter([type], filter)
      const expected = idsOf(resources.filter((one) => matches(type, tree, one)))
      expect(idsOf(await search(path, { filter, attributes: ['id'] })), filter).toEqual(expected)
    }
  }
})

/** All ids by cursor, page by page. */
async function walk(path: string, request: object): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      ...request,
      cursor,
      attributes: ['id'],
    }
    const page = (await (await tenant.scim('POST', `${path}/.search`, body)).json()) as {
      Resources: Resource[]
      nextCursor?: string
    }
    ids.push(...idsOf(page.Resources))
    cursor = page.nextCursor
  }
  return ids
}

/** RFC 7644 section 3.4.2.3: missing last, or first if it is descending; of several values the primary or the first. */
function sorted(type: ResourceType, resources: readonly Resource[], sortBy: string, isDescending: boolean): Resource[] {
  const keys = new Map(resources.map((resource) => [resource, sortKey(type, resource, sortBy)]))
  const order = isDescending ? -1 : 1
  return resources.toSorted((one, other) => {
    const [left, right] = [keys.get(one), keys.get(other)]
    const ids = compareText(String(one.id), String(other.id))
    if (left === undefined || right === undefined) {
      return order * (left === right ? ids : left === undefined ? 1 : -1)
    }
    return order * (compare(left, right) || ids)
  })
}

function sortKey(type: ResourceType, resource: Resource, sortBy: string): string | number | undefined {
  const found = findSortPath(type, sortBy)
  if (!found) return undefined
  const { container, attribute, subAttribute } = found
  const holder = container === undefined ? resource : resource[container]
  const given = isComplex(holder) ? holder[attribute.name] : undefined
  const values = Array.isArray(given) ? given : given === undefined ? [] : [given]
  const compared = subAttribute ?? attribute
  const keyed = (value: Value | undefined) => {
    const part = subAttribute && isComplex(value) ? value[subAttribute.name] : value
    const one = Array.isArray(part) ? part[0] : part
    if (one === undefined || one === null) return undefined
    if (typeof one === 'boolean') return one ? 1 : 0
    if (typeof one !== 'string') return one as number
    return compared.type === 'dateTime' ? instantOf(one) : keyOf(compared, one)
  }
  // Of what stands in tables of its own, the smallest is the first.
  const isLinked = ['groups', 'roles', 'members', 'users', 'permissions', 'schemas'].includes(attribute.name)
  if (isLinked && (attribute.name !== 'schemas' || type.id === 'Role')) {
    return values
      .map(keyed)
      .filter((key) => key !== undefined)
      .toSorted(compare)[0]
  }
  return keyed(values.find((value) => isComplex(value) && value.primary === true) ?? values[0])
}

function compare(one: string | number, other: string | number): number {
  return typeof one === 'string' ? compareText(one, String(other)) : one - Number(other)
}
