/** The keys that tokens are signed with. */
import { sql } from 'drizzle-orm'
import { primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { json, tenantId, time } from './columns.ts'
import type { SigningAlgorithm } from './applications.ts'

export const signingKeys = sqliteTable(
  'signing_keys',
  {
    tenantId,
    /** The kid. */
    id: text('id').notNull(),
    alg: text('alg').$type<SigningAlgorithm>().notNull(),
    /** Of each algorithm one is active; `next` is published and signs nothing yet, `retired` signs nothing any more. */
    state: text('state').$type<'next' | 'active' | 'retired'>().notNull(),
    publicJwk: json<Record<string, unknown>>('public_jwk').notNull(),
    /** Sealed at (tenant, 'signing_keys', id): the private JWK. '' once it is retired. */
    sealedPrivateJwk: text('sealed_private_jwk').notNull(),
    /** Since when it is published. */
    created: time('created').notNull(),
    activeAt: time('active_at'),
    retiredAt: time('retired_at'),
    /** Of a retired one: when the last token that it signed is dead. Of an active one: not before, as tokens lived longer. */
    expiresAt: time('expires_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    // Two requests (or regions) that make a tenant's first key at once: one wins, the other reads it.
    uniqueIndex('signing_keys_active')
      .on(t.tenantId, t.alg)
      .where(sql`state = 'active'`),
    uniqueIndex('signing_keys_next')
      .on(t.tenantId, t.alg)
      .where(sql`state = 'next'`),
  ],
)
