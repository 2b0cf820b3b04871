import { type ApplicationRow, findApplicationByClientId } from '../../applications/queries.ts'
import type { Scope } from '../../platform.ts'
import { type Hint, readHint } from '../id-token-hint.ts'
import { type SentParameters } from '../request.ts'

/** Where a person goes after the sign-out: registered for the application, to the letter. */
export type LogoutReturn = { readonly clientId: string; readonly uri: string; readonly state: string | undefined }

export type LogoutRequest =
  /** It may be anybody's: nobody is sent anywhere for it. */
  | { readonly kind: 'faulty'; readonly fault: string }
  | {
      readonly kind: 'ok'
      readonly hint: Hint | undefined
      /** The application that asks, where it says so. */
      readonly application: ApplicationRow | undefined
      readonly to: LogoutReturn | undefined
    }

const SAME_CLIENT = 'client_id is not the application that id_token_hint was made for.'

/** Checks a request of an application to sign its person out (OpenID Connect RP-Initiated Logout 1.0 sections 2 and 3). */
export async function checkLogout(scope: Scope, { values, twice }: SentParameters): Promise<LogoutRequest> {
  if (twice.length > 0) return faulty('It says something twice.')
  const token = values.get('id_token_hint')
  const hint = token === undefined ? undefined : await readHint(scope, token)
  if (token !== undefined && !hint) return faulty('id_token_hint is not one that this server made.')
  const named = values.get('client_id')
  if (hint && named !== undefined && !hint.clientIds.includes(named)) return faulty(SAME_CLIENT)
  const clientId = named ?? hint?.clientIds[0]
  const application = clientId === undefined ? undefined : await findApplicationByClientId(scope, clientId)
  if (clientId !== undefined && !application) return faulty('client_id belongs to no application here.')
  const uri = values.get('post_logout_redirect_uri')
  if (uri === undefined) return { kind: 'ok', hint, application, to: undefined }
  if (!application) return faulty('It does not say which application post_logout_redirect_uri belongs to.')
  if (!application.clientMetadata.postLogoutRedirectUris?.includes(uri)) {
    return faulty(`post_logout_redirect_uri is not registered for ${application.name}.`)
  }
  return { kind: 'ok', hint, application, to: { clientId: application.clientId, uri, state: values.get('state') } }
}

function faulty(fault: string): LogoutRequest {
  return { kind: 'faulty', fault }
}

/** The address with the state that the application sent along. */
export function returnAddress({ uri, state }: LogoutReturn): string {
  return state === undefined ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
}
