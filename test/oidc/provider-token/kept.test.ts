/** What is kept of the tokens of a provider, and until when. */
import { describe, expect, test } from 'vitest'
import { browserClient, signedIn } from '../../support/browser-client.ts'
import { contentsOf } from '../../support/contents.ts'
import { tokensOf } from '../grants/world.ts'
import { KIM } from '../world.ts'
import {
  world,
  tenant,
  idp,
  connection,
  useProviderTokens,
  connect,
  give,
  signInAtProvider,
  exchange,
  rows,
  subjectAt,
} from './world.ts'

useProviderTokens()

describe('what is kept', () => {
  test('is nothing unless the connection says so: no token of the provider is in the database', async () => {
    const other = await connect('Other')
    await give('linked-accounts', { connection: other, subject: 'kim-there' })
    await signInAtProvider(other)
    expect(await rows()).toEqual([])
    const all = [...(await contentsOf(world.platform.db)).values()].join('\n')
    for (const secret of idp.secrets) expect(all).not.toContain(secret)
  })

  test('is sealed, is of the last sign-in, and stands in no log', async () => {
    await signInAtProvider()
    const [first] = await rows()
    expect(first).toMatchObject({ subject: 'kim-there', scope: 'openid profile email', has_refresh_token: 1 })
    await signInAtProvider()
    const again = await rows()
    expect(again).toHaveLength(1)
    expect(again[0]?.sealed).not.toBe(first?.sealed)
    const all = [...(await contentsOf(world.platform.db)).values(), JSON.stringify(world.logs)].join('\n')
    for (const secret of idp.secrets) expect(all).not.toContain(secret)
  })

  test('comes with an account that is made just in time, and with one that she links herself', async () => {
    const { id } = (await (
      await tenant.api('POST', '/connections', {
        name: 'JIT',
        authenticator: { ...idp.authenticator, keepTokens: true },
        jit: { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'none' },
      })
    ).json()) as { id: string }
    await signInAtProvider(id)
    expect(await rows()).toMatchObject([{ connection_id: id, subject: 'kim-there' }])
    const own = await connect('Own', true)
    const kim = await signedIn(world, KIM, '/t/acme')
    await kim.get(`/t/acme/account/linked/${own}/link`)
    const away = (await kim.send(`/t/acme/account/linked/${own}/link`)).headers.get('Location') ?? ''
    const back = (await fetch(away, { redirect: 'manual' })).headers.get('Location') ?? ''
    await kim.get(back.replace(world.platform.config.baseUrl, ''))
    expect((await rows()).map((row) => row.connection_id).toSorted()).toEqual([id, own].toSorted())
  })

  test('comes with an account that is made once she was asked, and its token has lived meanwhile', async () => {
    const jit = { enabled: true, scheme: 'consent', userStore: 'PRIMARY', attributeSync: 'none' }
    const authenticator = { ...idp.authenticator, keepTokens: true }
    const { id } = (await (await tenant.api('POST', '/connections', { name: 'Asks', authenticator, jit })).json()) as {
      id: string
    }
    const browser = browserClient(world)
    const away = await browser.get(`/t/acme/login/connections/${id}`)
    const back = (await fetch(away.path, { redirect: 'manual' })).headers.get('Location') ?? ''
    const page = await browser.get(back.replace(world.platform.config.baseUrl, ''))
    expect(await rows()).toEqual([])
    const [, print = ''] = /name="print" value="([^"]+)"/.exec(page.text) ?? []
    world.advance(100_000)
    const { pathname, searchParams } = new URL(page.path, 'https://localhost')
    await browser.post(pathname, { ...Object.fromEntries(searchParams), print, act: 'create' })
    const [row] = await rows()
    expect(row).toMatchObject({ connection_id: id, subject: 'kim-there' })
    expect(Number(row?.expires_at) - Number(row?.last_modified)).toBeLessThanOrEqual(200_000)
  })

  test('keeps the refresh token of a provider that gives one once', async () => {
    await signInAtProvider()
    idp.refreshes = false
    await signInAtProvider()
    idp.refreshes = true
    world.advance(600_000)
    expect(await subjectAt((await tokensOf(exchange())).access_token)).toBe('kim-there')
  })

  test.each<[string, () => Promise<Response>]>([
    ['the link', () => tenant.api('DELETE', `/users/${world.kimId}/linked-accounts/${connection}`)],
    ['the user', () => tenant.scim('DELETE', `/Users/${world.kimId}`)],
    ['the connection', () => tenant.api('DELETE', `/connections/${connection}`)],
    ['the setting', () => tenant.api('PATCH', `/connections/${connection}`, { authenticator: { keepTokens: false } })],
    ['the authenticator', () => tenant.api('PATCH', `/connections/${connection}`, { authenticator: null })],
  ])('goes with %s', async (_what, remove) => {
    await signInAtProvider()
    expect(await rows()).toHaveLength(1)
    expect((await remove()).status).toBeLessThan(300)
    expect(await rows()).toEqual([])
  })

  test('stays when something else of the connection changes', async () => {
    await signInAtProvider()
    const change = { name: 'Renamed', authenticator: { scopes: ['openid', 'email'] } }
    expect((await tenant.api('PATCH', `/connections/${connection}`, change)).status).toBe(200)
    expect(await rows()).toHaveLength(1)
  })
})
