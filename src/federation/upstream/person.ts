/** Who came, as the provider says it: everything here was verified. */

export type UpstreamTokens = {
  readonly accessToken: string
  readonly refreshToken?: string
  /** As the provider signed it: for id_token_hint. */
  readonly idToken?: string
  /** Seconds, as the provider counts them from its answer on. */
  readonly expiresIn?: number
  /** What was granted, where the provider says so; otherwise what was asked for (RFC 6749 section 5.1). */
  readonly scope?: string
}

/** Who somebody is at a provider, and what it says of her: id_token and userinfo. */
export type VouchedFor = {
  readonly issuer: string
  readonly subject: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** The same, with what else came of the sign-in. The tokens are secrets: they are logged nowhere, and kept sealed or not at all. */
export type UpstreamPerson = VouchedFor & {
  readonly tokens: UpstreamTokens
  /** The provider's session (OIDC Back-Channel Logout 1.0 section 2.1). What else it says of how she signed in is its matter. */
  readonly sid?: string
}

/** Who is provisioned: of an arrival that was kept for a while those tokens are there that are needed; a rehearsal has none. */
export type Arrived = VouchedFor &
  Partial<Omit<UpstreamPerson, 'tokens'>> & { readonly tokens?: Partial<UpstreamTokens> | undefined }
