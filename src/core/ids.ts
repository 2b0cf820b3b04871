/** A new id of a resource: a random UUID (RFC 7643 section 3.1 wants it opaque, unique and never reassigned). */
export function newId(): string {
  return crypto.randomUUID()
}

/** The form in which names are compared: NFC and case-folded, so that "BJensen" and "bjensen" are one user. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC')
}
