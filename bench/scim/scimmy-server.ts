/** The peer: SCIMMY with scimmy-routers on express, over a Map. Prints its port when it listens. */
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import express from 'express'
import SCIMMY from 'scimmy'
import SCIMMYRouters from 'scimmy-routers'

type Stored = Record<string, unknown> & { id: string; meta: { created: string; lastModified: string } }
const users = new Map<string, Stored>()

SCIMMY.Resources.declare(SCIMMY.Resources.User, {
  egress: (resource: { id?: string; filter?: { match(all: Stored[]): Stored[] } }) => {
    if (resource.id !== undefined) {
      const user = users.get(resource.id)
      if (!user) throw new SCIMMY.Types.Error(404, '', 'not found')
      return user
    }
    return resource.filter ? resource.filter.match([...users.values()]) : [...users.values()]
  },
  ingress: (resource: { id?: string }, data: unknown) => {
    const id = resource.id ?? randomUUID()
    const now = new Date().toISOString()
    const created = users.get(id)?.meta.created ?? now
    const user = { ...(JSON.parse(JSON.stringify(data)) as object), id, meta: { created, lastModified: now } }
    users.set(id, user)
    return user
  },
  degress: (resource: { id?: string }) => void users.delete(resource.id ?? ''),
} as never)

const app = express()
const authenticate = (request: { header(name: string): string | undefined }) => {
  if (request.header('authorization') !== 'Bearer token') throw new Error('no token')
  return 'client'
}
app.use('/scim2', new SCIMMYRouters({ type: 'bearer', docUri: 'https://example.com', handler: authenticate } as never))
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port, token: 'token' })}\n`)
})
