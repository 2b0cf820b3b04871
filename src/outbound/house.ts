/** What has expired goes, and keys follow one another, once an hour and some tenants at a time: no run is kept from its deliveries by it. */
import type { Config } from '../config.ts'
import { keepSigningKeys } from '../oidc/keys/rotation.ts'
import type { Platform } from '../platform.ts'
import { removeExpired } from '../tenancy/commands.ts'
import { listTenants } from '../tenancy/queries.ts'
import { removeDeadDeliveries, removeEndedDeliveries } from './log/commands.ts'

const HOUR_MS = 3_600_000
const TENANTS_AT_ONCE = 20

/** `more` are tenants of which more was over than goes at once: they have their turn again, and hold up no other. */
type Round = { readonly began: number; readonly left: string[]; readonly more: Set<string> }
const rounds = new WeakMap<Config, Round>()

/** `random`, from 0 up to 1, says where a process begins: of many that live for a minute each every tenant is reached. */
export async function keepHouse(platform: Platform, random: number): Promise<void> {
  const { config, db } = platform
  const at = platform.now()
  const round = roundOf(config, at) ?? (await beginRound(config, db, at, random))
  const again = [...round.more].slice(0, TENANTS_AT_ONCE)
  const next = round.left.splice(0, TENANTS_AT_ONCE)
  for (const tenantId of next) {
    await removeEndedDeliveries(db, tenantId, at)
    await keepSigningKeys({ platform, db, tenantId, now: at })
  }
  for (const tenantId of [...next, ...again]) {
    round.more.delete(tenantId)
    if (!(await removeExpired(db, tenantId, at))) round.more.add(tenantId)
  }
}

function roundOf(config: Config, at: Date): Round | undefined {
  const round = rounds.get(config)
  return round && (round.left.length > 0 || at.getTime() - round.began < HOUR_MS) ? round : undefined
}

async function beginRound(config: Config, db: Platform['db'], at: Date, random: number): Promise<Round> {
  const ids = (await listTenants(db)).map(({ id }) => id)
  const from = Math.floor(random * ids.length)
  const round = { began: at.getTime(), left: [...ids.slice(from), ...ids.slice(0, from)], more: new Set<string>() }
  rounds.set(config, round)
  await removeDeadDeliveries(db, at)
  return round
}
