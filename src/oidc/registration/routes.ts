import { bodyLimit } from 'hono/body-limit'
import { createApplication, removeApplication, updateApplication } from '../../applications/commands.ts'
import { type ApplicationRow, findApplicationByClientId } from '../../applications/queries.ts'
import { isSecretOf } from '../../applications/secrets/check.ts'
import type { ApplicationInput } from '../../applications/settings.ts'
import { parseBearer } from '../../core/basic.ts'
import { equalInConstantTime, hashToken, randomToken } from '../../core/crypto.ts'
import { OAuthError, Problem } from '../../core/errors.ts'
import { type AppContext, newRouter } from '../../http.ts'
import type { Scope } from '../../platform.ts'
import { registrationFault, toApplicationInput, toRegistration } from './metadata.ts'
import { findRegistrationSettings, isInitialAccessToken, type RegistrationSettings } from './queries.ts'

const limitBody = bodyLimit({
  maxSize: 64 * 1024,
  onError: () => {
    throw new OAuthError('invalid_client_metadata', 'The request is too long.')
  },
})

/** {T}/oauth2/register: clients that register themselves (RFC 7591), and look after that (RFC 7592). */
export const registrationRoutes = newRouter()
  .use('/oauth2/register/*', limitBody)
  .post('/oauth2/register', async (c) => {
    const { requirePkce } = await demandMayRegister(c)
    const { scope } = c.var
    const token = randomToken()
    const input = toApplicationInput(await readJson(c), requirePkce ? {} : { requirePkce })
    const { row, clientSecret } = await register(scope, input, hashToken(token))
    const secret = clientSecret === undefined ? {} : { client_secret: clientSecret, client_secret_expires_at: 0 }
    c.header('Cache-Control', 'no-store')
    return c.json({ ...toRegistration(row, token, scope.issuer), ...secret }, 201)
  })
  .get('/oauth2/register/:clientId', async (c) => {
    const { row, token } = await ownRegistration(c)
    c.header('Cache-Control', 'no-store')
    return c.json(toRegistration(row, token, c.var.scope.issuer))
  })
  .put('/oauth2/register/:clientId', async (c) => {
    const { scope } = c.var
    const { row, token } = await ownRegistration(c)
    const body = await readJson(c)
    demandOwn(scope, body, row)
    const { name, redirectUris, grantTypes, tokenEndpointAuthMethod, clientMetadata } = toApplicationInput(
      body,
      row.clientMetadata,
    )
    const change = { redirectUris, grantTypes, tokenEndpointAuthMethod, clientMetadata }
    const isRenamed = name !== row.name && typeof body.client_name === 'string'
    const changed = await asOAuth(updateApplication(scope, row.id, isRenamed ? { ...change, name } : change))
    c.header('Cache-Control', 'no-store')
    return c.json(toRegistration(changed, token, scope.issuer))
  })
  .delete('/oauth2/register/:clientId', async (c) => {
    await removeApplication(c.var.scope, (await ownRegistration(c)).row.id)
    return c.body(null, 204)
  })

async function demandMayRegister(c: AppContext): Promise<RegistrationSettings> {
  const { scope } = c.var
  const settings = await findRegistrationSettings(scope)
  const { policy } = settings
  if (policy === 'open') return settings
  if (policy === 'off') throw new OAuthError('access_denied', 'Clients do not register themselves here.')
  const token = parseBearer(c.req.header('Authorization'))
  if (token === undefined || !(await isInitialAccessToken(scope, token))) {
    throw new OAuthError('invalid_token', 'It takes an initial access token to register a client here.')
  }
  return settings
}

/** Applications have names of their own in a tenant, of which a client knows nothing: the second of a name gets a number. */
async function register(scope: Scope, input: ApplicationInput, tokenHash: string) {
  try {
    return await createApplication(scope, input, tokenHash)
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 409) throw inOAuth(error)
    const name = `${input.name.slice(0, 85)} (${randomToken(6)})`
    return asOAuth(createApplication(scope, { ...input, name }, tokenHash))
  }
}

/** The client whose registration access token came along. Whether there is such a client is not told to others. */
async function ownRegistration(c: AppContext): Promise<{ row: ApplicationRow; token: string }> {
  const token = parseBearer(c.req.header('Authorization'))
  const row = await findApplicationByClientId(c.var.scope, c.req.param('clientId') ?? '')
  const hash = row?.registrationTokenHash ?? ''
  if (!row || token === undefined || !equalInConstantTime(hashToken(token), hash)) {
    throw new OAuthError('invalid_token', 'The registration access token is not the one of this client.')
  }
  return { row, token }
}

/** RFC 7592 section 2.2: the body names the client, and may repeat its secret, which it does not choose. */
function demandOwn(scope: Scope, body: Readonly<Record<string, unknown>>, row: ApplicationRow): void {
  if (body.client_id !== row.clientId) {
    throw new OAuthError('invalid_client_metadata', 'client_id: must be the one of this client.')
  }
  const { client_secret: secret } = body
  if (secret === undefined) return
  if (typeof secret !== 'string' || !isSecretOf(scope, row, secret)) {
    throw new OAuthError('invalid_client_metadata', 'client_secret: must be the one of this client, or be left out.')
  }
}

async function readJson(c: AppContext): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await c.req.json().catch(() => undefined)
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  throw new OAuthError('invalid_client_metadata', 'The body must be a JSON object.')
}

/** What an administrator would be told, in the words of this endpoint. */
async function asOAuth<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw inOAuth(error)
  }
}

function inOAuth(error: unknown): unknown {
  if (!(error instanceof Problem)) return error
  const [{ field, message } = { field: '', message: error.message }] = error.errors
  return registrationFault(field.split('.'), message, error)
}
