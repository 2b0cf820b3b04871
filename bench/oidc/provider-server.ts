/**
 * The peer: node oidc-provider with the adapter that it keeps everything in memory with. Access tokens for a resource
 * are ES256 JWTs, as ours are; people sign in by naming themselves, and are not asked for consent.
 */
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'
import { announce } from '../server.ts'
import { CLIENT, REDIRECT_URI, RESOURCE } from './names.ts'

async function key(alg: string) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 })
  return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: alg }
}

const provider = new Provider('http://localhost', {
  clients: [
    {
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types: ['code'],
    },
  ],
  jwks: { keys: [await key('RS256'), await key('ES256')] },
  cookies: { keys: ['bench'] },
  claims: {
    openid: ['sub'],
    profile: ['name', 'family_name', 'given_name', 'preferred_username', 'updated_at'],
    email: ['email'],
  },
  scopes: ['openid', 'offline_access', 'profile', 'email'],
  findAccount: (_, accountId) => ({
    accountId,
    claims: () => ({
      sub: accountId,
      name: 'Kim Berry',
      given_name: 'Kim',
      family_name: 'Berry',
      preferred_username: accountId,
      updated_at: 1_700_000_000,
      email: 'kim@example.com',
    }),
  }),
  // Its documented way to ask nobody for consent.
  async loadExistingGrant(ctx) {
    const { client, session, provider: own } = ctx.oidc
    const known = session?.grantIdFor(client?.clientId ?? '')
    if (known) return own.Grant.find(known)
    const grant = new own.Grant({ clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' })
    grant.addOIDCScope('openid offline_access profile email')
    grant.addResourceScope(RESOURCE, 'read')
    await grant.save()
    return grant
  },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  rotateRefreshToken: true,
  // Offline access without the page that asks for it, as at an application of one's own.
  issueRefreshToken: (_, client) => Promise.resolve(client.grantTypeAllowed('refresh_token')),
  ttl: {
    Session: 86_400,
    Grant: 86_400,
    AccessToken: 3600,
    ClientCredentials: 3600,
    IdToken: 3600,
    RefreshToken: 86_400,
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'read',
        audience: RESOURCE,
        accessTokenTTL: 3600,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
})

const answer = provider.callback()
const server = createServer((request, response) => {
  if (!request.url?.startsWith('/interaction/')) return void answer(request, response)
  const result = { login: { accountId: 'kim' } }
  provider.interactionFinished(request, response, result).catch((error: unknown) => response.destroy(error as Error))
})
announce(server, 'none')
