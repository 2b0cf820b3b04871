/** An app in this process over a database file, and a client of its SCIM interface. */
import { join } from 'node:path'
import { createScimToken } from '../src/directory/credentials/commands.ts'
import { testWorld, type TestWorld } from '../test/support/app.ts'
import { temporaryDirectory } from '../test/support/child.ts'

export type World = TestWorld & { readonly client: Client; close(): void }
/** Gives the body of the answer. Throws for one that is no success. */
export type Client = (method: string, path: string, given?: Given) => Promise<string>
type Given = { readonly query?: Readonly<Record<string, string>>; readonly body?: unknown }

/** The database is made, or taken as it is; it goes with this process unless `file` says where it stays. */
export async function openWorld(file = temporaryFile()): Promise<World> {
  const world = await testWorld({ url: `file:${file}`, env: { LOG_LEVEL: 'silent' } })
  const { token } = await createScimToken(await world.scope(), { description: 'bench' })
  return { ...world, client: clientOf(world, token), close: () => world.platform.db.$client.close() }
}

export function temporaryFile(): string {
  return join(temporaryDirectory(), 'bench.db')
}

function clientOf({ app, platform }: TestWorld, token: string): Client {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' }
  return async (method, path, { query, body } = {}) => {
    const url = `${platform.config.baseUrl}/scim2${path}${query ? `?${new URLSearchParams(query)}` : ''}`
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const response = await app.request(url, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text
  }
}
