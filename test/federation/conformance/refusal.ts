/** What every refusal of a provider's answer has to be. */
import { expect } from 'vitest'
import type { FakeIdp } from '../../support/fake-idp.ts'
import { browserOf, type World } from '../world.ts'

export type Refusal = { readonly status?: number; readonly failure?: string; readonly reason?: RegExp }

/**
 * Goes to the provider and comes back: a page that says in a sentence what happened, and what to do; nobody is signed in,
 * no user, link or state is there; why stands in the log, and nothing that is secret in either.
 */
export async function expectRefused(
  world: World,
  idp: FakeIdp,
  connectionId: string,
  { status = 502, failure = 'unverified', reason = /./ }: Refusal = {},
): Promise<void> {
  const browser = browserOf(world)
  const before = world.logs.length
  const response = await browser.signIn(connectionId, '?request=abc')
  expect(response.status).toBe(status)
  expect(response.headers.get('Content-Type')).toMatch(/^text\/html/)
  const text = await response.text()
  expect(text).toMatch(/<p>[^<]*IDP-IS2[^<]*<\/p>\s*<p>[A-Z][^<]{10,}<\/p>/)
  expect(text).toContain('href="/oauth2/authorize?resume=abc"')
  expect(browser.hasSession()).toBe(false)
  await expectNobody(world)
  const told = world.logs.slice(before)
  expect(told.filter(({ level }) => level === 'warn')).toMatchObject([
    { failure, connection: connectionId, reason: expect.stringMatching(reason) as string },
  ])
  for (const secret of idp.secrets) expect(JSON.stringify(told) + text).not.toContain(secret)
}

export async function expectNobody(world: World): Promise<void> {
  expect(await world.sessions()).toEqual([])
  expect(await world.users()).toEqual([])
  expect(await world.identities()).toEqual([])
  expect(await world.states()).toEqual([])
}

/** She is signed in, as the one user there is. */
export async function expectSignedIn(world: World, connectionId: string): Promise<void> {
  const browser = browserOf(world)
  const response = await browser.signIn(connectionId, '?request=abc')
  expect(response.status, await response.text()).toBe(303)
  expect(response.headers.get('Location')).toBe('/oauth2/authorize?resume=abc')
  expect(browser.hasSession()).toBe(true)
  expect(await world.users()).toHaveLength(1)
}
