/** Tenants, and what each has settled for itself. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { json, tenantId, time } from './columns.ts'

export const tenants = sqliteTable('tenants', {
  id: text('id').primaryKey(),
  /** What stands in /t/{slug}; '' is the default tenant, at the root. */
  slug: text('slug').notNull().unique(),
  name: text('name').notNull(),
  /** Raised with each change of the tenant's own attributes: whoever knows another one reads them again. */
  schemaVersion: integer('schema_version').notNull().default(0),
  /** What its visitor pages look like; null is as postern has it. It stands here so that no page costs a query more. */
  branding: json<Branding>('branding'),
  /** The hash of its logo, if it has one. */
  logo: text('logo'),
  /** What it demands of every authorization request. */
  authorization: json<AuthorizationPolicy>('authorization'),
  created: time('created').notNull(),
})
export type AuthorizationPolicy = {
  /** They are pushed, whoever asks (RFC 9126 section 5). */
  requirePushedAuthorizationRequests: boolean
}
export type Branding = {
  /** Shown in place of the name. */
  displayName?: string | undefined
  /** `#rrggbb`: of buttons and links on a light ground, and on a dark one. */
  accent?: string | undefined
  accentDark?: string | undefined
  supportUrl?: string | undefined
  privacyUrl?: string | undefined
  termsUrl?: string | undefined
}

/** Apart from the tenants, which are read more often than their logos. */
export const tenantLogos = sqliteTable(
  'tenant_logos',
  {
    tenantId,
    type: text('type').notNull(),
    /** base64 */
    data: text('data').notNull(),
    lastModified: time('last_modified').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId] })],
)

/** Attributes that a tenant has of its own, in the extension schema of its users. */
export const customAttributes = sqliteTable(
  'custom_attributes',
  {
    tenantId,
    nameKey: text('name_key').notNull(),
    definition: json<CustomAttribute>('definition').notNull(),
    created: time('created').notNull(),
    lastModified: time('last_modified').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.nameKey] })],
)
/** scim/schemas/custom.ts has the same; db/ and scim/ do not know each other. */
export type CustomAttribute = {
  name: string
  type: 'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'binary' | 'reference' | 'complex'
  description: string
  multiValued: boolean
  required: boolean
  caseExact: boolean
  mutability: 'readWrite' | 'immutable'
  returned: 'default' | 'request'
  canonicalValues?: string[] | undefined
  subAttributes?: Omit<CustomAttribute, 'subAttributes'>[] | undefined
}

/** What a tenant demands of passwords; no row is the default. */
export const passwordPolicies = sqliteTable(
  'password_policies',
  { tenantId, policy: json<PasswordPolicy>('policy').notNull(), lastModified: time('last_modified').notNull() },
  (t) => [primaryKey({ columns: [t.tenantId] })],
)
export type PasswordPolicy = {
  minLength: number
  digit: boolean
  upperCase: boolean
  lowerCase: boolean
  special: boolean
  /** So many former passwords may not come back; 0 keeps none. */
  history: number
}
