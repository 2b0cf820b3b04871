/**
 * Every table. Each begins with tenant_id, and so does each key and index, so that no query can leave its tenant by
 * accident; the exceptions say why. Times are milliseconds since 1970. JSON columns hold what their type says.
 * drizzle takes the tables as one module, and so does whoever queries them: the one file that only passes on.
 */
export * from './schema/tenants.ts'
export * from './schema/directory.ts'
export * from './schema/applications.ts'
export * from './schema/authorization-parameters.ts'
export * from './schema/connections.ts'
export * from './schema/comparison.ts'
export * from './schema/outbound.ts'
export * from './schema/sessions.ts'
export * from './schema/factors.ts'
export * from './schema/oidc.ts'
export * from './schema/signing-keys.ts'
export * from './schema/grants.ts'
export * from './schema/federation-settings.ts'
export * from './schema/federation.ts'
export * from './schema/mail.ts'
