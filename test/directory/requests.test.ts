import { beforeAll, describe, expect, test } from 'vitest'
import { basicHeader } from '../support/app.ts'
import { create, directory, type Directory, refusal } from './world.ts'

const PASSWORD = 'MyPa33w@rd'

let scim: Directory
beforeAll(async () => {
  scim = await directory()
})

describe('who may ask (RFC 7644 section 2)', () => {
  const ask = (Authorization?: string) =>
    scim.tenant.fetch('/scim2/Users', { headers: Authorization === undefined ? {} : { Authorization } })

  test('nobody without a credential, or with a wrong one: 401 that names the ways to authenticate', async () => {
    for (const header of [undefined, basicHeader('admin', 'wrong'), 'Bearer invented', 'Digest x']) {
      const answer = await ask(header)
      expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Basic .*Bearer/)
      expect((await refusal(answer)).status).toBe(401)
    }
  })

  test('no user who is not an administrator: 403', async () => {
    await create(scim, 'Users', { userName: 'plain', password: PASSWORD })
    expect((await refusal(ask(basicHeader('plain', PASSWORD)))).status).toBe(403)
  })

  test('no page of another site, with the Basic that a browser remembers, as far as it changes something', async () => {
    const post = (Origin: string) =>
      scim.tenant.scim('POST', '/Users', { userName: `from ${Origin}` }, { Origin, 'Content-Type': '' })
    expect((await refusal(post('https://evil.example'))).status).toBe(403)
    expect((await refusal(post('null'))).status).toBe(403)
    expect((await post('https://localhost:9443')).status).toBe(201)
  })

  test('a client with a SCIM token, until it expires or is removed', async () => {
    const expiresAt = new Date(scim.world.platform.now().getTime() + 60_000).toISOString()
    const make = async (body: object) =>
      (await (await scim.tenant.api('POST', '/scim-tokens', body)).json()) as { id: string; token: string }
    const lasting = await make({ description: 'HR' })
    const short = await make({ description: 'for a minute', expiresAt })
    expect([(await ask(`Bearer ${lasting.token}`)).status, (await ask(`Bearer ${short.token}`)).status]).toEqual([
      200, 200,
    ])
    scim.world.advance(60_000)
    expect([(await ask(`Bearer ${lasting.token}`)).status, (await ask(`Bearer ${short.token}`)).status]).toEqual([
      200, 401,
    ])
    await scim.tenant.api('DELETE', `/scim-tokens/${lasting.id}`)
    expect((await ask(`Bearer ${lasting.token}`)).status).toBe(401)
  })

  test('an administrator who guesses wrong too often waits: 429 with Retry-After', async () => {
    scim.world.hold(true)
    for (let i = 0; i < 5; i++) await ask(basicHeader('nobody', 'wrong'))
    const answer = await ask(basicHeader('nobody', 'wrong'))
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThanOrEqual(1)
    expect((await refusal(answer)).status).toBe(429)
    scim.world.hold(false)
  })
})

describe('a body', () => {
  test('that is broken is refused, and the refusal names the place', async () => {
    const broken = '{\n  "userName": "ann",\n  "name": { "givenName" "Ann" }\n}'
    const { status, scimType, detail } = await refusal(scim.tenant.scim('POST', '/Users', broken))
    expect([status, scimType]).toEqual([400, 'invalidSyntax'])
    expect(detail).toMatch(/^Line 3, column 25: expected a colon/)
  })

  test.each([
    ['without userName', { name: { givenName: 'Ann' } }, 'invalidValue', 'userName'],
    ['with an empty userName', { userName: '' }, 'invalidValue', 'userName'],
    ['with an attribute of the wrong type', { userName: 'ann', active: 'perhaps' }, 'invalidValue', 'active'],
    ['with text where an object belongs', { userName: 'ann', name: 'Ann' }, 'invalidValue', 'name'],
    ['that is a list', [], 'invalidSyntax', 'object'],
  ])(
    '%s is refused, and the refusal names what is wrong (RFC 7644 section 3.12)',
    async (_what, body, scimType, word) => {
      const refused = await refusal(scim.tenant.scim('POST', '/Users', body))
      expect(refused).toMatchObject({ status: 400, scimType })
      expect(refused.detail).toContain(word)
    },
  )

  test('of no JSON media type is refused: 415', async () => {
    const answer = scim.tenant.scim('POST', '/Users', '<user/>', { 'Content-Type': 'application/xml' })
    expect((await refusal(answer)).status).toBe(415)
  })

  test('that is over the maxPayloadSize is refused: 413, also when it does not say how long it is', async () => {
    const body = JSON.stringify({ userName: 'long', nickName: 'x'.repeat(8 * 1024 * 1024) })
    expect((await refusal(scim.tenant.scim('POST', '/Users', body))).status).toBe(413)
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(body))
        controller.close()
      },
    })
    const headers = { Authorization: scim.tenant.basic, 'Content-Type': 'application/json' }
    const chunked = scim.tenant.fetch('/scim2/Users', {
      method: 'POST',
      headers,
      body: stream,
      duplex: 'half',
    } as RequestInit)
    expect((await refusal(chunked)).status).toBe(413)
  })

  test('cannot set what is the server’s: id, meta, groups and roles (RFC 7643 section 7, readOnly)', async () => {
    const body = {
      userName: 'sly',
      id: 'mine',
      roles: [{ value: 'x', display: 'admin' }],
      groups: [{ value: 'x' }],
      meta: { version: 'W/"9"' },
    }
    const made = await create(scim, 'Users', body)
    expect(made.id).not.toBe('mine')
    expect(made.meta.version).toBe('W/"1"')
    expect((made.roles as { display: string }[]).map(({ display }) => display)).toEqual(['everyone'])
    expect(made.groups).toBeUndefined()
    const { status } = await scim.tenant.fetch('/scim2/Users', { headers: { Authorization: basicHeader('sly', '') } })
    expect(status).toBe(401)
  })
})
