/** What a token is bound to, as its `cnf` says it (RFC 7800 section 3.1). Pure. */
import { isRecord } from '../core/json-value.ts'

export type Confirmation = {
  /** Thumbprint of the key of its DPoP proofs (RFC 9449 section 6.1). */
  readonly jkt?: string
  /** Thumbprint of the certificate of its connections (RFC 8705 section 3.1). */
  readonly 'x5t#S256'?: string
}

export function isBound(confirmation: Confirmation | undefined): confirmation is Confirmation {
  return confirmation !== undefined && Object.keys(confirmation).length > 0
}

/** Of the claim of a token that we signed. */
export function readConfirmation(cnf: unknown): Confirmation {
  if (!isRecord(cnf)) return {}
  const { jkt, 'x5t#S256': certificate } = cnf
  return {
    ...(typeof jkt === 'string' ? { jkt } : {}),
    ...(typeof certificate === 'string' ? { 'x5t#S256': certificate } : {}),
  }
}

/**
 * What an application's refresh tokens are bound to, for whoever keeps no secret: it shows the same key again (RFC 9449
 * section 5) or, where it has none, the same certificate (RFC 8705 section 4).
 */
export function boundTo(
  { tokenEndpointAuthMethod }: { readonly tokenEndpointAuthMethod: string },
  confirmation: Confirmation,
): string | null {
  if (tokenEndpointAuthMethod !== 'none') return null
  return confirmation.jkt ?? certificateIn(confirmation) ?? null
}

/** Whether this is shown. */
export function shows(confirmation: Confirmation, bound: string | null): boolean {
  return bound === null || bound === confirmation.jkt || bound === certificateIn(confirmation)
}

function certificateIn({ 'x5t#S256': thumbprint }: Confirmation): string | undefined {
  return thumbprint === undefined ? undefined : `x5t#S256 ${thumbprint}`
}

/** How a token is to be sent (RFC 6750, RFC 9449 section 5). */
export function tokenTypeOf({ jkt }: Confirmation): 'Bearer' | 'DPoP' {
  return jkt === undefined ? 'Bearer' : 'DPoP'
}
