import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { removeConnection, updateConnection } from '../../src/connections/commands.ts'
import { type FakeIdp, fakeIdp } from '../support/fake-idp.ts'
import { browserOf, connect, federationWorld, KIM, type World } from './world.ts'

let idp: FakeIdp
let world: World

beforeAll(async () => {
  idp = await fakeIdp()
})
afterAll(() => idp.close())
beforeEach(async () => {
  idp.misbehaviour = {}
  idp.person = { ...KIM }
  world = await federationWorld()
})

describe('the state', () => {
  test('that is brought twice at once gives one session (RFC 9700 section 4.7)', async () => {
    const id = await connect(world, idp)
    const browser = browserOf(world)
    const callback = await browser.visitProvider(id)
    const responses = await Promise.all([browser.get(callback), browser.get(callback)])
    expect(responses.map((response) => response.status).toSorted()).toEqual([303, 400])
    expect(await world.sessions()).toHaveLength(1)
  })

  test('from another browser is refused, and stays good in its own', async () => {
    const id = await connect(world, idp)
    const [own, thief, stranger] = [browserOf(world), browserOf(world), browserOf(world)]
    const callback = await own.visitProvider(id)
    await thief.visitProvider(id)
    for (const other of [thief, stranger]) {
      expect((await other.get(callback)).status).toBe(400)
      expect(other.hasSession()).toBe(false)
    }
    expect((await own.get(callback)).status).toBe(303)
  })

  test('of one tenant is unknown in another', async () => {
    const id = await connect(world, idp)
    const browser = browserOf(world)
    const callback = await browser.visitProvider(id)
    for (const [name, value] of [...browser.cookies]) browser.cookies.set(`${name}-t-acme`, value)
    const elsewhere = await browser.get(callback.replace('/commonauth', '/t/acme/commonauth'))
    expect(elsewhere.status).toBe(400)
    expect(await world.sessions()).toEqual([])
    expect(await world.users()).toEqual([])
  })

  test('is good for ten minutes, and goes when the next sign-in begins', async () => {
    const id = await connect(world, idp)
    const browser = browserOf(world)
    const callback = await browser.visitProvider(id)
    world.advance(10 * 60_000)
    expect((await browser.get(callback)).status).toBe(400)
    await browser.visitProvider(id)
    expect(await world.states()).toHaveLength(1)
  })

  test('is kept as a hash, with nonce and verifier sealed', async () => {
    const id = await connect(world, idp)
    const start = await browserOf(world).get(`/login/connections/${id}`)
    const query = new URL(start.headers.get('Location') ?? '').searchParams
    const stored = JSON.stringify(await world.states())
    expect(stored).not.toContain(query.get('state'))
    expect(stored).not.toContain(query.get('nonce'))
  })

  test('goes with its connection', async () => {
    const id = await connect(world, idp)
    const browser = browserOf(world)
    const callback = await browser.visitProvider(id)
    await removeConnection(world.scope(), id)
    expect(await world.states()).toEqual([])
    expect((await browser.get(callback)).status).toBe(400)
    expect(browser.hasSession()).toBe(false)
  })

  test('of a sign-in whose provider became another one meanwhile is refused (RFC 9700 section 4.4)', async () => {
    const id = await connect(world, idp)
    const browser = browserOf(world)
    const callback = await browser.visitProvider(id)
    const other = await fakeIdp()
    await updateConnection(world.scope(), id, { authenticator: other.authenticator })
    const forged = new URL(callback)
    forged.searchParams.set('iss', other.origin)
    expect((await browser.get(forged.href)).status).toBe(502)
    expect(other.calls).not.toContain('/token')
    await other.close()
  })
})
