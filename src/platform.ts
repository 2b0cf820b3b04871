/** What a runtime supplies to the app (Platform), and what one request works with (Scope). Types only. */
import type { Config } from './config.ts'
import type { Sealer } from './core/crypto.ts'
import type { Scrypt } from './core/password.ts'
import type { Log } from './core/log.ts'
import type { Db, Statement } from './db/open.ts'
import type { AuthorizationPolicy, Branding, ProvisionedType, UserSource } from './db/schema.ts'

/**
 * An HTTP call to another system. The runtime's implementation is guarded against SSRF: it refuses (by throwing
 * BlockedRequest) what OUTBOUND_ALLOW and the rules in core/outbound-url.ts do not let through, never follows a
 * redirect, stops after `timeoutMs` (5,000 unless told) and after MAX_RESPONSE_BYTES of body, and trusts the local CA.
 */
export type GuardedFetch = (url: string, init?: RequestInit & { timeoutMs?: number }) => Promise<Response>

/**
 * The queue's message: this tenant has deliveries to look at, or if it names none, somebody. The outbox says which; a
 * lost message loses nothing.
 */
export type WakeMessage = { readonly tenantId?: string }

/** A mail to one person. Who it is from is a setting. */
export type MailMessage = {
  /** The same for each attempt to send it, so that whoever takes it may know it again. */
  readonly id: string
  /** A bare address. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html?: string
}

export type Platform = {
  readonly config: Config
  readonly db: Db
  readonly fetch: GuardedFetch
  readonly sealer: Sealer
  readonly log: Log
  /** For passwords; the runtime's own, without a bound, where it is absent. */
  readonly scrypt?: Scrypt
  now(): Date
  /** The certificate that the client of a request showed in its TLS handshake; only where a setting asks for them. */
  clientCertificate?(request: Request): ClientCertificate | undefined
  /** Hands a mail over; rejects with a reason if nobody took it. Only the outbound consumer calls it. */
  mail(message: MailMessage): Promise<void>
  /** Tells the outbound consumer to look now. Never throws, and nothing depends on its arrival. */
  wake(message: WakeMessage): Promise<void>
  /** What the directory does before it commits a change that a blocking provisioner has to hear of first. */
  pushAhead(asked: AskedAhead): Promise<PushedAhead>
}

/** What the runtime knows of a request that is not in it. Tests have none. */
export type Bindings = {
  /** From where it comes, by the connection itself. */
  address?(): string | undefined
  /** Has this answer given to whoever asks the same within the next second; only where the runtime can. */
  keep?(headers: Readonly<Record<string, string>>, body: string): void
}

export type ClientCertificate = {
  /** SHA-256 of its DER in base64url: the `x5t#S256` of RFC 8705 section 3.1. */
  readonly thumbprint: string
  /** A CA that the runtime was told of issued it, and it is in its time. Otherwise nobody vouches for the names in it. */
  readonly isVerified: boolean
  /** `TYPE=value` each, nothing escaped, in the order of RFC 4514: the most specific first. */
  readonly subject: readonly string[]
  readonly alternativeNames: readonly { readonly type: 'dns' | 'uri' | 'ip' | 'email'; readonly value: string }[]
}

/** A user or a group that a change makes, alters or takes away. */
export type Touched = {
  readonly type: ProvisionedType
  readonly operation: 'create' | 'update' | 'delete'
  readonly id: string
  /** userName or displayName. */
  readonly name: string
}

export type AskedAhead = {
  /** A scope in which the change has been made (directory/ahead/future.ts). */
  readonly future: Scope
  readonly touched: readonly Touched[]
  /** Where the change came from, as far as it decides which provisioners block it (directory/outbox.ts). */
  readonly origin: { readonly source: UserSource; readonly applicationId?: string }
  /** Throws if the change is not possible any more; it does nothing. */
  rehearse(): Promise<void>
}

/** The targets have it. */
export type PushedAhead = {
  /** They say so here, in the batch that commits the change. */
  readonly record: readonly Statement[]
  /** The change was not committed: the targets are to be set back to how things are here. Never throws. */
  abandon(): Promise<void>
}

export type Tenant = {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly branding?: Branding | null
  /** The hash of its logo. */
  readonly logo?: string | null
  readonly authorization?: AuthorizationPolicy | null
}

/** One tenant at one moment. Only tenancy/resolve.ts and the outbound consumer make one. */
export type Scope = {
  readonly platform: Platform
  readonly db: Db
  readonly tenant: Tenant
  readonly tenantId: string
  readonly now: Date
  /** BASE_URL + {T}: the tenant's issuer, and the prefix of each of its absolute URLs. */
  readonly issuer: string
  /** {T}: '' for the default tenant, '/t/{slug}' for the others; the prefix of each of its paths. */
  readonly base: string
  /** The version of the tenant's own attributes, where the request has read it already. */
  readonly schemaVersion?: number
}
