/** postern as it runs on Node, without TLS, over a file. Prints its port and a SCIM token when it listens. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createScimToken } from '../../src/directory/credentials/commands.ts'
import { testWorld } from '../../test/support/app.ts'

const [file = ':memory:'] = process.argv.slice(2)
const world = await testWorld({ url: file, env: { LOG_LEVEL: 'silent', TLS: 'off' } })
const { token } = await createScimToken(await world.scope(), { description: 'bench' })
const server = createServer(getRequestListener((request) => world.app.fetch(request)))
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port, token })}\n`)
})
