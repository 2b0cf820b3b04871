/**
 * An OpenID provider that does as little as one can: whoever makes up a code says in it who comes, and with which nonce, so
 * that nobody has to go there. Its id_token is signed anew each time, RS256, as most providers do.
 */
import { createSign, generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { announce } from '../server.ts'
import { PROVIDER_CLIENT } from './names.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const HEADER = encoded({ alg: 'RS256', kid: 'bench' })
const JWKS = JSON.stringify({
  keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'bench', alg: 'RS256', use: 'sig' }],
})

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

const server = createServer((request, response) => {
  answer(request).then(
    (text) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(text),
    () => response.writeHead(500).end(),
  )
})

async function answer(request: IncomingMessage): Promise<string> {
  const origin = `http://${request.headers.host}`
  switch (request.url) {
    case '/.well-known/openid-configuration':
      return JSON.stringify({
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        userinfo_endpoint: `${origin}/userinfo`,
        jwks_uri: `${origin}/jwks`,
        id_token_signing_alg_values_supported: ['RS256'],
      })
    case '/jwks':
      return JWKS
    case '/token':
      return tokens(origin, new URLSearchParams(await bodyOf(request)).get('code') ?? '')
    case '/userinfo':
      return JSON.stringify(person(request.headers.authorization?.replace('Bearer ', '') ?? ''))
    default:
      throw new Error('nothing here')
  }
}

function tokens(origin: string, code: string): string {
  const [sub = '', nonce] = code.split('.')
  const iat = Math.floor(Date.now() / 1000)
  const claims = { iss: origin, aud: PROVIDER_CLIENT.clientId, iat, exp: iat + 300, nonce, ...person(sub) }
  const signed = `${HEADER}.${encoded(claims)}`
  const idToken = `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`
  return JSON.stringify({ access_token: sub, token_type: 'Bearer', expires_in: 300, id_token: idToken })
}

function person(sub: string) {
  return {
    sub,
    preferred_username: `kim-${sub}`,
    name: `Kim Berry ${sub}`,
    given_name: 'Kim',
    family_name: `Berry ${sub}`,
    email: `kim-${sub}@example.com`,
    email_verified: true,
    locale: 'en-GB',
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

announce(server, 'none')
