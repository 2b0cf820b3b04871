/** `attribute` or `attribute.subAttribute`, of an extension with its URN before it (RFC 7644 section 3.10). */
export const ATTRIBUTE_PATH = /^(?:urn:[^\s"]+:)?[A-Za-z][\w$-]*(?:\.[A-Za-z$][\w$-]*)?$/
