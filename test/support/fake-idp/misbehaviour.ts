/** Everything that a provider can do wrong. */

export type Misbehaviour = {
  /** Claims of the id_token that are replaced; undefined takes one out. */
  idToken?: Record<string, unknown>
  /** Members of its header that are replaced. */
  header?: Record<string, unknown>
  signature?: 'none' | 'foreign-key' | 'hs256-with-client-secret' | 'hs256-with-public-key' | 'broken'
  /** What the key set is instead of one key with its kid. */
  keys?: 'several' | 'several-without-kid' | 'one-without-kid' | 'none' | 'no-set'
  /** The sub that userinfo tells. */
  userinfoSub?: string
  /** Other claims of userinfo that are replaced. */
  userinfo?: Record<string, unknown>
  /** Members of the token endpoint's answer that are replaced. */
  tokens?: Record<string, unknown>
  /** Members of the metadata that are replaced. */
  metadata?: Record<string, unknown>
  /** The authorization endpoint sends the browser back with this error. */
  error?: string
  /** The iss in the answer to the browser (RFC 9207); undefined takes it out. */
  iss?: string | undefined
  /** The token endpoint refuses, and says again all that it was told. */
  echoes?: boolean
  /** The endpoint for pushed requests refuses with this error. */
  pushError?: string
  /** Endpoints that answer 500, or nothing at all. */
  broken?: string[]
  hangs?: string[]
  /** Endpoints that break off in the middle of an answer, or never come to its end. */
  cut?: string[]
  huge?: string[]
  /** Endpoints that send whoever asks elsewhere. */
  redirects?: Record<string, string>
  /** No answer is JSON any more. */
  notJson?: boolean
}
