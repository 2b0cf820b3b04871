/** The sources of src as the architecture test reads them: as text, without a compiler. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { posix } from 'node:path'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

export type Source = {
  /** Path under src. */
  readonly path: string
  /** Its folder at the top of src, or its own name without the ending: html.ts and html/ are one unit. */
  readonly unit: string
  readonly text: string
  /** Without comments, so that what a comment speaks of is not taken for code. */
  readonly code: string
  /** Paths under src of what it imports. */
  readonly imports: readonly string[]
  /** What it imports from outside: packages, node:, cloudflare:. */
  readonly packages: readonly string[]
}

export const SOURCES: readonly Source[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .toSorted()
  .map(readSource)

function readSource(path: string): Source {
  const text = readFileSync(posix.join(SRC, path), 'utf8')
  const code = withoutComments(text)
  const wanted = [...code.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/g)].map(([, from = '']) => from)
  return {
    path,
    unit: unitOf(path),
    text,
    code,
    imports: wanted.filter(isOwn).map((from) => posix.join(posix.dirname(path), from)),
    packages: wanted.filter((from) => !isOwn(from)),
  }
}

export function unitOf(path: string): string {
  return path.split('/')[0]?.replace(/\.ts$/, '') ?? path
}

function isOwn(from: string): boolean {
  return from.startsWith('.')
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/(^|\s)\/\/.*$/gm, '$1')
}

/** The source with this path. */
export function source(path: string): Source {
  const found = SOURCES.find((one) => one.path === path)
  if (!found) throw new Error(`there is no src/${path}`)
  return found
}

/** `path: line` of each place where the pattern stands in code, for a message that leads there. */
export function placesOf(pattern: RegExp, sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, code }) =>
    code.split('\n').flatMap((line) => (pattern.test(line) ? [`${path}: ${line.trim()}`] : [])),
  )
}
