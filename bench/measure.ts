/** How the benchmarks measure: each subject beside its floor, in turn, so that both meet the same machine. */

export type Subject = {
  readonly name: string
  /** What cannot be done faster: the same statements, requests or signatures without us around them. */
  readonly floor: { readonly name: string; run(): Promise<unknown> }
  run(): Promise<unknown>
}

export type Measured = {
  readonly name: string
  readonly floor: string
  readonly microseconds: number
  readonly floorMicroseconds: number
  /** How many times its floor a subject costs. */
  readonly ratio: number
}

const ROUNDS = 15
const ROUND_MS = 40

/** The median over rounds, in microseconds for one run. */
export async function measure({ name, floor, run }: Subject): Promise<Measured> {
  await round(run)
  await round(floor.run)
  const own: number[] = []
  const least: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    own.push(await round(run))
    least.push(await round(floor.run))
  }
  const [microseconds, floorMicroseconds] = [median(own), median(least)]
  return { name, floor: floor.name, microseconds, floorMicroseconds, ratio: microseconds / floorMicroseconds }
}

async function round(run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  let runs = 0
  do {
    await run()
    runs++
  } while (performance.now() - begin < ROUND_MS)
  return ((performance.now() - begin) * 1000) / runs
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
