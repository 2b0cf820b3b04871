/** What an opaque access token looks like. Pure. */

/** With a dot, which a SCIM token has not; a JWT has two. */
export const OPAQUE_PREFIX = 'at.'

export function isOpaque(token: string): boolean {
  return token.startsWith(OPAQUE_PREFIX)
}
