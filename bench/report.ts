/** What a benchmark tells: ratios, each with its aim if it has one, as a table and as JSON under bench/results. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'

export const RESULTS = new URL('results/', import.meta.url)

/** A ratio that is wanted: so much at least, or at most. Nothing fails that misses it. */
export type Aim = { readonly least: number } | { readonly most: number }

export type Line = {
  readonly name: string
  /** With its unit, as it is printed. */
  readonly measured: string
  readonly beside: string
  readonly besideMeasured: string
  readonly ratio: number
  readonly aim?: Aim | undefined
}

export function isMet({ ratio, aim }: Line): boolean | undefined {
  if (!aim) return undefined
  return 'least' in aim ? ratio >= aim.least : ratio <= aim.most
}

/** Prints the table of a module and writes its JSON. */
export function report(name: string, title: string, lines: readonly Line[]): void {
  const rows = [
    ['subject', 'measured', 'beside', 'measured', 'ratio', 'aim', ''],
    ...lines.map((line) => [
      line.name,
      line.measured,
      line.beside,
      line.besideMeasured,
      `${line.ratio.toFixed(2)}x`,
      line.aim ? ('least' in line.aim ? `>= ${line.aim.least}x` : `<= ${line.aim.most}x`) : '',
      { true: 'met', false: 'MISSED', undefined: '' }[String(isMet(line))] ?? '',
    ]),
  ]
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? []
  const text = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  process.stdout.write(`\n${name}: ${title}\n${text.join('\n')}\n`)
  mkdirSync(RESULTS, { recursive: true })
  const machine = { node: process.version, cpu: cpus()[0]?.model, cpus: availableParallelism() }
  const content = { name, title, ...machine, lines: lines.map((line) => ({ ...line, isMet: isMet(line) })) }
  writeFileSync(new URL(`${name}.json`, RESULTS), `${JSON.stringify(content, null, 2)}\n`)
}

/** Says on stderr how far a long step is; an empty text ends the line. */
export function progress(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : text === '' ? '' : `${text}\n`)
}

export function perSecond(value: number): string {
  return `${Math.round(value).toLocaleString('en')}/s`
}

export function microseconds(value: number): string {
  return value < 10_000 ? `${value.toFixed(0)} µs` : `${(value / 1000).toFixed(1)} ms`
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}
