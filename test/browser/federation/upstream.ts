/** node oidc-provider as a real provider on loopback: whoever types a name at it is that person there. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider, { type Configuration } from 'oidc-provider'

export type Upstream = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** What it says of somebody beside her name, by her name; others are told by their name alone. */
  readonly people: Map<string, Record<string, unknown>>
  close(): Promise<void>
}

const CLIENT = { clientId: 'postern', clientSecret: 'upstream-secret-of-more-than-thirty-two-characters' }

/** `features` are those of oidc-provider, beside what it does by itself. */
export async function startUpstream(
  redirectUris: readonly string[],
  features: Configuration['features'] = {},
): Promise<Upstream> {
  const people = new Map<string, Record<string, unknown>>()
  let answer = (_request: IncomingMessage, response: ServerResponse) => void response.end()
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = await providerOf(issuer, redirectUris, people, features)
  const callback = provider.callback()
  answer = (request, response) => {
    const isOurs = request.url?.startsWith('/interaction/') === true
    const answered = isOurs ? interact(provider, request, response) : callback(request, response)
    answered.catch((error: unknown) => response.destroy(error as Error))
  }
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { issuer, ...CLIENT, people, close }
}

async function providerOf(
  issuer: string,
  redirectUris: readonly string[],
  people: Upstream['people'],
  features: Configuration['features'],
) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const key = { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'upstream' }
  return new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [...redirectUris],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ['upstream'] },
    claims: {
      openid: ['sub'],
      profile: ['name', 'family_name', 'given_name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, preferred_username: accountId, ...people.get(accountId) }),
    }),
    // Its documented way to ask nobody for consent.
    async loadExistingGrant(ctx) {
      const { client, session, provider: own } = ctx.oidc
      const grant = new own.Grant({ clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    features: { devInteractions: { enabled: false }, ...features },
    ttl: { Session: 86_400, Grant: 86_400, Interaction: 3600, AccessToken: 3600, IdToken: 3600 },
  })
}

/** Its one page: who one is, or that one would rather not say. */
async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') {
    const page = `<!doctype html><html lang="en"><title>Upstream</title><h1>Upstream</h1>
      <form method="post"><label>Name <input name="name"></label>
      <button name="answer" value="sign-in">Continue</button><button name="answer" value="cancel">Cancel</button></form>`
    return void response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page)
  }
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const form = new URLSearchParams(body)
  const result =
    form.get('answer') === 'cancel'
      ? { error: 'access_denied', error_description: 'cancelled' }
      : { login: { accountId: form.get('name') ?? '' } }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
}
