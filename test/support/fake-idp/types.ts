import type { JWTPayload } from 'jose'
import type { ClientRules } from './clients.ts'
import type { Misbehaviour } from './misbehaviour.ts'

export type Person = { sub: string; [claim: string]: unknown }

/** What was asked, for a test to look at. */
export type Asked = { path: string; query: URLSearchParams; form: URLSearchParams; authorization: string | undefined }

export type FakeIdp = {
  origin: string
  authenticator: {
    type: 'oidc'
    clientId: string
    clientSecret: string
    authorizationEndpoint: string
    tokenEndpoint: string
  }
  /** Who signs in next. */
  person: Person
  misbehaviour: Misbehaviour
  /** How our client proves who it is. */
  client: ClientRules
  /** Members of the metadata beside the usual ones: what else this provider can do. */
  metadata: Record<string, unknown>
  /** Where the metadata stand. */
  metadataPaths: string[]
  /** Claims of every id_token beside the usual ones: auth_time, sid, acr. */
  idTokenClaims: Record<string, unknown>
  /** What user endpoints of its own answer to a token, by path: a provider without OpenID Connect. */
  userAnswers: Record<string, unknown>
  /** Further fields of an answer that is posted. */
  formFields: Record<string, string>
  /** Whether a refresh token is given out. */
  refreshes: boolean
  /** Its refresh tokens are good for many uses; otherwise each use gives the next one. */
  keepsRefreshTokens: boolean
  /** Everything that was given out and may stand in no log: codes and tokens. */
  secrets: string[]
  /** The paths that were called, in order. */
  calls: string[]
  asked: Asked[]
  /** Signs with another key from now on. */
  rotate(): Promise<void>
  /** A JWT by the provider's key: a logout token, say. */
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>
  close(): Promise<void>
}
