/** What this process remembers of a provider. */
import { expect, test } from 'vitest'
import type { Authenticator } from '../../../src/db/schema.ts'
import { rememberedKeys } from '../../../src/federation/upstream/keys.ts'
import { findProvider } from '../../../src/federation/upstream/provider.ts'
import { federationWorld } from '../world.ts'

const ISSUER = 'https://idp.example'
const authenticator: Authenticator = {
  type: 'oidc',
  clientId: 'c',
  issuer: ISSUER,
  authorizationEndpoint: `${ISSUER}/authorize`,
  tokenEndpoint: `${ISSUER}/token`,
}

test('is no metadata and no key set of a megabyte: hundreds of those would fill the memory that all tenants share', async () => {
  let padding = 0
  const fetch = async (url: string) => {
    const more = Array.from({ length: padding }, () => ({}))
    const { authorizationEndpoint: authorization_endpoint, tokenEndpoint: token_endpoint } = authenticator
    const metadata = { issuer: ISSUER, jwks_uri: `${ISSUER}/keys`, authorization_endpoint, token_endpoint, more }
    return Response.json(url.endsWith('/keys') ? { keys: more } : metadata)
  }
  const world = await federationWorld({ fetch })
  const scope = world.scope()
  const found = await findProvider(scope, { id: 'one', authenticator })
  if (!found.ok) throw new Error(JSON.stringify(found.failure))
  padding = 300_000
  expect(await findProvider(scope, { id: 'two', authenticator })).toMatchObject({
    ok: false,
    failure: { kind: 'misconfigured', reason: expect.stringContaining('is over') },
  })
  await expect(rememberedKeys(scope, found.value)(`${ISSUER}/keys`, {})).rejects.toThrow('misconfigured')
  expect(found.value.memory.keys).toBeUndefined()
})
