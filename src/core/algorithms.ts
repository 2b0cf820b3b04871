/** What DPoP proofs may be signed with (RFC 9449 section 4.2): a public key stands in each, so nothing symmetric. */
export const PROOF_ALGORITHMS: readonly string[] = ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256']
