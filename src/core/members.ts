/** The members of an object. */

/** Without those that are undefined: a spread of them would take away what stands before it. */
export function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

/** `before` with a change of its members (RFC 7396): what is undefined in it stays, and null takes a member away. */
export function changedMembers<T extends object>(before: T, change: object): Partial<T> {
  const all = Object.entries({ ...before, ...withoutUndefined(change) })
  return Object.fromEntries(all.filter(([, value]) => value !== null)) as Partial<T>
}
