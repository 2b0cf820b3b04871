/** What Node's server gives again without asking the app: what everybody is told alike, for a second, and never what was. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { listenByNode } from '../../src/runtime/listen-node.ts'
import type { Listener, RequestHandler } from '../../src/runtime/listen.ts'
import { basicHeader, ADMIN, testWorld, type TestWorld } from '../support/app.ts'
import { freePort } from '../support/child.ts'

let world: TestWorld
let listeners: Listener[]
let bases: string[]
/** The paths that came as far as the app. */
let asked: string[] = []
/** What an answer of the app waits for before it goes out. */
let held: { readonly path: string; readonly reached: () => void; readonly released: Promise<void> } | undefined

beforeAll(async () => {
  world = await testWorld()
  await world.tenant('acme')
  const handle: RequestHandler = async (request, bindings) => {
    const { pathname } = new URL(request.url)
    asked.push(pathname)
    const hold = held?.path === pathname ? held : undefined
    if (!hold) return world.app.fetch(request, bindings)
    const keep: typeof bindings.keep = (...answer) => void hold.released.then(() => bindings.keep?.(...answer))
    const answer = await world.app.fetch(request, { ...bindings, keep })
    hold.reached()
    await hold.released
    return answer
  }
  const listen = listenByNode()
  const ports = [await freePort(), await freePort()]
  listeners = await Promise.all(ports.map((port) => listen({ host: '127.0.0.1', port, tls: undefined }, handle)))
  bases = ports.map((port) => `http://127.0.0.1:${port}`)
})
afterAll(() => Promise.all(listeners.map((listener) => listener.close())))

const get = (path: string, base = bases[0]) => fetch(base + path)
const keyIds = async (path = '/oauth2/jwks', base = bases[0]) => {
  const { keys } = (await (await get(path, base)).json()) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid)
}
async function rotate(path = '', base = bases[0]): Promise<void> {
  const answer = await fetch(`${base}${path}/api/v1/signing-keys/rotate`, {
    method: 'POST',
    headers: { Authorization: basicHeader(ADMIN.userName, ADMIN.password), 'Content-Type': 'application/json' },
    body: JSON.stringify({ immediately: true }),
  })
  expect(answer.status).toBe(200)
}

/** How many of these were answered by the app. */
async function askedFor(run: () => Promise<unknown>): Promise<string[]> {
  asked = []
  await run()
  return asked
}

test.each(['/oauth2/jwks', '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server/t/acme'])(
  '%s is the same again but for the name of the request, and the app is asked once',
  async (path) => {
    await rotate()
    const answers: Response[] = []
    const once = await askedFor(async () => {
      for (let n = 0; n < 3; n++) answers.push(await get(path))
    })
    expect(once).toEqual([path])
    const [first, ...others] = answers
    const [headers, body] = [Object.fromEntries(first?.headers ?? []), await first?.text()]
    for (const other of others) {
      const { 'x-request-id': name, date: _date, ...same } = Object.fromEntries(other.headers)
      expect(headers).toMatchObject(same)
      expect(Object.keys(headers).toSorted()).toEqual(Object.keys(Object.fromEntries(other.headers)).toSorted())
      expect(name).toMatch(/^[\da-f-]{36}$/)
      expect(name).not.toBe(headers['x-request-id'])
      expect(await other.text()).toBe(body)
    }
  },
)

test('a change is seen at once, wherever the same app listens', async () => {
  for (const base of bases) {
    const before = await Promise.all(bases.map((at) => keyIds('/oauth2/jwks', at)))
    await rotate('', base)
    const after = await Promise.all(bases.map((at) => keyIds('/oauth2/jwks', at)))
    expect(after[0]).toEqual(after[1])
    for (const kids of before) expect(after[0]).not.toEqual(kids)
  }
})

test('what was read before a change is not kept after it', async () => {
  await rotate()
  const reached = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  held = { path: '/oauth2/jwks', reached: reached.resolve, released: released.promise }
  const slow = keyIds()
  await reached.promise
  held = undefined
  await rotate()
  released.resolve()
  expect(await slow).not.toEqual(await keyIds())
})

test('no tenant is told what another is, whatever Host says', async () => {
  const own = await keyIds('/t/acme/oauth2/jwks')
  expect(own).not.toEqual(await keyIds())
  expect(await keyIds('/t/acme/oauth2/jwks')).toEqual(own)
  const { issuer } = (await (await get('/t/acme/.well-known/openid-configuration')).json()) as { issuer: string }
  expect(issuer).toBe(`${world.platform.config.baseUrl}/t/acme`)
})

test('after a second the app is asked again: another process may have changed something', async () => {
  await rotate()
  await keyIds()
  const later = performance.now() + 1001
  const clock = vi.spyOn(performance, 'now').mockReturnValue(later)
  expect(await askedFor(() => keyIds())).toEqual(['/oauth2/jwks'])
  clock.mockRestore()
})

test('nothing else is kept: no page, no answer with a person in it, no refusal', async () => {
  const paths = ['/login', '/oauth2/userinfo', '/t/nobody/oauth2/jwks', '/healthz']
  const twice = [...paths, ...paths]
  expect(
    await askedFor(async () => {
      for (const path of twice) await (await get(path)).text()
    }),
  ).toEqual(twice)
  expect(await askedFor(() => fetch(`${bases[0]}/oauth2/jwks`, { method: 'HEAD' }))).toEqual(['/oauth2/jwks'])
})
