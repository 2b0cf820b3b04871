/** Random choices that repeat from their seed, so that a failure can be looked at. */
export type Random = {
  below(limit: number): number
  pick<T>(from: readonly T[]): T
  chance(percent: number): boolean
}

export function newRandom(seed: number): Random {
  let state = seed
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  return {
    below,
    pick: (from) => {
      const chosen = from[below(from.length)]
      if (chosen === undefined) throw new Error('nothing to pick from')
      return chosen
    },
    chance: (percent) => below(100) < percent,
  }
}
