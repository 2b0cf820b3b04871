/**
 * playground2, the tutorial's client application: a web application that signs people in with a stock OpenID client
 * library (openid-client). It listens on http://localhost:8080 and keeps what is under way in memory.
 *
 * Settings: PORT (8080), ISSUER (https://localhost:9443), CA_FILE (data/ca/ca.pem, trusted beside the usual ones),
 * and CLIENT_ID and CLIENT_SECRET, which only fill in the form.
 */
import { existsSync, readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import * as client from 'openid-client'
import { errorPage, requestPage, resultPage, secretPage } from './pages.ts'

const port = Number(process.env.PORT ?? 8080)
const origin = `http://localhost:${port}`
const CALLBACK = `${origin}/playground2/oauth2client`
const COOKIE = `playground2-${port}`
const caFile = process.env.CA_FILE ?? 'data/ca/ca.pem'
if (existsSync(caFile)) {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(caFile, 'utf8')])
}

type UnderWay = {
  readonly issuer: string
  readonly clientId: string
  clientSecret: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}
const underWay = new Map<string, UnderWay>()

const app = new Hono()
app.onError((error, c) => c.html(errorPage(whatHappened(error)), 400))
app.get('/', (c) => c.redirect('/playground2/oauth2.jsp'))
app.get('/playground2', (c) => c.redirect('/playground2/oauth2.jsp'))
app.get('/playground2/oauth2.jsp', (c) =>
  c.html(
    requestPage({
      issuer: process.env.ISSUER ?? 'https://localhost:9443',
      clientId: process.env.CLIENT_ID ?? '',
      clientSecret: process.env.CLIENT_SECRET ?? '',
      callback: CALLBACK,
    }),
  ),
)

app.post('/playground2/oauth2.jsp', async (c) => {
  const form = await c.req.parseBody()
  const text = (name: string) => (typeof form[name] === 'string' ? form[name].trim() : '')
  const flow: UnderWay = {
    issuer: text('issuer'),
    clientId: text('client_id'),
    clientSecret: text('client_secret'),
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
  }
  const url = client.buildAuthorizationUrl(await configurationOf(flow), {
    redirect_uri: CALLBACK,
    scope: text('scope') || 'openid profile email',
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: 'S256',
  })
  const id = client.randomState()
  underWay.set(id, flow)
  setCookie(c, COOKIE, id, { httpOnly: true, sameSite: 'Lax', path: '/' })
  return c.redirect(url.href)
})

/** The browser is back. An application with a secret that was not given before is asked for it now. */
app.get('/playground2/oauth2client', (c) => {
  const flow = flowOf(c)
  const { search, searchParams } = new URL(c.req.url)
  const isPublicTry = flow.clientSecret === '' && searchParams.has('code')
  return isPublicTry ? c.html(secretPage(CALLBACK + search)) : finish(c, flow, CALLBACK + search)
})
app.post('/playground2/oauth2client', async (c) => {
  const flow = flowOf(c)
  const form = await c.req.parseBody()
  flow.clientSecret = String(form.client_secret ?? '').trim()
  return finish(c, flow, String(form.callback ?? ''))
})

/** Exchanges the code; the library checks state, nonce, iss, the signature and the claims of the id_token. */
async function finish(c: Context, flow: UnderWay, callback: string): Promise<Response> {
  underWay.delete(getCookie(c, COOKIE) ?? '')
  const configuration = await configurationOf(flow)
  const tokens = await client.authorizationCodeGrant(configuration, new URL(callback), {
    expectedState: flow.state,
    expectedNonce: flow.nonce,
    pkceCodeVerifier: flow.verifier,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (!claims) throw new Error('no id_token')
  const userinfo = await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
  return c.html(resultPage({ ...userinfo }, { ...claims }))
}

function configurationOf({ issuer, clientId, clientSecret }: UnderWay): Promise<client.Configuration> {
  const authentication = clientSecret === '' ? client.None() : client.ClientSecretBasic(clientSecret)
  return client.discovery(new URL(issuer), clientId, undefined, authentication)
}

function flowOf(c: Context): UnderWay {
  const flow = underWay.get(getCookie(c, COOKIE) ?? '')
  if (!flow) throw new Error('This sign-in was not begun in this browser, or has ended.')
  return flow
}

/** The library's words, and those of the provider if it gave some. */
function whatHappened(error: unknown): string {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) {
    return `${error.error}: ${error.error_description ?? ''}`
  }
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

const server = serve({ fetch: app.fetch, port, hostname: 'localhost' }, () => {
  process.stdout.write(`playground2 is ready at ${origin}/playground2/oauth2.jsp\n`)
})
server.once('error', (error: NodeJS.ErrnoException) => {
  const words = error.code === 'EADDRINUSE' ? `PORT: ${port} is in use by another program` : error.message
  process.stderr.write(`playground2: ${words}\n`)
  process.exit(1)
})
