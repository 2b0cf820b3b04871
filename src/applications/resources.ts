/** Whom an access token is for (RFC 8707 section 2). Pure. */

/** An absolute URI without a fragment. */
export function isResource(uri: string): boolean {
  return URL.canParse(uri) && /^[\x21-\x7e]+$/.test(uri) && !uri.includes('#')
}
