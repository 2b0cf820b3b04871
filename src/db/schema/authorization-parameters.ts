import type { SigningAlgorithm } from './applications.ts'

/** What /oauth2/authorize was asked, kept while the person signs in. */
export type AuthorizationParameters = {
  clientId: string
  redirectUri: string
  responseMode: ResponseMode
  /** What a signed answer is signed with; RS256 if it does not say (JARM section 3). */
  responseAlg?: SigningAlgorithm
  scope: string
  state?: string
  nonce?: string
  codeChallenge?: string
  prompt: string[]
  maxAge?: number
  loginHint?: string
  /** Language tags with spaces between, the preferred first. */
  uiLocales?: string
  /** The sub that id_token_hint named; its signature was checked. */
  hintedUserId?: string
  claims?: RequestedClaims
  /** Thumbprint of the key that the code is bound to (RFC 9449 section 10). */
  dpopJkt?: string
  /** Whom the access token is for (RFC 8707). */
  resources?: string[]
  /** The hash of the device code that this sign-in decides on (RFC 8628); there is nowhere to redirect to. */
  deviceCodeHash?: string
  /** Straight to a provider: a connection's id or name, or a domain of its people. */
  connection?: string
  domainHint?: string
  /** Something failed at a provider: nothing leads there by itself any more. */
  choose?: boolean
  /** Authentication context classes, the preferred first (OpenID Connect Core section 3.1.2.1). */
  acrValues?: string[]
}
/** OAuth 2.0 Multiple Response Types section 2.1, Form Post, and JARM section 2.3. */
export type ResponseMode = 'query' | 'fragment' | 'form_post' | 'query.jwt' | 'fragment.jwt' | 'form_post.jwt'
/** The `claims` parameter (OpenID Connect Core section 5.5): claims that are asked for one by one. */
export type RequestedClaims = {
  userinfo?: Record<string, Record<string, unknown> | null>
  id_token?: Record<string, Record<string, unknown> | null>
}
