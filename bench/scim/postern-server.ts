/** postern as it runs on Node, without TLS, over a file. */
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { createScimToken } from '../../src/directory/credentials/commands.ts'
import { testWorld } from '../../test/support/app.ts'
import { announce } from '../server.ts'

const [file = ''] = process.argv.slice(2)
const world = await testWorld({ url: `file:${file}`, env: { LOG_LEVEL: 'silent', TLS: 'off' } })
const { token } = await createScimToken(await world.scope(), { description: 'bench' })
announce(createServer(getRequestListener((request) => world.app.fetch(request))), token)
