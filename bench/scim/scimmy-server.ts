/**
 * The peer: SCIMMY with scimmy-routers on express, over a Map. It matches filters against everybody, as its README
 * shows; with the word `indexed` a second Map answers a filter by userName.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import express from 'express'
import SCIMMY from 'scimmy'
import SCIMMYRouters from 'scimmy-routers'
import { announce } from '../server.ts'

type Stored = Record<string, unknown> & {
  id: string
  userName: string
  meta: { created: string; lastModified: string }
}
type Filter = ArrayLike<{ userName?: ['eq', string] }> & { match(all: Stored[]): Stored[] }
const users = new Map<string, Stored>()
const byName = process.argv[2] === 'indexed' ? new Map<string, Stored>() : undefined

function matching(filter: Filter): Stored[] {
  const name = filter[0]?.userName?.[1]
  if (!byName || name === undefined) return filter.match([...users.values()])
  const user = byName.get(name.toLowerCase())
  return user ? [user] : []
}

SCIMMY.Resources.declare(SCIMMY.Resources.User, {
  egress: (resource: { id?: string; filter?: Filter }) => {
    if (resource.id !== undefined) {
      const user = users.get(resource.id)
      if (!user) throw new SCIMMY.Types.Error(404, '', 'not found')
      return user
    }
    return resource.filter ? matching(resource.filter) : [...users.values()]
  },
  ingress: (resource: { id?: string }, data: { userName: string }) => {
    const id = resource.id ?? randomUUID()
    const now = new Date().toISOString()
    const created = users.get(id)?.meta.created ?? now
    const copy = JSON.parse(JSON.stringify(data)) as { userName: string }
    const user = { ...copy, id, meta: { created, lastModified: now } }
    users.set(id, user)
    byName?.set(user.userName.toLowerCase(), user)
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
announce(createServer(app), 'token')
