/** When a target that answers, and refuses most of what it is sent, is left alone. Pure. */

/** Refusals are counted over so long. Milliseconds. */
export const QUARANTINE_WINDOW_MS = 3_600_000
/** So many resources, and more than this share of all, say that it is the connector and not the resources. */
export const REFUSED_RESOURCES = 50
export const REFUSED_PERCENT = 40
/** Refused members say less of the connector than refused resources do: they are counted apart, and more are borne. */
export const REFUSED_REFERENCES = 500

const LEAST_WAIT_MS = 15 * 60_000
const LONGEST_WAIT_MS = 24 * 3_600_000

/** One delivery goes to see whether it is over: after a quarter of an hour at first, then ever later, once a day at last. */
export function nextQuarantineProbe(now: Date, since: Date, random: number): Date {
  const planned = Math.min(Math.max(now.getTime() - since.getTime(), LEAST_WAIT_MS), LONGEST_WAIT_MS)
  return new Date(now.getTime() + Math.ceil(planned * (1 - random / 10)))
}
