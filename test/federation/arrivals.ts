/** People who arrive from a provider, without a browser: what is decided of them, and what is left. */
import type { InStatement, TransactionMode } from '@libsql/client'
import { createConnection } from '../../src/connections/commands.ts'
import { findConnection } from '../../src/connections/queries.ts'
import type { ConnectionInput } from '../../src/connections/settings.ts'
import { federatedIdentities, signInDecisions, users } from '../../src/db/schema.ts'
import { verifyEmail } from '../../src/directory/verified/commands.ts'
import { createUser } from '../../src/directory/users/creation/commands.ts'
import { type Arriving, provision } from '../../src/federation/commands.ts'
import { testWorld } from '../support/app.ts'

export const ISSUER = 'https://idp.example'
export const AUTHENTICATOR = {
  type: 'oidc' as const,
  clientId: 'c',
  clientSecret: 's',
  issuer: ISSUER,
  authorizationEndpoint: 'https://idp.example/authorize',
  tokenEndpoint: 'https://idp.example/token',
}
export const JIT = { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' } as const
/** By the verified address, in the domain of the connection. */
export const BY_EMAIL: Partial<ConnectionInput> = {
  domains: ['corp.example'],
  jit: { ...JIT, linking: { rules: [{ claim: 'email', attribute: 'emails' }] } },
}
export const BY_OID: Partial<ConnectionInput> = { jit: { ...JIT, linking: { externalIdClaim: 'oid' } } }

export type Arrivals = Awaited<ReturnType<typeof arrivalsWorld>>

export async function arrivalsWorld() {
  const world = await testWorld({ fetch: () => Promise.reject(new Error('nothing is called here')) })
  const { db } = world.platform
  let made = 0
  return {
    world,
    db,
    scope: (slug = '') => world.scope(slug),
    tenant: (slug = '') => world.tenant(slug),
    async connect(change: Partial<ConnectionInput> = {}, slug = '') {
      const input = { name: `IdP ${++made}`, authenticator: AUTHENTICATOR, jit: JIT, ...change }
      return (await createConnection(await world.scope(slug), input)).id
    },
    /** Whom SCIM keeps. */
    async kept(body: Record<string, unknown>, slug = ''): Promise<string> {
      const answer = await (await world.tenant(slug)).scim('POST', '/Users', body)
      const { id } = (await answer.json()) as { id?: string }
      if (!id) throw new Error(`no user: ${answer.status}`)
      return id
    },
    /** Who signed up by herself. */
    async selfMade(userName: string, email: string): Promise<string> {
      const user = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, emails: [{ value: email }] }
      return (await createUser(await world.scope(), user, { source: 'account' })).row.id
    },
    verify: async (userId: string, address: string) => verifyEmail(await world.scope(), userId, address),
    async arrive(
      connectionId: string,
      claims: Record<string, unknown> & { readonly sub: string },
      { issuer = ISSUER, slug = '', ...arriving }: Arriving & { readonly issuer?: string; readonly slug?: string } = {},
    ) {
      const scope = await world.scope(slug)
      const connection = await findConnection(scope, connectionId)
      if (!connection) throw new Error('no such connection')
      return provision(scope, connection, { issuer, subject: claims.sub, claims }, arriving)
    },
    users: () => db.select().from(users),
    links: () => db.select().from(federatedIdentities),
    decisions: () => db.select().from(signInDecisions),
    /** Does something between what is decided and the batch that carries it out, once. */
    meanwhile(text: string, act: () => Promise<unknown>): void {
      const { $client: client } = db
      const { batch } = client
      const held = async (statements: InStatement[], mode?: TransactionMode) => {
        if (!statements.some((one) => typeof one === 'object' && 'sql' in one && one.sql.includes(text))) {
          return batch.call(client, statements, mode)
        }
        Object.assign(client, { batch })
        await act()
        return batch.call(client, statements, mode)
      }
      Object.assign(client, { batch: held })
    },
  }
}

/** Who is signed in by an outcome; the refusal, or what is asked, where nobody is. */
export function whoIs(outcome: Awaited<ReturnType<Arrivals['arrive']>>): string {
  if (!outcome.ok) return outcome.failure.kind === 'refused' ? outcome.failure.refusal : outcome.failure.kind
  return outcome.value.kind === 'user' ? outcome.value.userId : outcome.value.decision.kind
}
