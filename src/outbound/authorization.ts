/** How each type of connector says who asks: a header that stands, or the request for an access token. */
import { importPKCS8, SignJWT } from 'jose'
import { basicHeader, clientBasicHeader } from '../core/basic.ts'
import { unreachable } from '../core/errors.ts'
import { GOOGLE_TOKEN_ENDPOINT } from '../connections/connectors/types.ts'
import type { ConnectorSecrets, ConnectorSettings, GoogleSettings, SalesforceSettings } from '../db/schema.ts'
import { PushFailure } from './outcome.ts'

export type Credentials = { readonly settings: ConnectorSettings; readonly secrets: ConnectorSecrets }
export type Headers = Readonly<Record<string, string>>

export type TokenRequest = {
  readonly tokenEndpoint: string
  readonly headers: Headers
  readonly form: URLSearchParams
}

/** The least that makes, changes and removes users. */
const GOOGLE_SCOPE = 'https://www.googleapis.com/auth/admin.directory.user'
const ASSERTION_SECONDS = 3600

/** The headers of a connector that needs no access token; undefined for one that does. */
export function headersOf({ settings, secrets }: Credentials): Headers | undefined {
  if (settings.type === 'google' || settings.type === 'salesforce') return undefined
  // Its events are signed.
  if (settings.type === 'webhook') return {}
  const { authentication } = settings
  switch (authentication.mode) {
    case 'none':
      return {}
    case 'basic':
      return { Authorization: basicHeader(authentication.username, secrets.password ?? '') }
    case 'bearer':
      return { Authorization: `Bearer ${secrets.token ?? ''}` }
    case 'apiKey':
      return { [authentication.header]: secrets.value ?? '' }
    case 'clientCredentials':
      return undefined
    default:
      return unreachable(authentication)
  }
}

/** What asks for an access token. Undefined if the connector needs none; PushFailure if a key cannot be read. */
export async function tokenRequestOf({ settings, secrets }: Credentials, now: Date): Promise<TokenRequest | undefined> {
  if (settings.type === 'google') return googleRequest(settings, secrets, now)
  if (settings.type === 'salesforce') return salesforceRequest(settings, secrets)
  if (settings.type === 'webhook') return undefined
  const { authentication } = settings
  if (authentication.mode !== 'clientCredentials') return undefined
  const { tokenEndpoint, clientId, scope } = authentication
  // RFC 6749 section 4.4, the client by Basic with both parts form-encoded (section 2.3.1).
  const headers = { Authorization: clientBasicHeader(clientId, secrets.clientSecret ?? '') }
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope ? { scope } : {}) })
  return { tokenEndpoint, headers, form }
}

/** A JWT that the service account signs for the administrator whom it acts for (RFC 7523 section 2.1). */
async function googleRequest(settings: GoogleSettings, secrets: ConnectorSecrets, now: Date): Promise<TokenRequest> {
  const { tokenEndpoint = GOOGLE_TOKEN_ENDPOINT, serviceAccountEmail, adminEmail } = settings
  const issued = Math.floor(now.getTime() / 1000)
  const assertion = await new SignJWT({ scope: GOOGLE_SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(serviceAccountEmail)
    .setSubject(adminEmail)
    .setAudience(tokenEndpoint)
    .setIssuedAt(issued)
    .setExpirationTime(issued + ASSERTION_SECONDS)
    .sign(await readKey(secrets.privateKey ?? ''))
  const form = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion })
  return { tokenEndpoint, headers: {}, form }
}

async function readKey(pem: string) {
  try {
    return await importPKCS8(pem, 'RS256')
  } catch {
    // The words of the error may hold a part of the key.
    throw new PushFailure({ kind: 'refused', error: 'The private key of the service account cannot be read.' })
  }
}

/** Salesforce takes the client in the form, with either grant (RFC 6749 sections 4.3 and 4.4). */
function salesforceRequest(settings: SalesforceSettings, { clientSecret = '', password = '' }: ConnectorSecrets) {
  const { tokenEndpoint, clientId, username = '' } = settings
  const client = { client_id: clientId, client_secret: clientSecret }
  const form =
    settings.grant === 'password'
      ? new URLSearchParams({ grant_type: 'password', ...client, username, password })
      : new URLSearchParams({ grant_type: 'client_credentials', ...client })
  return { tokenEndpoint, headers: {}, form }
}
