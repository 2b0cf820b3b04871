import { beforeAll, describe, expect, test } from 'vitest'
import { create, directory, type Directory, list, refusal, type Resource } from './world.ts'

/** The administrator is in the list as well. */
let scim: Directory
let made: Resource[]
const NAMES = ['ann', 'Bob', 'carla', 'dave', 'eve']
beforeAll(async () => {
  scim = await directory()
  made = []
  for (const [i, userName] of NAMES.entries()) {
    scim.world.advance(1000)
    made.push(
      await create(scim, 'Users', {
        userName,
        externalId: `HR-${i}`,
        ...(i < 3 ? { displayName: `Person ${i}` } : {}),
        ...(i === 4 ? { active: false } : {}),
        emails: [
          { value: `${userName}@Example.com`, type: 'work', primary: true },
          { value: `${userName}@home.example` },
        ],
      }),
    )
  }
})

async function find(filter: string): Promise<string[]> {
  const { Resources } = await list(scim, 'Users', { filter })
  return Resources.map(({ userName }) => String(userName)).toSorted()
}

describe('a page (RFC 7644 section 3.4.2.4)', () => {
  test('is a ListResponse that counts what there is and what it holds', async () => {
    expect(await list(scim, 'Users', {})).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 6,
      startIndex: 1,
      itemsPerPage: 6,
    })
  })

  test('begins at startIndex, counted from 1, and holds count', async () => {
    const page = await list(scim, 'Users', { startIndex: '3', count: '2' })
    expect(page).toMatchObject({ totalResults: 6, startIndex: 3, itemsPerPage: 2 })
    expect(page.Resources.map(({ userName }) => userName)).toEqual(['Bob', 'carla'])
  })

  test('that follow one another hold everyone once', async () => {
    const pages = await Promise.all(
      ['1', '3', '5'].map((startIndex) => list(scim, 'Users', { startIndex, count: '2' })),
    )
    const names = pages.flatMap((page) => page.Resources.map(({ userName }) => userName))
    expect(names).toEqual(['admin', ...NAMES])
  })

  test.each([
    ['startIndex=0 is 1', { startIndex: '0' }, { startIndex: 1, itemsPerPage: 6 }],
    ['startIndex=-5 is 1', { startIndex: '-5' }, { startIndex: 1, itemsPerPage: 6 }],
    ['count=0 gives the number alone', { count: '0' }, { totalResults: 6, itemsPerPage: 0, Resources: [] }],
    ['a negative count is 0', { count: '-1' }, { totalResults: 6, itemsPerPage: 0 }],
    ['behind the end there is nothing', { startIndex: '99' }, { totalResults: 6, itemsPerPage: 0 }],
    ['Entra’s lower-case startindex counts', { startindex: '6' }, { startIndex: 6, itemsPerPage: 1 }],
  ])('%s', async (_what, query, page) => {
    expect(await list(scim, 'Users', query)).toMatchObject(page)
  })

  test('a startIndex that is no number is refused', async () => {
    const refused = await refusal(scim.tenant.scim('GET', '/Users?startIndex=first'))
    expect(refused).toMatchObject({ status: 400, scimType: 'invalidValue' })
  })

  test('holds 1000 at the most, whatever count says', async () => {
    const config = (await (await scim.tenant.scim('GET', '/ServiceProviderConfig')).json()) as {
      filter: { maxResults: number }
    }
    expect(config.filter.maxResults).toBe(1000)
    expect((await list(scim, 'Users', { count: '100000' })).itemsPerPage).toBe(6)
  })

  test('shows the attributes that were asked for', async () => {
    const { Resources } = await list(scim, 'Users', { attributes: 'userName', filter: 'userName eq "ann"' })
    expect(Object.keys(Resources[0] ?? {}).toSorted()).toEqual(['id', 'schemas', 'userName'])
  })
})

describe('a filter (RFC 7644 section 3.4.2.2)', () => {
  test.each([
    ['userName eq "bob"', ['Bob']],
    ['userName Eq "BOB"', ['Bob']],
    ['username eq "bob"', ['Bob']],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "bob"', ['Bob']],
    ['userName eq "nobody"', []],
    ['userName sw "C"', ['carla']],
    ['userName co "A"', ['admin', 'ann', 'carla', 'dave']],
    ['userName ew "e"', ['dave', 'eve']],
    ['userName ne "bob"', ['admin', 'ann', 'carla', 'dave', 'eve']],
    ['userName gt "carla"', ['dave', 'eve']],
    ['userName ge "carla" and userName lt "eve"', ['carla', 'dave']],
    ['userName le "ann"', ['admin', 'ann']],
    ['externalId eq "HR-1"', ['Bob']],
    ['externalId eq "hr-1"', []],
    ['externalId pr', ['Bob', 'ann', 'carla', 'dave', 'eve']],
    ['not (externalId pr)', ['admin']],
    ['displayName eq "person 2"', ['carla']],
    ['displayName pr', ['Bob', 'ann', 'carla']],
    ['displayName ne "person 2"', ['Bob', 'admin', 'ann', 'dave', 'eve']],
    ['active eq false', ['eve']],
    ['active eq "False"', ['eve']],
    ['emails eq "ann@example.com"', ['ann']],
    ['emails.value eq "ann@home.example"', ['ann']],
    ['emails[value eq "ann@example.com"]', ['ann']],
    ['emails.value co "home"', ['Bob', 'ann', 'carla', 'dave', 'eve']],
    ['emails pr', ['Bob', 'ann', 'carla', 'dave', 'eve']],
    ['emails.value ne "ann@example.com" and userName pr', ['Bob', 'admin', 'carla', 'dave', 'eve']],
    ['userName eq "ann" or userName eq "bob"', ['Bob', 'ann']],
    ['userName eq "ann" or userName eq "bob" and active eq false', ['ann']],
    ['(userName eq "ann" or userName eq "eve") and active eq false', ['eve']],
    ['not (userName eq "ann" or externalId pr)', ['admin']],
  ])('%s finds %j', async (filter, names) => {
    expect(await find(filter)).toEqual(names)
  })

  test('by id and by time finds what was made then', async () => {
    const [ann, bob] = made
    expect(await find(`id eq "${ann?.id}"`)).toEqual(['ann'])
    expect(
      await find(`meta.created lt "${(bob?.meta as { created?: string } | undefined)?.created}" and externalId pr`),
    ).toEqual(['ann'])
    expect(await find(`meta.lastModified gt "2999-01-01T00:00:00Z"`)).toEqual([])
  })

  test.each([
    ['emails[shoeSize eq 44]', 'shoeSize'],
    ['name.shoeSize eq 44', 'name.shoeSize'],
    ['password eq "x"', 'password'],
    ['passwordHash sw "$"', 'passwordHash'],
    ['tenantId pr', 'tenantId'],
    ['constructor eq "x"', 'constructor'],
    ['userName eq', ''],
    ['userName like "x"', ''],
    ['userName eq "x', ''],
    ['active eq 7', 'active'],
    ['active gt true', 'active'],
    ['meta.created eq "soon"', 'meta.created'],
    ['(userName eq "x"', ''],
  ])('%s is refused as invalidFilter, in words that name it', async (filter, word) => {
    const refused = await refusal(scim.tenant.scim('GET', `/Users?${new URLSearchParams({ filter })}`))
    expect(refused).toMatchObject({ status: 400, scimType: 'invalidFilter' })
    expect(refused.detail).toContain(word)
  })

  test.each(['" or 1=1 --', "' or '1'='1", '%', '_nn', '\\', '"; drop table users; --'])(
    'takes %j for the text that it is',
    async (value) => {
      expect(await find(`userName eq ${JSON.stringify(value)}`)).toEqual([])
      expect(await find(`userName co ${JSON.stringify(value)}`)).toEqual([])
      expect(await find('userName eq "ann"')).toEqual(['ann'])
    },
  )
})
