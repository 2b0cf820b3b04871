/** How the benchmarks measure: one beside the other, in turn, so that both meet the same machine. */
import { type Aim, type Line, microseconds } from './report.ts'

export type Subject = {
  readonly name: string
  /** A floor that cannot be done faster, or the same where it should cost the same. */
  readonly beside: { readonly name: string; run(): Promise<unknown> }
  readonly aim?: Aim
  run(): Promise<unknown>
}

/** Short ones, and many: who else uses the machine disturbs some, and the median is none of those. */
const ROUND_MS = 20
const MOST_ROUNDS = 51
const LEAST_ROUNDS = 5
/** What takes long is not measured as often. */
const ENOUGH_MS = 5000

/** The time of one run, and how many times that of what stands beside it. */
export async function measure({ name, beside, aim, run }: Subject, warmUpMs = ROUND_MS): Promise<Line> {
  await round(run, warmUpMs)
  await round(beside.run, warmUpMs)
  const own: number[] = []
  const others: number[] = []
  const end = performance.now() + ENOUGH_MS
  for (let i = 0; i < LEAST_ROUNDS || (i < MOST_ROUNDS && performance.now() < end); i++) {
    // Who comes first warms what both use: each does, in turn.
    const isFirst = i % 2 === 0
    if (isFirst) own.push(await round(run))
    others.push(await round(beside.run))
    if (!isFirst) own.push(await round(run))
  }
  return {
    name,
    measured: microseconds(median(own)),
    beside: beside.name,
    besideMeasured: microseconds(median(others)),
    ratio: median(ratios(own, others)),
    aim,
  }
}

async function round(run: () => Promise<unknown>, atLeastMs = ROUND_MS): Promise<number> {
  const begin = performance.now()
  let runs = 0
  do {
    await run()
    runs++
  } while (performance.now() - begin < atLeastMs)
  return ((performance.now() - begin) * 1000) / runs
}

/** Of what was measured in the same round: what disturbs a round disturbs both. */
export function ratios(own: readonly number[], others: readonly number[]): number[] {
  return own.map((value, i) => value / (others[i] ?? Number.NaN))
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
