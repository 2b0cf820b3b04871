import { knownApplication, readToKnow } from '../applications/known.ts'
import type { ApplicationRow } from '../applications/queries.ts'
import { isSecretOf } from '../applications/secrets/check.ts'
import { parseBasic } from '../core/basic.ts'
import { OAuthError, unreachable } from '../core/errors.ts'
import type { ClientCertificate, Scope } from '../platform.ts'
import { clientOfAssertion } from './assertions/verify.ts'
import { isCertificateOf } from './certificate/verify.ts'

/**
 * The client of a token request, authenticated (RFC 6749 section 2.3); `certificate` is the one of its connection.
 * OAuthError invalid_client or invalid_request.
 */
export async function authenticateClient(
  scope: Scope,
  header: string | undefined,
  form: ReadonlyMap<string, string>,
  certificate?: ClientCertificate,
): Promise<ApplicationRow> {
  if (form.has('client_assertion') || form.has('client_assertion_type')) {
    // RFC 6749 section 2.3: no more than one method in a request.
    if (header !== undefined || form.has('client_secret')) {
      throw new OAuthError('invalid_request', 'The client authenticated twice.')
    }
    return clientOfAssertion(scope, form)
  }
  const { clientId, secret } = readCredentials(header, form)
  const known = knownApplication(scope, clientId)
  if (known && (await isProven(scope, known, secret, certificate))) return known
  // What is remembered lets in and keeps nobody out: another process may have made the secret a moment ago.
  const application = await readToKnow(scope, clientId)
  if (application && (await isProven(scope, application, secret, certificate))) return application
  throw new OAuthError('invalid_client', 'The client is unknown, or its secret is wrong or missing.')
}

/** Whether this application's method is content with what came along. */
async function isProven(
  scope: Scope,
  application: ApplicationRow,
  secret: string | undefined,
  certificate: ClientCertificate | undefined,
): Promise<boolean> {
  switch (application.tokenEndpointAuthMethod) {
    case 'none':
      return secret === undefined
    case 'client_secret_basic':
    case 'client_secret_post':
      return secret !== undefined && isSecretOf(scope, application, secret)
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      return secret === undefined && certificate !== undefined && isCertificateOf(scope, application, certificate)
    // Who signs sends no secret, whatever else it has.
    case 'client_secret_jwt':
    case 'private_key_jwt':
      return false
    default:
      return unreachable(application.tokenEndpointAuthMethod)
  }
}

/** The same, of a client that proves who it is: one that only names itself is let in nowhere but at the token endpoint. */
export async function authenticateConfidentialClient(
  scope: Scope,
  header: string | undefined,
  form: ReadonlyMap<string, string>,
  certificate?: ClientCertificate,
): Promise<ApplicationRow> {
  const application = await authenticateClient(scope, header, form, certificate)
  if (application.tokenEndpointAuthMethod !== 'none') return application
  throw new OAuthError('invalid_client', 'Only a client that proves who it is may ask this.')
}

function readCredentials(header: string | undefined, form: ReadonlyMap<string, string>) {
  const inForm = { clientId: form.get('client_id'), secret: form.get('client_secret') }
  if (header === undefined) {
    if (inForm.clientId === undefined) throw new OAuthError('invalid_client', 'The client did not say who it is.')
    return { clientId: inForm.clientId, secret: inForm.secret }
  }
  const basic = parseBasic(header)
  if (!basic) throw new OAuthError('invalid_client', 'A client authenticates with Basic, or in the form.')
  // RFC 6749 section 2.3: no more than one method in a request.
  if (inForm.secret !== undefined) throw new OAuthError('invalid_request', 'The client authenticated twice.')
  const clientId = formDecoded(basic.userName)
  if (inForm.clientId !== undefined && inForm.clientId !== clientId) {
    throw new OAuthError('invalid_request', 'client_id differs from the one in the Authorization header.')
  }
  return { clientId, secret: formDecoded(basic.password) }
}

/** Both halves of a client's Basic are form-encoded (RFC 6749 section 2.3.1). */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
