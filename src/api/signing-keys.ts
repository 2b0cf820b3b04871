/** The keys that a tenant signs tokens with: their states, and rotation by hand. Never a private part. */
import { z } from 'zod'
import { jsonBody, newRouter } from '../http.ts'
import { SIGNING_ALGORITHMS } from '../oidc/keys.ts'
import { listSigningKeys, type SigningKeyRow } from '../oidc/keys/queries.ts'
import { rotateSigningKeys } from '../oidc/keys/rotation.ts'
import type { Scope } from '../platform.ts'
import type { Operation } from './operations.ts'

const algorithm = z.enum(SIGNING_ALGORITHMS)
const rotation = z.strictObject({
  /** All of them, unless one is named. */
  alg: algorithm.optional(),
  /** A key has leaked: new keys at once, and what the former ones signed is worth nothing. */
  immediately: z.boolean().optional(),
})
const time = z.iso.datetime()
const keyItem = z.object({
  kid: z.string(),
  alg: algorithm,
  state: z.enum(['active', 'next', 'retired']),
  /** Since when it is published. */
  created: time,
  activeAt: time.optional(),
  retiredAt: time.optional(),
  /** When a retired one leaves the jwks. */
  expiresAt: time.optional(),
})
const keyList = z.object({ items: z.array(keyItem) })

export const SIGNING_KEY_OPERATIONS: readonly Operation[] = [
  { method: 'get', path: '/signing-keys', summary: 'List the signing keys', status: 200, answer: keyList },
  {
    method: 'post',
    path: '/signing-keys/rotate',
    summary: 'Sign with the next keys from now on, or replace keys that leaked',
    body: rotation,
    status: 200,
    answer: keyList,
  },
]

export const signingKeyApi = newRouter()
  .get('/api/v1/signing-keys', async (c) => c.json(await readList(c.var.scope)))
  .post('/api/v1/signing-keys/rotate', jsonBody(rotation), async (c) => {
    await rotateSigningKeys(c.var.scope, c.req.valid('json'))
    return c.json(await readList(c.var.scope))
  })

async function readList(scope: Scope): Promise<z.input<typeof keyList>> {
  return { items: (await listSigningKeys(scope)).map(toItem) }
}

function toItem({ id, alg, state, created, activeAt, retiredAt, expiresAt }: SigningKeyRow): z.input<typeof keyItem> {
  return {
    kid: id,
    alg,
    state,
    created: created.toISOString(),
    ...(activeAt === null ? {} : { activeAt: activeAt.toISOString() }),
    ...(retiredAt === null ? {} : { retiredAt: retiredAt.toISOString() }),
    ...(state !== 'retired' || expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
  }
}
