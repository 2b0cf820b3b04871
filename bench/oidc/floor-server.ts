/** The floor: bare hono that signs one ES256 JWT with each request, by jose, and knows no client and no database. */
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { generateKeyPair, SignJWT } from 'jose'
import { announce } from '../server.ts'
import { CLIENT, RESOURCE } from './names.ts'

const { privateKey } = await generateKeyPair('ES256')

const app = new Hono().post('/oauth2/token', async (c) => {
  const form = new URLSearchParams(await c.req.text())
  const now = Math.floor(Date.now() / 1000)
  const token = await new SignJWT({ client_id: CLIENT.id, scope: form.get('scope') ?? '' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'floor' })
    .setIssuer('http://localhost')
    .setSubject(CLIENT.id)
    .setAudience(RESOURCE)
    .setJti(crypto.randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + 3600)
    .sign(privateKey)
  return c.json({ access_token: token, token_type: 'Bearer', expires_in: 3600 })
})
announce(createServer(getRequestListener((request) => app.fetch(request))), 'none')
