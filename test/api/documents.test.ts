import { beforeAll, describe, expect, test } from 'vitest'
import { OPERATIONS } from '../../src/api/operations.ts'
import { apiRoutes } from '../../src/api/routes.ts'
import { testWorld, type TestWorld } from '../support/app.ts'

const ORIGIN = 'https://localhost:9443'
type Json = { readonly [name: string]: unknown }
type Document = Json & {
  readonly paths: Record<string, Record<string, Json & { responses: Record<string, Json>; parameters: Json[] }>>
  readonly servers: readonly { readonly url: string }[]
}

let world: TestWorld
beforeAll(async () => {
  world = await testWorld()
  await world.tenant('acme')
})

async function document(base = ''): Promise<Document> {
  const answer = await world.app.request(`${ORIGIN}${base}/api/v1/openapi.json`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Document
}

test('every operation that is described is there, and every one that is there is described', () => {
  const described = OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} /api/v1${path}`)
  const routes = apiRoutes(async () => undefined)
    .routes.filter(({ method, path }) => method !== 'ALL' && path !== '/api/v1/openapi.json' && path !== '/api/docs')
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
  expect([...new Set(routes)].toSorted()).toEqual(described.toSorted())
})

describe('the OpenAPI document', () => {
  test('is of version 3.1 and names the tenant’s own server', async () => {
    expect(await document()).toMatchObject({ openapi: '3.1.0', servers: [{ url: `${ORIGIN}/api/v1` }] })
    expect((await document('/t/acme')).servers).toEqual([{ url: `${ORIGIN}/t/acme/api/v1` }])
  })

  test('gives each operation an id of its own, its success and its refusal, and each parameter of its path', async () => {
    const { paths } = await document()
    const operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.values(item).map((operation) => ({ path, operation })),
    )
    expect(operations).toHaveLength(OPERATIONS.length)
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, operation } of operations) {
      const inPath = operation.parameters.filter((one) => one.in === 'path').map(({ name }) => `{${String(name)}}`)
      expect(inPath).toEqual(path.match(/\{\w+\}/g) ?? [])
      expect(Object.keys(operation.responses).some((status) => /^20[0-4]$/.test(status))).toBe(true)
      expect(operation.responses.default).toMatchObject({ content: { 'application/problem+json': {} } })
    }
  })

  test('refers to nothing that is not in it', async () => {
    const text = JSON.stringify(await document())
    const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, to = '']) => to))
    expect([...references]).toEqual(['#/components/schemas/Problem'])
    expect(text).toContain('"schemas":{"Problem":')
  })

  test('says what the requests are held against', async () => {
    const { paths } = await document()
    expect(paths['/applications']?.post?.requestBody).toMatchObject({
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string', maxLength: 100 } },
          },
        },
      },
    })
    expect(paths['/applications']?.get?.parameters).toContainEqual(
      expect.objectContaining({ in: 'query', name: 'limit', schema: expect.objectContaining({ maximum: 200 }) }),
    )
  })

  test('describes no answer that has a secret in it, but for those that show it once', async () => {
    const { paths } = await document()
    const telling = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, { responses }]) =>
          /"(?:clientSecret|password|token|value|defaultPassword|\w*[Ss]ealed\w*|\w*[Hh]ash)":\{/.test(
            JSON.stringify(responses),
          ),
        )
        .map(([method]) => `${method} ${path}`),
    )
    expect(telling.toSorted()).toEqual([
      'post /applications',
      'post /applications/{id}/client-secret',
      'post /client-registration/tokens',
      'post /scim-tokens',
    ])
  })
})

test('the readable documents show every operation, and run no script of their own', async () => {
  const answer = await world.app.request(`${ORIGIN}/t/acme/api/docs`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Type')).toContain('text/html')
  expect(answer.headers.get('Content-Security-Policy')).toContain("script-src 'self'")
  const text = await answer.text()
  for (const { summary, path } of OPERATIONS) {
    expect(text).toContain(`<h2>${summary}</h2>`)
    expect(text).toContain(`<code>${path}</code>`)
  }
  expect(text).toContain(`${ORIGIN}/t/acme/api/v1`)
  expect(text).toContain('href="/t/acme/api/v1/openapi.json"')
})
