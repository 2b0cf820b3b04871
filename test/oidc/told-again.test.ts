/** What userinfo tells again without a look at the database: nothing that any process has made untrue meanwhile. */
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/runtime/open-database.ts'
import type { Db } from '../../src/db/open.ts'
import { temporaryDirectory } from '../support/child.ts'
import { plansOf } from '../support/plans.ts'
import { clientKey, hashOf, proofFor } from './dpop/world.ts'
import { codeFor, type OidcWorld, oidcWorld, redeem, register, REDIRECT_URI, userinfo } from './world.ts'
import { basicHeader } from '../support/app.ts'

let world: OidcWorld
/** Another process has the file open, too. */
let other: Db
beforeAll(async () => {
  const url = `file:${temporaryDirectory()}/told.db`
  world = await oidcWorld('acme', url)
  other = openDatabase(url)
})
afterAll(() => {
  for (const { $client } of [world.platform.db, other]) $client.close()
})

const SCOPE = 'openid profile email groups'

/** A token that userinfo has answered, and would answer again by itself. */
async function toldToken(scope = SCOPE): Promise<string> {
  const { access_token: token } = await redeem(world, await codeFor(world, { scope }))
  expect((await userinfo(world, token)).status).toBe(200)
  await expectNoQuestion(async () => expect((await userinfo(world, token)).status).toBe(200))
  return token
}

async function expectNoQuestion(run: () => Promise<unknown>): Promise<void> {
  await setImmediate()
  const plans = await plansOf(world.platform.db)
  expect(await plans.statementsOf(run)).toEqual([])
}

/** Written by the other process, before this one's next turn. */
async function elsewhere(sql: string): Promise<void> {
  await other.$client.execute(sql)
  await setImmediate()
}

test.each([
  [
    'it is revoked',
    'update authorization_codes set revoked_at = 1',
    'update authorization_codes set revoked_at = null',
  ],
  ['the person is deactivated', 'update users set active = 0', 'update users set active = 1'],
  ['the person is gone', "update users set id = 'x' || id", 'update users set id = substr(id, 2)'],
  [
    'the application is gone',
    "update applications set client_id = 'x' || client_id",
    'update applications set client_id = substr(client_id, 2)',
  ],
])('a token is refused once another process says that %s', async (_what, change, back) => {
  const token = await toldToken()
  await elsewhere(change)
  expect((await userinfo(world, token)).status).toBe(401)
  await elsewhere(back)
  expect((await userinfo(world, token)).status).toBe(200)
})

test('what another process has changed of the person is told', async () => {
  const token = await toldToken()
  await elsewhere("update users set display_name = 'Somebody else'")
  expect(await (await userinfo(world, token)).json()).toMatchObject({ name: 'Somebody else' })
})

test('it is refused once what it stands on has come to its end, which nobody has to write down', async () => {
  const clientMetadata = { refreshTokenSeconds: 600, refreshTokenIdleSeconds: 600 }
  const short = await register(
    world,
    { name: 'short', clientMetadata, grantTypes: ['authorization_code', 'refresh_token'] },
    'acme',
  )
  const asShort = { ...world, application: short }
  const code = await codeFor(asShort, { scope: `${SCOPE} offline_access` })
  const { access_token: token } = await redeem(asShort, code)
  for (let n = 0; n < 2; n++) expect((await userinfo(world, token)).status).toBe(200)
  world.advance(601_000)
  expect((await userinfo(world, token)).status).toBe(401)
})

test('a token that is bound to a key is asked for its proof each time (RFC 9449 section 7.1)', async () => {
  const key = await clientKey()
  const [tokenUrl, url] = [`${world.issuer}/oauth2/token`, `${world.issuer}/oauth2/userinfo`]
  const { clientId, clientSecret } = world.application
  const answer = await world.app.request(tokenUrl, {
    method: 'POST',
    headers: {
      Authorization: basicHeader(clientId, clientSecret),
      DPoP: await proofFor(world, key, ['POST', tokenUrl]),
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      redirect_uri: REDIRECT_URI,
      code: await codeFor(world, { scope: SCOPE }),
    }),
  })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  const ask = async (authorization: string, proof?: string) => {
    const headers = new Headers({ Authorization: authorization, ...(proof === undefined ? {} : { DPoP: proof }) })
    return (await world.app.request(url, { headers })).status
  }
  const proof = await proofFor(world, key, ['GET', url], { ath: hashOf(token) })
  expect(await ask(`DPoP ${token}`, proof)).toBe(200)
  expect(await ask(`DPoP ${token}`, proof)).toBe(401)
  expect(await ask(`DPoP ${token}`)).toBe(401)
  expect(await ask(`Bearer ${token}`)).toBe(401)
})

test('a token is told nothing as DPoP that it is told as Bearer, and nothing in another tenant', async () => {
  const token = await toldToken()
  const headers = { Authorization: `DPoP ${token}` }
  expect((await world.app.request(`${world.issuer}/oauth2/userinfo`, { headers })).status).toBe(401)
  expect((await userinfo({ ...world, issuer: world.platform.config.baseUrl }, token)).status).toBe(401)
})
