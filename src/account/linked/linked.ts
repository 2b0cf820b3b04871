import type { Link } from '../../federation/links/queries.ts'

/** What a person has at one connection: as a rule one account, and they are parted from together. */
export type Linked = {
  readonly connectionId: string
  readonly connection: string
  readonly displays: readonly string[]
  readonly created: Date
  readonly lastSignIn: Date | null
}

/** Links, which stand in the order of their making, by their connections. Pure. */
export function byConnection(links: readonly Link[]): readonly Linked[] {
  const ids = [...new Set(links.map(({ connectionId }) => connectionId))]
  return ids.flatMap((id) => {
    const [first, ...others] = links.filter(({ connectionId }) => connectionId === id)
    if (!first) return []
    const all = [first, ...others]
    const used = all.flatMap(({ lastSignIn }) => lastSignIn?.getTime() ?? [])
    return {
      connectionId: id,
      connection: first.connection,
      displays: all.flatMap(({ display }) => display ?? []),
      created: first.created,
      lastSignIn: used.length === 0 ? null : new Date(Math.max(...used)),
    }
  })
}
