/** Which groups or roles somebody comes into and goes out of by a provider's word. Pure. */
import type { GrantSettings } from '../../db/schema.ts'
import type { Mention } from './listed.ts'

/** The ids that the map names for what is listed, and the names to look for of what it does not know. */
export function wantedBy({ map = {}, byName }: GrantSettings, mentions: readonly Mention[]) {
  const mapped = mentions.map((mention) =>
    mention.flatMap((word) => (Object.hasOwn(map, word) ? (map[word] ?? []) : [])),
  )
  const unmapped = mentions.filter((_, i) => mapped[i]?.length === 0).flat()
  return { ids: [...new Set(mapped.flat())], names: byName ? [...new Set(unmapped)] : [] }
}

export type Target = { readonly id: string; readonly name: string }

/** A group or role as it is to her now. */
export type Standing = Target & {
  /** By a row of her own. */
  readonly isMember: boolean
  /** This connection has put her there. */
  readonly isOurs: boolean
  /** Another connection has. */
  readonly isAnothers: boolean
}

export type GrantPlan = {
  readonly add: readonly Target[]
  readonly remove: readonly Target[]
  /** What this connection vouches for from now on: what it adds, and what another connection had added. */
  readonly vouch: readonly string[]
  /** What it vouches for no more, whether she stays in it or not. */
  readonly forget: readonly string[]
}

/**
 * What nobody but this connection had granted goes when the provider does not say it any more; by `replace` everything
 * else, too. What an administrator had given before the provider said it stays the administrator's.
 */
export function planGrants(
  sync: GrantSettings['sync'],
  wanted: readonly Target[],
  standings: readonly Standing[],
): GrantPlan {
  const standing = new Map(standings.map((one) => [one.id, one]))
  const isWanted = new Set(wanted.map(({ id }) => id))
  const gone = standings.filter(({ id }) => !isWanted.has(id))
  const goes = (one: Standing) => one.isMember && (sync === 'replace' || (one.isOurs && !one.isAnothers))
  return {
    add: wanted.filter(({ id }) => !standing.get(id)?.isMember),
    remove: gone.filter(goes),
    vouch: wanted.flatMap(({ id }) => {
      const one = standing.get(id)
      return !one?.isOurs && (!one?.isMember || one.isAnothers) ? [id] : []
    }),
    forget: gone.filter((one) => one.isOurs).map(({ id }) => id),
  }
}

export function isNoChange({ add, remove, vouch, forget }: GrantPlan): boolean {
  return [add, remove, vouch, forget].every((all) => all.length === 0)
}
