/** “Test this connection”: the whole way of a sign-in, step by step, which stores nothing. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createConnection } from '../../../src/connections/commands.ts'
import { connectionInput } from '../../../src/connections/settings.ts'
import { federatedIdentities, sessions, signInDecisions, trials, users } from '../../../src/db/schema.ts'
import { trialPlace } from '../../../src/federation/trial/queries.ts'
import type { TestWorld } from '../../support/app.ts'
import { type BrowserClient, browserClient, signedIn } from '../../support/browser-client.ts'
import { type FakeIdp, fakeIdp, type Misbehaviour } from '../../support/fake-idp.ts'
import { signedInWith } from '../people.ts'
import { consoleWorld } from '../world.ts'

let world: TestWorld
let browser: BrowserClient
let idp: FakeIdp
let path: string
beforeAll(async () => {
  ;({ world, browser } = await consoleWorld())
  idp = await fakeIdp()
  const input = { name: 'IDP-IS2', authenticator: idp.authenticator, jit: { enabled: true } }
  const { id } = await createConnection(await world.scope(), connectionInput.parse(input))
  path = `/console/connections/${id}`
})
afterAll(() => idp.close())
beforeEach(() => {
  idp.misbehaviour = {}
})

/** The page of a test that has begun. */
async function begin(): Promise<{ path: string; text: string }> {
  await browser.get(path)
  return browser.post(`${path}/test`, {})
}

/** The address of the callback that the provider sends the browser to. */
async function visitProvider(text: string): Promise<string> {
  const [, href = ''] = /<a class="button primary" href="([^"]*)">Sign in at IDP-IS2/.exec(text) ?? []
  const answer = await fetch(href.replaceAll('&amp;', '&'), { redirect: 'manual' })
  return (answer.headers.get('Location') ?? '').replace(/^https?:\/\/[^/]+/, '')
}

async function wholeTest(): Promise<string> {
  const begun = await begin()
  return (await browser.get(await visitProvider(begun.text))).text
}

/** What each step came to. */
function statesIn(text: string): Record<string, string> {
  const panels = text.split('<section class="panel').flatMap((panel) => {
    const [, title] = /<h2>([^<]*)<\/h2>/.exec(panel) ?? []
    const [, state] = /<span class="badge \w+">([^<]*)<\/span>/.exec(panel) ?? []
    return title === undefined || state === undefined ? [] : [[title, state] as const]
  })
  return Object.fromEntries(panels)
}

async function stored() {
  const { db } = await world.scope()
  return {
    users: await db.select().from(users),
    sessions: await db.select().from(sessions),
    links: await db.select().from(federatedIdentities),
    decisions: await db.select().from(signInDecisions),
  }
}

test('it begins with what can be known before anybody has gone anywhere', async () => {
  const { text } = await begin()
  expect(statesIn(text)).toMatchObject({ Metadata: '✓ Done', Keys: '✓ Done', Request: '✓ Done', Answer: 'Waits' })
  expect(text).toContain(`<code>${idp.origin}/token</code>`)
  expect(text).toContain('<code>S256</code>')
})

test('every step of a sign-in is shown, with the claims and without a token, and nothing is stored', async () => {
  const before = await stored()
  const text = await wholeTest()
  expect(Object.values(statesIn(text)).slice(0, 7)).toEqual(Array.from({ length: 7 }, () => '✓ Done'))
  expect(text).toContain('&quot;alg&quot;: &quot;RS256&quot;')
  expect(text).toContain('kim@example.com')
  for (const secret of idp.secrets) expect(text).not.toContain(secret)
  const after = await stored()
  expect({ ...after, sessions: after.sessions.length }).toEqual({ ...before, sessions: before.sessions.length })
})

test('what is kept of a test is sealed, and has no code, token or secret in it either', async () => {
  await wholeTest()
  const scope = await world.scope()
  const rows = await scope.db.select().from(trials)
  expect(rows.length).toBeGreaterThan(0)
  for (const { idHash, sealed } of rows) {
    const kept = await scope.platform.sealer.open(sealed, trialPlace(scope, idHash))
    for (const secret of idp.secrets) expect(kept).not.toContain(secret)
  }
})

describe('what fails is shown at its step, with the reason of the log and what to do', () => {
  const cases: readonly (readonly [string, Misbehaviour, string])[] = [
    ['Answer', { error: 'access_denied' }, 'Somebody cancelled'],
    ['Answer', { iss: 'https://evil.example' }, 'The answer is not to be trusted'],
    ['Tokens', { broken: ['/token'] }, 'Check the token endpoint'],
    ['ID token', { idToken: { aud: 'somebody-else' } }, 'The answer is not to be trusted'],
    ['ID token', { idToken: { nonce: 'another' } }, 'The answer is not to be trusted'],
    ['ID token', { signature: 'foreign-key' }, 'The answer is not to be trusted'],
    ['User info', { userinfoSub: 'somebody-else' }, 'The answer is not to be trusted'],
  ]
  test.each(cases)('%s: %j', async (title, misbehaviour, advice) => {
    const before = await stored()
    idp.misbehaviour = misbehaviour
    const text = await wholeTest()
    const states = statesIn(text)
    expect(states[title]).toBe('✗ Failed')
    expect(Object.values(states).filter((state) => state === '✗ Failed')).toHaveLength(1)
    expect(text).toContain(`It fails at: ${title}.`)
    expect(text).toContain(advice)
    for (const secret of idp.secrets) expect(text).not.toContain(secret)
    expect((await stored()).users).toEqual(before.users)
  })

  test('of an ID token that is not to be trusted the claims are shown all the same', async () => {
    idp.misbehaviour = { idToken: { aud: 'somebody-else' } }
    expect(await wholeTest()).toContain('&quot;aud&quot;: &quot;somebody-else&quot;')
  })

  test('metadata and keys: at the start already', async () => {
    idp.misbehaviour = { broken: ['/.well-known/openid-configuration'] }
    const { text } = await begin()
    expect(statesIn(text)).toMatchObject({ Metadata: '✗ Failed', Keys: 'Not reached', Request: 'Not reached' })
    expect(text).toContain('status 500')
    idp.misbehaviour = { broken: ['/jwks'] }
    expect(statesIn((await begin()).text)).toMatchObject({ Metadata: '✓ Done', Keys: '✗ Failed' })
  })
})

test('a failed test is asked of the provider anew, and does not spoil the sign-in of others', async () => {
  idp.misbehaviour = { broken: ['/.well-known/openid-configuration'] }
  await begin()
  idp.misbehaviour = {}
  const other = browserClient(world)
  const id = path.split('/').at(-1) ?? ''
  expect((await other.get(`/login/connections/${id}`)).path).toContain(idp.origin)
})

test('the answer of a test is taken once, and a second one finds no sign-in', async () => {
  const begun = await begin()
  const callback = await visitProvider(begun.text)
  const [first, second] = await Promise.all([browser.get(callback), browser.get(callback)])
  expect([first.status, second.status].toSorted()).toEqual([200, 400])
})

test('nobody else sees a test: not in another browser, not somebody else, and not when half an hour is over', async () => {
  const begun = await begin()
  expect((await browser.get(begun.path)).status).toBe(200)
  expect((await (await signedIn(world)).get(begun.path)).status).toBe(404)
  const { browser: other } = await signedInWith(world, ['connections:read', 'connections:write'])
  expect((await other.get(begun.path)).status).toBe(404)
  const callback = await visitProvider(begun.text)
  expect((await other.get(callback)).status).toBe(400)
  world.advance(31 * 60_000)
  expect((await browser.get(begun.path)).status).toBe(404)
})

test('who may only read connections may begin none and see none', async () => {
  const { browser: reader } = await signedInWith(world, ['connections:read'])
  expect((await reader.get(path)).text).not.toContain('Test this connection')
  expect((await reader.send(`${path}/test`)).status).toBe(403)
})
