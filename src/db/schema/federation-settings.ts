/** What a connection is told about signing people in and provisioning them just in time. */
import type { MappingRule } from '../../core/attribute-mapping.ts'

/** Providers whose addresses and habits are known (connections/presets). */
export type ProviderPreset =
  | 'google'
  | 'entra'
  | 'okta'
  | 'auth0'
  | 'apple'
  | 'github'
  | 'gitlab'
  | 'facebook'
  | 'linkedin'
  | 'slack'
  | 'discord'
  | 'x'
  | 'postern'

/** How an external provider is reached; what is secret stands sealed in columns of its own. */
export type Authenticator = {
  /** `oauth2` is no OpenID provider: there is no id_token, and its user endpoint says who came. */
  type: 'oidc' | 'oauth2'
  preset?: ProviderPreset
  clientId: string
  /** One of issuer and both endpoints is there; what is absent is discovered. */
  issuer?: string
  authorizationEndpoint?: string
  tokenEndpoint?: string
  jwksUri?: string
  userinfoEndpoint?: string
  endSessionEndpoint?: string
  pushedAuthorizationRequestEndpoint?: string
  scopes?: string[]
  /** Absent: as the provider's metadata says, client_secret_basic before client_secret_post. */
  clientAuthentication?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'apple'
  /** Of a private key: its kid, the algorithm, and for Apple the team that it belongs to. */
  keyId?: string
  keyAlgorithm?: 'RS256' | 'PS256' | 'ES256' | 'EdDSA'
  teamId?: string
  /** How the answer comes back; absent: in the query. */
  responseMode?: 'form_post'
  /** Further parameters of the authorization request. */
  parameters?: Record<string, string>
  /** What of an application's request is passed on to the provider. */
  passOn?: PassedOn[]
  /** Microsoft Entra ID with many tenants: the ids (tid) that may sign in. */
  allowedTenants?: string[]
  /** Whether the provider answers to a callback of this connection alone (RFC 9700 section 4.4.2.2); absent: not. */
  ownCallback?: boolean
  /** Whether the provider's tokens are kept, sealed, for applications that may ask for them; absent: not. */
  keepTokens?: boolean
  /** Whether signing out here ends the session there, too (RP-Initiated Logout 1.0); absent: not. */
  passSignOut?: boolean
}
export type PassedOn = 'prompt' | 'acr_values' | 'max_age' | 'login_hint' | 'ui_locales'

/**
 * What becomes of an attribute that is there already, each time its person signs in: the provider's word counts; it fills
 * what is empty; it counts unless somebody changed the attribute here since; it counts once, when the account is linked;
 * it does not count. A new account is always filled.
 */
export type SyncMethod = 'override' | 'fillEmpty' | 'preserveLocal' | 'firstSignIn' | 'none'
/** `source` is a claim: `email`, `address.locality`, `groups[0]`, or in quotes a name with dots in it. */
export type ClaimRule = MappingRule & { readonly sync?: SyncMethod }

export type ProvisioningScheme = 'silent' | 'consent' | 'password' | 'username'
export type JitSettings = {
  enabled: boolean
  scheme: ProvisioningScheme
  userStore: 'PRIMARY'
  attributeSync: SyncMethod
  /** Instead of the standard claims (federation/claims). */
  mapping?: ClaimRule[]
  /** The claim that a new user name is; absent: what can be read best. */
  userNameClaim?: string
  /** SCIM paths that a new account has to have: what the provider does not say the person is asked for. */
  requiredAttributes?: string[]
  /** Only people whose e-mail address is of the connection's domains get an account. */
  restrictToDomains?: boolean
  groups?: GrantSettings
  roles?: GrantSettings
  linking?: LinkingSettings
}
export type GrantSettings = {
  /** The claim that lists what the provider has somebody in. */
  claim: string
  /** By the provider's word: ids of groups or roles here. */
  map?: Record<string, string[]>
  /** What is not in the map counts for the group or role of that very name, if there is one. */
  byName?: boolean
  /** `merge` takes away what it had granted; `replace` whatever else she is in, too. */
  sync: 'merge' | 'replace'
}
/** How somebody who has an account here already comes to it through the connection; nothing: not at all. */
export type LinkingSettings = {
  /** Up to two, in this order: the claim has to be the verified attribute of one user, in a domain of the connection. */
  rules?: { claim: string; attribute: 'emails' | 'userName' }[]
  /** The claim that is the externalId of who was provisioned over SCIM. */
  externalIdClaim?: string
  /** Whom the rules name signs in to that account first. */
  proof?: boolean
}
