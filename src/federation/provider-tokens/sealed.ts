/** The tokens of a provider as they stand in their row. */
import { z } from 'zod'
import type { Scope } from '../../platform.ts'

const secrets = z.object({ accessToken: z.string(), refreshToken: z.string().optional() })
export type KeptSecrets = z.infer<typeof secrets>

export type Whose = { readonly userId: string; readonly connectionId: string }

export function sealTokens(scope: Scope, whose: Whose, { accessToken, refreshToken }: KeptSecrets): Promise<string> {
  return scope.platform.sealer.seal(JSON.stringify({ accessToken, refreshToken }), place(scope, whose))
}

export async function openTokens(scope: Scope, whose: Whose, sealed: string): Promise<KeptSecrets> {
  return secrets.parse(JSON.parse(await scope.platform.sealer.open(sealed, place(scope, whose))))
}

function place({ tenantId }: Scope, { userId, connectionId }: Whose) {
  return { tenantId, table: 'provider_tokens', row: `${connectionId} ${userId}` }
}
