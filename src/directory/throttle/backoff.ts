/** How long whoever guesses has to wait. Pure. */

export type Kind = 'factor' | 'address' | 'device' | 'name'
export type Throttle = { readonly kind: Kind; readonly key: string }

/**
 * So many wrong ones in a row cost nothing. Behind one address there may be a whole office. A name has fewer free ones by
 * credentials/lockout.ts, which counts what came out: these are those that several processes look at at once.
 */
export const FREE: Readonly<Record<Kind, number>> = { factor: 5, device: 5, address: 30, name: 20 }
/** A second, then twice as long with each further one, a quarter of an hour at the most: never for good. */
export const FIRST_WAIT_MS = 1000
export const LONGEST_WAIT_MS = 15 * 60_000
/**
 * Of an address one guess is forgotten after each such time: people behind it mistype now and then, and never leave it a
 * day without. Of the other kinds none is.
 */
export const ONE_FORGOTTEN_MS: Readonly<Partial<Record<Kind, number>>> = { address: 60_000 }
/** Who has not guessed for so long begins anew. */
export const FORGET_MS = 24 * 3600_000
