/**
 * A provider of the tenant that lies gets at the code of an honest one (mix-up, RFC 9700 section 4.4.1): it sends people on
 * to that one, with what an attacker's own sign-in there asks for, so that the code is good in the attacker's browser.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type FakeIdp, fakeIdp } from '../support/fake-idp.ts'
import { postedBack } from './posted.ts'
import { browserOf, connect, federationWorld, KIM, type World } from './world.ts'

const WITHOUT_ISS = { authorization_response_iss_parameter_supported: undefined }

let honest: FakeIdp
let lying: FakeIdp
let world: World
beforeAll(async () => void ([honest, lying] = await Promise.all([fakeIdp(), fakeIdp()])))
afterAll(() => Promise.all([honest.close(), lying.close()]))
beforeEach(async () => {
  // What says of an answer whose it is would tell (RFC 9207), but many providers do not.
  Object.assign(honest, { misbehaviour: { iss: undefined }, person: { ...KIM }, metadata: WITHOUT_ISS })
  lying.calls.length = 0
  world = await federationWorld()
})

/** The victim, whom the honest provider knows, goes to the lying one and comes back; the code that it would have got. */
async function victimsCode(browserOfAttacker: ReturnType<typeof browserOf>, ids: { honest: string; lying: string }) {
  const start = await browserOfAttacker.get(`/login/connections/${ids.honest}`)
  const asked = new URL(start.headers.get('Location') ?? '')
  const mine = asked.searchParams.get('state') ?? ''
  const victim = browserOf(world)
  const away = await victim.get(`/login/connections/${ids.lying}`)
  const theirs = new URL(away.headers.get('Location') ?? '').searchParams.get('state') ?? ''
  asked.searchParams.set('state', theirs)
  const back = (await fetch(asked, { redirect: 'manual' })).headers.get('Location') ?? ''
  return { end: await victim.get(back), code: new URL(back).searchParams.get('code') ?? '', state: mine }
}

test('nobody but a provider with a callback of its own gets a code that comes there (RFC 9700 section 4.4.2.2)', async () => {
  const authenticator = { ...honest.authenticator, ownCallback: true }
  const ids = {
    honest: await connect(world, { authenticator }),
    lying: await connect(world, lying, { name: 'Lying' }),
  }
  const attacker = browserOf(world)
  const { end, code } = await victimsCode(attacker, ids)
  expect(end.status).toBe(502)
  expect(lying.calls).not.toContain('/token')
  expect(code).not.toBe('')
  expect(await world.users()).toEqual([])
})

test('a callback of one’s own signs in, and no other one does', async () => {
  const authenticator = { ...honest.authenticator, ownCallback: true }
  const id = await connect(world, { authenticator })
  const other = await connect(world, lying, { name: 'Lying' })
  const browser = browserOf(world)
  const back = new URL(await browser.visitProvider(id))
  expect(back.pathname).toBe(`/commonauth/${id}`)
  expect((await browser.get(back.href)).status).toBe(303)
  expect(browser.hasSession()).toBe(true)
  for (const path of ['/commonauth', `/commonauth/${other}`]) {
    const elsewhere = new URL(await browser.visitProvider(id))
    elsewhere.pathname = path
    expect((await browser.get(elsewhere.href)).status).toBe(502)
  }
  const shared = new URL(await browser.visitProvider(other))
  shared.pathname = `/commonauth/${other}`
  expect((await browser.get(shared.href)).status).toBe(502)
  expect(await world.users()).toHaveLength(1)
})

test('an answer that is posted there comes again there', async () => {
  const authenticator = { ...honest.authenticator, ownCallback: true, responseMode: 'form_post' as const }
  const id = await connect(world, { authenticator })
  const browser = browserOf(world)
  const { answer } = await postedBack(world, browser, id)
  expect(answer.headers.get('Location')).toMatch(`/commonauth/${id}?`)
  expect((await browser.get(answer.headers.get('Location') ?? '')).status).toBe(303)
  expect(browser.hasSession()).toBe(true)
})
