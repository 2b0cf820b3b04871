import { beforeAll, describe, expect, test } from 'vitest'
import { answered, type Api, APPLICATION, fieldsOf, managementApi, problem } from './world.ts'

let api: Api
const create = (name: string) => answered(api.tenant.api('POST', '/applications', { name, ...APPLICATION }), 201)
beforeAll(async () => {
  api = await managementApi()
  for (const name of ['first', 'Second', 'third']) await create(name)
})

describe('paging', () => {
  beforeAll(async () => {
    for (const i of [1, 2, 3, 4, 5]) await create(`Page ${i}`)
  })

  test('goes through all applications by name, each once, and ends without a cursor', async () => {
    const seen: string[] = []
    let cursor = ''
    for (let pages = 0; pages < 50; pages++) {
      const query = new URLSearchParams({ limit: '2', ...(cursor === '' ? {} : { cursor }) })
      const page = await answered(api.tenant.api('GET', `/applications?${query}`))
      const items = page.items as { name: string }[]
      expect(items.length).toBeLessThanOrEqual(2)
      seen.push(...items.map(({ name }) => name))
      if (page.nextCursor === undefined) break
      cursor = String(page.nextCursor)
    }
    const { items } = await answered(api.tenant.api('GET', '/applications?limit=200'))
    expect(seen).toEqual((items as { name: string }[]).map(({ name }) => name))
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.filter((name) => name.startsWith('Page'))).toHaveLength(5)
  })

  test('neither loses nor doubles an application when another one is removed or added on the way', async () => {
    const first = await answered(api.tenant.api('GET', '/applications?limit=1'))
    const [shown] = first.items as { id: string; name: string }[]
    await api.tenant.api('DELETE', `/applications/${shown?.id}`)
    await create('0 comes before all')
    const query = new URLSearchParams({ limit: '200', cursor: String(first.nextCursor) })
    const names = ((await answered(api.tenant.api('GET', `/applications?${query}`))).items as { name: string }[]).map(
      ({ name }) => name,
    )
    expect(names).not.toContain('0 comes before all')
    expect(names.filter((name) => name.startsWith('Page'))).toHaveLength(5)
  })

  test.each([
    ['limit=0', ['limit']],
    ['limit=201', ['limit']],
    ['limit=many', ['limit']],
    ['cursor=***', ['cursor']],
    ['cursor=%FF', ['cursor']],
  ])('%s is refused with 400', async (query, fields) => {
    const refused = await problem(api.tenant.api('GET', `/applications?${query}`))
    expect([refused.status, fieldsOf(refused)]).toEqual([400, fields])
  })
})
