/** From 0 up to 1, never 1 itself: for spreading what would otherwise come at once. No secret is made of it. */
export function randomFraction(): number {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1))
  return number / 2 ** 32
}
