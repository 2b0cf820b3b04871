/** Calls to other systems that anybody's request may have us make: an application that registered itself names the address. */
import { memoryOf } from './memory.ts'

/** So many are under way at once to one host, for one tenant. */
const MOST_AT_ONCE = 20
/** No call takes longer. One that ended with its request, as on Workers, does not say so. */
const LONGEST_MS = 10_000

type Begun = { readonly at: number }
const underWay = new WeakMap<object, Map<string, readonly Begun[]>>()

/**
 * Makes the call, unless too many are under way to that host: neither is it to be flooded by way of us, nor our memory to
 * be filled by what it answers. Undefined then.
 */
export async function callUnlessMany<T>(
  { platform, tenantId, now }: { readonly platform: object; readonly tenantId: string; readonly now: Date },
  url: string,
  call: () => Promise<T>,
): Promise<T | undefined> {
  const calls = memoryOf(underWay, platform)
  const place = `${tenantId} ${URL.canParse(url) ? new URL(url).host : url}`
  const mine = { at: now.getTime() }
  const others = (calls.get(place) ?? []).filter(({ at }) => mine.at - at < LONGEST_MS)
  if (others.length >= MOST_AT_ONCE) return undefined
  calls.set(place, [...others, mine])
  try {
    return await call()
  } finally {
    const left = (calls.get(place) ?? []).filter((one) => one !== mine)
    if (left.length === 0) calls.delete(place)
    else calls.set(place, left)
  }
}
