/** Users, groups and roles to look at in the console, and people who may do only some of it. */
import { expect } from 'vitest'
import type { TestWorld } from '../support/app.ts'
import { type BrowserClient, signedIn } from '../support/browser-client.ts'

export const ENTERPRISE_USER_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const PASSWORD = 'MyPa33w@rd'

export type Thing = {
  readonly id: string
  readonly meta: { readonly version: string }
  readonly [name: string]: unknown
}

export async function make(
  world: TestWorld,
  type: 'Users' | 'Groups' | 'Roles',
  body: object,
  slug = '',
): Promise<Thing> {
  const answer = await (await world.tenant(slug)).scim('POST', `/${type}`, body)
  expect(answer.status, JSON.stringify(body)).toBe(201)
  return (await answer.json()) as Thing
}

export async function read(world: TestWorld, type: 'Users' | 'Groups' | 'Roles', id: string): Promise<Thing> {
  return (await (await (await world.tenant()).scim('GET', `/${type}/${id}`)).json()) as Thing
}

/** user00, user01, … with their ids. */
export async function makeUsers(world: TestWorld, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    ids.push((await make(world, 'Users', { userName: `user${String(i).padStart(2, '0')}` })).id)
  }
  return ids
}

/** Somebody whose one role has these permissions, at the console. */
export async function signedInWith(
  world: TestWorld,
  permissions: readonly string[],
  slug = '',
): Promise<{ browser: BrowserClient; person: Thing; role: Thing }> {
  const login = { userName: `with-${permissions.join('-')}`, password: PASSWORD }
  const person = await make(world, 'Users', login, slug)
  const role = {
    displayName: `Role of ${permissions.join(' and ')}`,
    permissions: permissions.map((value) => ({ value })),
    users: [{ value: person.id }],
  }
  const made = await make(world, 'Roles', role, slug)
  return { browser: await signedIn(world, login, (await world.tenant(slug)).base), person, role: made }
}

/** The id of a role that every tenant has. */
export async function builtInRole(world: TestWorld, name: 'admin' | 'everyone'): Promise<string> {
  const answer = await (
    await world.tenant()
  ).scim('GET', `/Roles?filter=${encodeURIComponent(`displayName eq "${name}"`)}`)
  const { Resources } = (await answer.json()) as { Resources: { id: string }[] }
  return Resources[0]!.id
}

/** What stands in the first column of the page's table. */
export function firstColumn(text: string): string[] {
  return [...text.matchAll(/<tr>\s*<td[^>]*>\s*(?:<a[^>]*>)?([^<]*)/g)].map(([, name = '']) => name.trim())
}
