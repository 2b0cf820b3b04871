/** SCIMMY, a SCIM server of others, on 127.0.0.1 as its documentation has it: scimmy-routers over two Maps. */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import SCIMMY from 'scimmy'
import SCIMMYRouters from 'scimmy-routers'

export type ScimmyTarget = { readonly url: string; close(): Promise<void> }
export const SCIMMY_TOKEN = 'token-of-scimmy'

type Stored = Record<string, unknown> & { id: string; meta: { created: string; lastModified: string } }
type Asked = { readonly id?: string; readonly filter?: { match(all: Stored[]): Stored[] } }

/** A type of resources whose `name` is unique. */
function declare(type: unknown, name: 'userName' | 'displayName'): void {
  const all = new Map<string, Stored>()
  const fold = (value: unknown) => String(value).toLowerCase()
  const get = (id: string) => {
    const found = all.get(id)
    if (!found) throw new SCIMMY.Types.Error(404, undefined as never, `Resource ${id} not found`)
    return found
  }
  SCIMMY.Resources.declare(
    type as never,
    {
      egress: ({ id, filter }: Asked) => {
        if (id !== undefined) return get(id)
        return filter ? filter.match([...all.values()]) : [...all.values()]
      },
      ingress: (asked: Asked, data: Record<string, unknown>) => {
        const id = asked.id ?? randomUUID()
        const before = asked.id === undefined ? undefined : get(asked.id)
        const namesake = [...all.values()].find((one) => one.id !== id && fold(one[name]) === fold(data[name]))
        if (namesake) throw new SCIMMY.Types.Error(409, 'uniqueness', `${String(data[name])} is taken`)
        const now = new Date().toISOString()
        const stored = {
          ...(JSON.parse(JSON.stringify(data)) as Record<string, unknown>),
          id,
          meta: { created: before?.meta.created ?? now, lastModified: now },
        }
        all.set(id, stored)
        return stored
      },
      degress: ({ id = '' }: Asked) => {
        get(id)
        all.delete(id)
      },
    } as never,
  )
}

/** One in a process: SCIMMY knows its resources by their type alone. */
export async function startScimmy(): Promise<ScimmyTarget> {
  declare(SCIMMY.Resources.User, 'userName')
  declare(SCIMMY.Resources.Group, 'displayName')
  SCIMMY.Config.set({ patch: true, filter: true } as never)
  const app = express()
  const handler = (request: { header(name: string): string | undefined }) => {
    if (request.header('authorization') !== `Bearer ${SCIMMY_TOKEN}`) throw new Error('no token')
    return 'client'
  }
  app.use('/scim', new SCIMMYRouters({ type: 'bearer', docUri: 'https://example.com', handler } as never))
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
