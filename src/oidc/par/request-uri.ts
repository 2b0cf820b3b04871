/** How a pushed request is named (RFC 9126 section 2.2). Pure. */
const PREFIX = 'urn:ietf:params:oauth:request_uri:'

export function isPushedUri(requestUri: string): boolean {
  return requestUri.startsWith(PREFIX)
}

export function pushedUri(id: string): string {
  return PREFIX + id
}
