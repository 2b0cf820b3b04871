/** What an access token costs beside the signature in it. */
import { issueAccessToken } from '../src/oidc/tokens.ts'
import { signingKey } from '../src/oidc/keys.ts'
import { measure } from './measure.ts'
import { report } from './report.ts'
import { openWorld } from './world.ts'

export async function run(): Promise<void> {
  const world = await openWorld()
  const scope = await world.scope()
  const { privateKey } = await signingKey(scope, 'ES256')
  const data = new TextEncoder().encode('x'.repeat(300))
  const grant = {
    clientId: 'client',
    userId: 'user',
    scope: 'openid',
    tokenId: 'token',
    authenticatedAt: scope.now,
    nonce: null,
  }
  const signature = () => crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, data)
  const line = await measure({
    name: 'access token',
    run: () => issueAccessToken(scope, grant, 3600),
    beside: { name: 'one ES256 signature', run: signature },
  })
  world.close()
  report('tokens', 'what signing in costs beside what it cannot do without', [line])
}
