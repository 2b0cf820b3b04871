/** A target that costs next to nothing: it reads what it is sent, remembers none of it, and answers with an id. */
import { createServer } from 'node:http'
import { announce } from '../server.ts'

let made = 0
const CONFIG = JSON.stringify({ patch: { supported: true } })

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const { method, url = '' } = request
    const text = url.endsWith('/ServiceProviderConfig')
      ? CONFIG
      : JSON.stringify({ id: method === 'POST' ? `remote${made++}` : url.slice(url.lastIndexOf('/') + 1) })
    response.writeHead(method === 'POST' ? 201 : 200, {
      'Content-Type': 'application/scim+json',
      'Content-Length': text.length,
    })
    response.end(text)
  })
})
announce(server, 'target-token')
