/** A device's person signs in as the application has it: at a provider, or in two steps. */
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserClient } from '../../support/browser-client.ts'
import { type FakeIdp, fakeIdp } from '../../support/fake-idp.ts'
import { enrol, secondStep } from '../../login/factors/world.ts'
import { tokensOf } from '../grants/world.ts'
import { type Client, KIM, type OidcWorld, oidcWorld, register, signIn } from '../world.ts'
import { begin, DEVICE_GRANTS, errorOf, hiddenFields, poll } from './world.ts'

let idp: FakeIdp
let world: OidcWorld
let connection: string
beforeAll(async () => {
  idp = await fakeIdp()
  world = await oidcWorld()
  idp.person = { ...idp.person, sub: 'lee', preferred_username: 'lee' }
  const jit = { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' }
  const body = { name: 'IDP-IS2', authenticator: idp.authenticator, jit }
  const answer = await (await world.tenant()).api('POST', '/connections', body)
  connection = ((await answer.json()) as { id: string }).id
})
afterAll(() => idp.close())

const tv = (name: string, loginFlow: object): Promise<Client> =>
  register(world, { name, redirectUris: [], grantTypes: DEVICE_GRANTS, loginFlow })

test('who signs in at a provider comes back to the page that asks her, and the device is told how she signed in', async () => {
  const client = await tv('federated tv', { steps: [{ options: [{ connection }] }] })
  const { user_code, device_code } = await begin(world, client, 'openid')
  const browser = browserClient(world)
  await browser.get('/device')
  const login = await browser.post('/device', { user_code })
  const { searchParams } = new URL(login.path, 'https://localhost')
  const away = await browser.get(`/login/connections/${connection}?${searchParams}`)
  const back = (await fetch(away.path, { redirect: 'manual' })).headers.get('Location') ?? ''
  const page = await browser.get(back.replace(world.platform.config.baseUrl, ''))
  expect(page.text).toContain(user_code)
  await browser.post('/device/confirm', { ...hiddenFields(page), decision: 'allow' })
  const { id_token } = await tokensOf(poll(world, client, device_code))
  expect(decodeJwt(id_token)).toMatchObject({ amr: ['fed'] })
})

test('who owes a second step does it first, and neither the page nor its form is there before', async () => {
  const client = await tv('strict tv', { steps: [{ options: ['password'] }, { options: ['totp'] }] })
  const { phone } = await enrol(world, KIM)
  const { user_code, device_code } = await begin(world, client, 'openid')
  const browser = browserClient(world)
  await browser.get('/device')
  const login = await browser.post('/device', { user_code })
  const request = new URL(login.path, 'https://localhost').searchParams.get('request') ?? ''
  const second = await signIn(browser, login)
  expect(second.path).toMatch(/^\/login\/second\?/)
  expect((await browser.get(`/device/confirm?request=${request}`)).path).toMatch(/^\/login/)
  const early = await browser.send('/device/confirm', { request, asked: 'openid', decision: 'allow' })
  expect(early.headers.get('Location')).toMatch(/oauth2\/authorize\?resume=/)
  expect(await errorOf(poll(world, client, device_code))).toBe('authorization_pending')
  world.advance(30_000)
  const again = await browser.get(second.path)
  const page = await secondStep(browser, again, { code: await phone.code() })
  expect(page.text).toContain(user_code)
  await browser.post('/device/confirm', { ...hiddenFields(page), decision: 'allow' })
  const { id_token } = await tokensOf(poll(world, client, device_code))
  expect(decodeJwt(id_token).amr).toEqual(expect.arrayContaining(['pwd', 'otp', 'mfa']))
})

test('a sign-in that leads to the device page offers every way there is', async () => {
  const page = await browserClient(world).get('/login?return_to=%2Fdevice')
  expect(page.text).toContain('IDP-IS2')
  expect(page.text).toContain('name="password"')
})
