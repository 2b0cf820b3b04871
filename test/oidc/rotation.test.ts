/** How signing keys follow one another, with the clock moved by hand. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeProtectedHeader } from 'jose'
import { beforeEach, expect, test } from 'vitest'
import { signingKeys } from '../../src/db/schema.ts'
import { readHint } from '../../src/oidc/id-token-hint.ts'
import { publicKeys, signingKey } from '../../src/oidc/keys.ts'
import { listSigningKeys } from '../../src/oidc/keys/queries.ts'
import { keepSigningKeys, rotateSigningKeys } from '../../src/oidc/keys/rotation.ts'
import { keepHouse } from '../../src/outbound/house.ts'
import { testWorld, type TestWorld } from '../support/app.ts'
import { codeFor, type OidcWorld, oidcWorld, redeem, userinfo } from './world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let world: TestWorld
beforeEach(async () => {
  world = await testWorld()
  world.hold(true)
})

/** As RSA keys take their time to be made, most is shown with this one alone. */
const alg = 'ES256'
/** All that are kept, as a test below says. */
const published = async (of = world) => (await listSigningKeys(await of.scope())).map(({ id }) => id)
const signing = async (of = world) => (await signingKey(await of.scope(), alg)).kid
const keep = async (of = world) => keepSigningKeys(await of.scope())
async function nextOf(of = world): Promise<string> {
  const rows = await of.platform.db.select().from(signingKeys)
  return rows.find((row) => row.state === 'next' && row.alg === alg)?.id ?? ''
}

test('a key signs for 90 days; the next one is published long before, and the former one stays', async () => {
  const first = await signing()
  await keep()
  const next = await nextOf()
  expect(next).not.toBe('')
  expect(await published()).toEqual(expect.arrayContaining([first, next]))
  world.advance(90 * DAY - MINUTE)
  await keep()
  expect(await signing()).toBe(first)
  world.advance(MINUTE)
  await keep()
  expect(await signing()).toBe(next)
  const after = await nextOf()
  expect(new Set([first, next, after]).size).toBe(3)
  expect(await published()).toEqual(expect.arrayContaining([first, next, after]))
})

test('a next key that was published only now waits a day, however old the active one is', async () => {
  const first = await signing()
  world.advance(100 * DAY)
  await keep()
  world.advance(DAY - MINUTE)
  await keep()
  expect(await signing()).toBe(first)
  world.advance(MINUTE)
  await keep()
  expect(await signing()).not.toBe(first)
})

test('housekeeping rotates, on every runtime: it is a part of each run of the outbound consumer', async () => {
  const first = await signing()
  await keepHouse(world.platform, 0)
  world.advance(91 * DAY)
  await keepHouse(world.platform, 0)
  expect(await signing()).not.toBe(first)
})

test('a tenant that never signed anything gets no keys by it', async () => {
  await keepHouse(world.platform, 0)
  expect(await world.platform.db.select().from(signingKeys)).toEqual([])
})

test('a retired key cannot sign any more: its private part is gone', async () => {
  const first = await signing()
  await keep()
  world.advance(6 * MINUTE)
  await rotateSigningKeys(await world.scope(), { alg })
  const rows = await world.platform.db.select().from(signingKeys)
  expect(rows.find(({ id }) => id === first)).toMatchObject({ state: 'retired', sealedPrivateJwk: '' })
})

test('two regions that rotate at once rotate once', async () => {
  const url = `file:${join(mkdtempSync(join(tmpdir(), 'keys-')), 'postern.db')}`
  const regions = [await testWorld({ url }), await testWorld({ url })]
  const [one] = regions as [TestWorld, TestWorld]
  const first = await signing(one)
  await keep(one)
  const next = await nextOf(one)
  for (const region of regions) region.advance(91 * DAY)
  await Promise.all(regions.map((region) => keep(region)))
  const rows = await one.platform.db.select().from(signingKeys)
  expect(rows.map(({ id, state }) => [id, state])).toEqual(
    expect.arrayContaining([
      [first, 'retired'],
      [next, 'active'],
    ]),
  )
  expect(rows).toHaveLength(3)
  for (const region of regions) expect(await signing(region)).toBe(next)
})

test('by hand, two at once: one rotates, the other is told', async () => {
  await signing()
  await keep()
  world.advance(6 * MINUTE)
  const scope = await world.scope()
  const tried = await Promise.allSettled([rotateSigningKeys(scope, { alg }), rotateSigningKeys(scope, { alg })])
  const refused = tried.filter((one) => one.status === 'rejected')
  expect(refused).toHaveLength(1)
  expect(refused[0]?.reason).toMatchObject({ status: 409 })
  expect(await world.platform.db.select().from(signingKeys)).toHaveLength(3)
})

test('by hand a next key is not used before six minutes are over: other servers know the former ones for one, clients for five', async () => {
  const first = await signing()
  const rotate = async () => rotateSigningKeys(await world.scope(), { alg })
  await expect(rotate()).rejects.toMatchObject({ status: 409, message: expect.stringContaining('UTC') })
  expect(await published()).toContain(await nextOf())
  world.advance(6 * MINUTE - 1000)
  await expect(rotate()).rejects.toMatchObject({ status: 409 })
  expect(await signing()).toBe(first)
  world.advance(1000)
  await rotate()
  expect(await signing()).not.toBe(first)
})

async function heldWorld(): Promise<OidcWorld> {
  const oidc = await oidcWorld()
  oidc.hold(true)
  return oidc
}

async function accessToken(of: OidcWorld): Promise<string> {
  return (await redeem(of, await codeFor(of))).access_token
}

/** Of somebody who is remembered; id_tokens are shown again as long as that. */
const LONGEST_SESSION = 14 * DAY

test('a token lives on after a rotation, and its key goes a day after nobody shows it any more', async () => {
  const oidc = await heldWorld()
  const token = await accessToken(oidc)
  const { kid = '' } = decodeProtectedHeader(token)
  await keep(oidc)
  oidc.advance(10 * MINUTE)
  await rotateSigningKeys(await oidc.scope(), { alg })
  expect(await signing(oidc)).not.toBe(kid)
  expect((await userinfo(oidc, token)).status).toBe(200)
  oidc.advance(LONGEST_SESSION + DAY - 1000)
  await keep(oidc)
  expect(await published(oidc)).toContain(kid)
  oidc.advance(2 * MINUTE)
  await keep(oidc)
  oidc.advance(MINUTE)
  expect(await published(oidc)).not.toContain(kid)
})

test('an id_token from before a rotation signs its person out as long as her session lives (RP-Initiated Logout 1.0 section 4)', async () => {
  const oidc = await heldWorld()
  const hint = (await redeem(oidc, await codeFor(oidc))).id_token
  await keep(oidc)
  oidc.advance(10 * MINUTE)
  await rotateSigningKeys(await oidc.scope(), { alg: 'RS256' })
  oidc.advance(LONGEST_SESSION - HOUR)
  await keep(oidc)
  oidc.advance(2 * MINUTE)
  expect(await readHint(await oidc.scope(), hint)).toMatchObject({ subject: oidc.kimId })
})

async function setLifetime(oidc: OidcWorld, accessTokenSeconds: number | undefined): Promise<void> {
  const clientMetadata = { requirePkce: false, ...(accessTokenSeconds === undefined ? {} : { accessTokenSeconds }) }
  const path = `/applications/${oidc.application.id}`
  expect((await (await oidc.tenant()).api('PATCH', path, { clientMetadata })).status).toBe(200)
}

test('the longest lifetime that an application of the tenant has decides how long a retired key stays', async () => {
  const oidc = await heldWorld()
  await setLifetime(oidc, 30 * 86_400)
  const first = await signing(oidc)
  await keep(oidc)
  oidc.advance(10 * MINUTE)
  await rotateSigningKeys(await oidc.scope(), { alg })
  oidc.advance(31 * DAY - HOUR)
  await keep(oidc)
  expect(await published(oidc)).toContain(first)
  oidc.advance(2 * HOUR)
  await keep(oidc)
  expect(await published(oidc)).not.toContain(first)
})

test.each([60, undefined])(
  'tokens that were given before a lifetime became %s live on after a rotation',
  async (seconds) => {
    const oidc = await heldWorld()
    await setLifetime(oidc, 30 * 86_400)
    const token = await accessToken(oidc)
    await setLifetime(oidc, seconds)
    await keep(oidc)
    oidc.advance(10 * MINUTE)
    const { items } = (await (await (await oidc.tenant()).api('GET', '/signing-keys')).json()) as { items: object[] }
    expect(items.filter((one) => 'expiresAt' in one)).toEqual([])
    await rotateSigningKeys(await oidc.scope(), { alg })
    oidc.advance(30 * DAY - HOUR)
    await keep(oidc)
    oidc.advance(2 * MINUTE)
    expect((await userinfo(oidc, token)).status).toBe(200)
    oidc.advance(DAY + HOUR)
    await keep(oidc)
    oidc.advance(2 * MINUTE)
    expect(await published(oidc)).not.toContain(decodeProtectedHeader(token).kid)
  },
)

test('after a leak nothing of an algorithm stays, retired and next keys neither, and its tokens are worth nothing', async () => {
  const oidc = await heldWorld()
  const token = await accessToken(oidc)
  await keep(oidc)
  oidc.advance(10 * MINUTE)
  await rotateSigningKeys(await oidc.scope(), { alg })
  const before = await listSigningKeys(await oidc.scope())
  await rotateSigningKeys(await oidc.scope(), { alg, immediately: true })
  const after = await listSigningKeys(await oidc.scope())
  const idsOf = (rows: typeof before, isIts: boolean) =>
    rows.filter((row) => (row.alg === alg) === isIts).map(({ id }) => id)
  expect(idsOf(after, false)).toEqual(idsOf(before, false))
  expect(idsOf(before, true)).toHaveLength(3)
  expect(idsOf(after, true)).toHaveLength(2)
  expect(idsOf(after, true).filter((id) => idsOf(before, true).includes(id))).toEqual([])
  expect((await userinfo(oidc, token)).status).toBe(401)
  expect((await userinfo(oidc, await accessToken(oidc))).status).toBe(200)
})

test('a rotation of one tenant leaves another’s keys', async () => {
  await world.tenant('acme')
  const { kid } = await signingKey(await world.scope('acme'), alg)
  await rotateSigningKeys(await world.scope(), { alg, immediately: true })
  world.advance(2 * MINUTE)
  expect((await signingKey(await world.scope('acme'), alg)).kid).toBe(kid)
})

test('next, active and retired keys are all in the jwks', async () => {
  await signing()
  await keep()
  world.advance(6 * MINUTE)
  await rotateSigningKeys(await world.scope(), { alg })
  const { keys } = await publicKeys(await world.scope())
  const rows = await listSigningKeys(await world.scope())
  expect(rows.filter((row) => row.alg === alg).map(({ state }) => state)).toEqual(['active', 'next', 'retired'])
  expect(keys.map(({ kid }) => kid)).toEqual(rows.map(({ id }) => id))
})
