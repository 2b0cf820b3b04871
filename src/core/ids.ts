/** A new id: a random UUID. */
export function newId(): string {
  return crypto.randomUUID()
}

/**
 * A new id of a resource: opaque, unique and never given again (RFC 7643 section 3.1). A UUID that begins with the time
 * (RFC 9562 section 5.7), so that the order of ids is the order of coming, and a key's index grows at its end.
 */
export function newResourceId(now: Date): string {
  const time = now.getTime()
  const count = time === last.time ? (last.count + 1) % 4096 : 0
  last = { time, count }
  const [front, back] = [time.toString(16).padStart(12, '0'), count.toString(16).padStart(3, '0')]
  return `${front.slice(0, 8)}-${front.slice(8, 12)}-7${back}${crypto.randomUUID().slice(18)}`
}
/** Ids of one millisecond are in the order of their making, too. */
let last = { time: 0, count: 0 }

/** Dotless i and its capital are letters of their own, which case folding leaves apart. */
const DOTLESS_I = '\u0131'

/**
 * The form in which names are compared: NFC and case-folded (Unicode's full folding), so that "BJensen" and "bjensen"
 * are one user, and "STRASSE" and "straße".
 */
export function nameKey(name: string): string {
  // Most names; what follows costs twenty times as much.
  if (/^[\x20-\x7e]*$/.test(name)) return name.toLowerCase()
  let folded = ''
  for (const character of name.normalize('NFC')) folded += character === DOTLESS_I ? DOTLESS_I : foldCase(character)
  return folded.normalize('NFC')
}

/** By way of the capital, which knows what the small letter does not: both sigmas, sharp s, ligatures. */
function foldCase(character: string): string {
  return character.toLowerCase().toUpperCase().toLowerCase()
}
