import { z } from 'zod'
import { MAX_PASSWORD_BYTES } from './core/password.ts'

/** `kim@example.com` or `Kim Berry <kim@example.com>`, on one line. */
const MAILBOX = /^[^\s<>@]+@[^\s<>@]+$|^[^<>\r\n]+ <[^\s<>@]+@[^\s<>@]+>$/

const port = z.coerce.number().int().min(0).max(65535)

const headerName = z.string().regex(/^[A-Za-z0-9-]+$/, 'must be the name of a header')

/** Every setting, under its name in the environment (README, Settings). */
const settings = z.object({
  HOST: z.string().min(1).default('localhost'),
  PORT: port.default(9443),
  PORT_OFFSET: z.coerce.number().int().min(0).max(50000).default(0),
  BASE_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL', abort: true })
    .refine((url) => new URL(url).pathname === '/' && !/[?#]/.test(url), 'must be an origin, without a path')
    .optional(),
  TLS: z.enum(['self-signed', 'off']).default('self-signed'),
  TLS_CERT: z.string().min(1).optional(),
  TLS_KEY: z.string().min(1).optional(),
  CA_DIR: z.string().min(1).default('data/ca'),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^(file:|libsql:|https?:|wss?:)|^:memory:$/, 'must be a libSQL URL (file:, libsql:, http:, https:)')
    .optional(),
  DATABASE_AUTH_TOKEN: z.string().min(1).optional(),
  MASTER_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/_-]{43}=?$/, 'must be 32 bytes in base64')
    .optional(),
  ADMIN_USERNAME: z
    .string()
    .regex(/^[^:\s](?:[^:]*[^:\s])?$/, 'must have no colon and no blanks around it')
    .default('admin'),
  ADMIN_PASSWORD: z
    .string()
    .min(1)
    .refine((text) => new TextEncoder().encode(text).length <= MAX_PASSWORD_BYTES, 'must be 1,024 bytes at the most')
    .optional(),
  OUTBOUND_ALLOW: z
    .string()
    .refine((text) => splitList(text).every(isAllowEntry), 'must be a list of hosts, host:port pairs and CIDRs')
    .optional(),
  CLIENT_CERTIFICATES: z.enum(['off', 'tls']).default('off'),
  CLIENT_CERTIFICATES_CA: z.string().min(1).optional(),
  CLIENT_CERTIFICATE_HEADER: headerName.optional(),
  CLIENT_CERTIFICATE_VERIFIED_HEADER: headerName.optional(),
  CLIENT_ADDRESS_HEADER: headerName.optional(),
  REGION: z.string().min(1).optional(),
  METRICS_TOKEN: z
    .string()
    .regex(/^\S{16,}$/, 'must be 16 characters at the least, and no blanks')
    .optional(),
  MAIL_FROM: z.string().regex(MAILBOX, 'must be an address, or a name with an address in <> behind it').optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp or smtps URL' }).optional(),
  MAIL_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  MAIL_TOKEN: z.string().regex(/^\S+$/, 'must have no blanks').optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

export type Config = {
  readonly host: string
  readonly port: number
  /** The public origin, without a slash at its end. */
  readonly baseUrl: string
  readonly tls: { mode: 'off' } | { mode: 'self-signed'; caDir: string } | { mode: 'files'; cert: string; key: string }
  readonly dataDir: string
  readonly databaseUrl: string
  readonly databaseAuthToken: string | undefined
  readonly masterKey: string | undefined
  readonly admin: { readonly userName: string; readonly password: string | undefined }
  /** Hosts, host:port pairs and CIDRs that outbound calls may reach although they are not public. */
  readonly outboundAllow: readonly string[]
  /** Where certificates of clients come from (RFC 8705): nowhere, unless a setting says so. */
  readonly clientCertificates:
    | { readonly from: 'nowhere' }
    /** Asked for in the TLS handshake; `ca` is a file with those whose word counts. */
    | { readonly from: 'tls'; readonly ca: string | undefined }
    /** From a proxy that ends TLS and lets nobody else send these headers. */
    | { readonly from: 'header'; readonly name: string; readonly verifiedName: string | undefined }
  /** The header in which a proxy says who called it, as the last of a list; it lets nobody else say the last word there. */
  readonly clientAddressHeader: string | undefined
  readonly region: string | undefined
  /** What opens /metrics; without it there is no such address. */
  readonly metricsToken: string | undefined
  readonly mail: MailConfig
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Strict-Transport-Security of every answer. None on localhost: it would force https on whatever else runs there. */
  readonly hsts: string | undefined
}

/** How people are mailed. `print` is for a trial on one machine: mail is written to where the log goes. */
export type MailConfig =
  | { readonly kind: 'smtp'; readonly url: string; readonly from: string }
  | { readonly kind: 'http'; readonly url: string; readonly token: string | undefined; readonly from: string }
  | { readonly kind: 'print' }
  /** Nobody is mailed, and what needs it is not offered. */
  | { readonly kind: 'none' }

/** A setting is wrong; the message names it and is one line. */
export class ConfigError extends Error {}

/** Settings from an environment (or a Worker's vars and secrets). An empty value counts as not set. */
export function parseConfig(env: Readonly<Record<string, unknown>>): Config {
  const given = Object.fromEntries(
    Object.keys(settings.shape)
      .filter((name) => env[name] !== undefined && env[name] !== '')
      .map((name) => [name, env[name]]),
  )
  const parsed = settings.safeParse(given)
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '))
  }
  const s = parsed.data
  const listenPort = s.PORT + s.PORT_OFFSET
  if (listenPort > 65535) throw new ConfigError(`PORT_OFFSET: ${s.PORT} + ${s.PORT_OFFSET} is past 65535`)
  const tls = tlsOf(s)
  const scheme = tls.mode === 'off' ? 'http' : 'https'
  const baseUrl = s.BASE_URL ? new URL(s.BASE_URL).origin : new URL(`${scheme}://localhost:${listenPort}`).origin
  return {
    host: s.HOST,
    port: listenPort,
    baseUrl,
    tls,
    dataDir: s.DATA_DIR,
    databaseUrl: s.DATABASE_URL ?? `file:${s.DATA_DIR.replace(/\/$/, '')}/postern.db`,
    databaseAuthToken: s.DATABASE_AUTH_TOKEN,
    masterKey: s.MASTER_KEY,
    admin: { userName: s.ADMIN_USERNAME, password: s.ADMIN_PASSWORD },
    outboundAllow: s.OUTBOUND_ALLOW === undefined ? defaultAllow(baseUrl) : splitList(s.OUTBOUND_ALLOW),
    clientCertificates: clientCertificatesOf(s),
    clientAddressHeader: s.CLIENT_ADDRESS_HEADER,
    region: s.REGION,
    metricsToken: s.METRICS_TOKEN,
    mail: mailOf(s, isLoopback(baseUrl)),
    logLevel: s.LOG_LEVEL,
    hsts: /^https:\/\/(?!localhost(?::|$))/.test(baseUrl) ? 'max-age=31536000' : undefined,
  }
}

function tlsOf(s: z.infer<typeof settings>): Config['tls'] {
  if (s.TLS_CERT || s.TLS_KEY) {
    if (!s.TLS_CERT || !s.TLS_KEY) throw new ConfigError('TLS_CERT and TLS_KEY: set both or neither')
    return { mode: 'files', cert: s.TLS_CERT, key: s.TLS_KEY }
  }
  return s.TLS === 'off' ? { mode: 'off' } : { mode: 'self-signed', caDir: s.CA_DIR }
}

function clientCertificatesOf(s: z.infer<typeof settings>): Config['clientCertificates'] {
  const { CLIENT_CERTIFICATE_HEADER: name, CLIENT_CERTIFICATE_VERIFIED_HEADER: verifiedName } = s
  if (name === undefined) {
    if (verifiedName) throw new ConfigError('CLIENT_CERTIFICATE_VERIFIED_HEADER: needs CLIENT_CERTIFICATE_HEADER')
    return s.CLIENT_CERTIFICATES === 'tls' ? { from: 'tls', ca: s.CLIENT_CERTIFICATES_CA } : { from: 'nowhere' }
  }
  if (s.CLIENT_CERTIFICATES === 'tls')
    throw new ConfigError('CLIENT_CERTIFICATE_HEADER: not with CLIENT_CERTIFICATES=tls')
  return { from: 'header', name, verifiedName }
}

function mailOf(s: z.infer<typeof settings>, isTrial: boolean): MailConfig {
  const { MAIL_FROM: from, SMTP_URL: smtp, MAIL_URL: http, MAIL_TOKEN: token } = s
  if (smtp !== undefined && http !== undefined) throw new ConfigError('SMTP_URL and MAIL_URL: set one of them')
  if (token !== undefined && http === undefined) throw new ConfigError('MAIL_TOKEN: there is no MAIL_URL')
  if (smtp === undefined && http === undefined) return { kind: isTrial ? 'print' : 'none' }
  if (from === undefined) throw new ConfigError('MAIL_FROM: is needed to send mail')
  return smtp === undefined ? { kind: 'http', url: http ?? '', token, from } : { kind: 'smtp', url: smtp, from }
}

/** A server whose own address is loopback is a trial on one machine. */
function isLoopback(baseUrl: string): boolean {
  const host = new URL(baseUrl).hostname
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || host.startsWith('127.')
}

/** A trial may reach its neighbours on the same machine. */
function defaultAllow(baseUrl: string): readonly string[] {
  return isLoopback(baseUrl) ? ['localhost', '127.0.0.0/8', '::1/128'] : []
}

/** A host, a host with its port, an address, or a range of addresses. */
function isAllowEntry(entry: string): boolean {
  const [, address = '', bits] = /^\[?([0-9a-fA-F:.]+)\]?\/(\d{1,3})$/.exec(entry) ?? []
  if (bits !== undefined) return Number(bits) <= (address.includes(':') ? 128 : 32)
  return /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?$|^\[?[0-9a-fA-F:.]+\]?(:\d{1,5})?$/.test(entry)
}

function splitList(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '')
}
