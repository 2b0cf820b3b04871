/** From 0 up to 1, never 1 itself: for spreading what would otherwise come at once. No secret is made of it. */
export function randomFraction(): number {
  if (next === pool.length) {
    crypto.getRandomValues(pool)
    next = 0
  }
  return (pool[next++] ?? 0) / 2 ** 32
}

/** Many at once: asking for them takes far longer than they are long. */
const pool = new Uint32Array(64)
let next = pool.length
