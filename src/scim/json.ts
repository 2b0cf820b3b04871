import { ScimError } from '../core/errors.ts'

const MAX_DEPTH = 32
const BLANK = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const [QUOTE, BACKSLASH] = [0x22, 0x5c]
const REST_OF_STRING = 'the rest of a string, and its closing quote'
const LITERALS: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

type Reader = { readonly text: string; readonly lastComma: boolean; at: number }

/**
 * Parses a request body: JSON (RFC 8259), with one thing let through unless it is `strict`: a comma before a closing
 * bracket, which the tutorial's own PUT has and WSO2 accepts. Anything else broken is invalidSyntax and names line,
 * column and what stood there. Of a repeated name the last value counts; `__proto__` is a name like any other.
 */
export function parseJson(text: string, { strict = false }: { readonly strict?: boolean } = {}): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return parseBroken({ text, lastComma: !strict, at: text.startsWith('\ufeff') ? 1 : 0 })
  }
}

/** What the runtime's own parser refused: with a comma too many it is read, otherwise what is wrong is named. */
function parseBroken(reader: Reader): unknown {
  const { text } = reader
  const value = readValue(reader, 0)
  skipBlanks(reader)
  if (reader.at < text.length) throw broken(reader, 'the end of the document')
  return value
}

function readValue(reader: Reader, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new ScimError('invalidSyntax', `The JSON is nested more than ${MAX_DEPTH} deep.`)
  skipBlanks(reader)
  switch (reader.text[reader.at]) {
    case '{':
      return readObject(reader, depth)
    case '[':
      return readArray(reader, depth)
    case '"':
      return readString(reader, 'a string')
    default:
      return readPrimitive(reader)
  }
}

function readObject(reader: Reader, depth: number): Record<string, unknown> {
  const entries: [string, unknown][] = []
  reader.at++
  for (;;) {
    if (mayClose(reader, entries.length) && take(reader, '}')) return Object.fromEntries(entries)
    const name = readString(reader, 'a name in double quotes, or }')
    if (!take(reader, ':')) throw broken(reader, `a colon behind "${name.slice(0, 60)}"`)
    entries.push([name, readValue(reader, depth + 1)])
    if (!take(reader, ',')) {
      if (take(reader, '}')) return Object.fromEntries(entries)
      throw broken(reader, 'a comma or }')
    }
  }
}

function readArray(reader: Reader, depth: number): unknown[] {
  const values: unknown[] = []
  reader.at++
  for (;;) {
    if (mayClose(reader, values.length) && take(reader, ']')) return values
    values.push(readValue(reader, depth + 1))
    if (!take(reader, ',')) {
      if (take(reader, ']')) return values
      throw broken(reader, 'a comma or ]')
    }
  }
}

/** Behind a comma only where a last one is let through. */
function mayClose(reader: Reader, read: number): boolean {
  return read === 0 || reader.lastComma
}

/** Character by character: to a regular expression a long string with many escapes is too deep. */
function readString(reader: Reader, expected: string): string {
  const { text, at } = reader
  if (text[at] !== '"') throw broken(reader, expected)
  reader.at++
  for (;;) {
    const code = text.charCodeAt(reader.at)
    if (code === QUOTE) break
    // A line break, another control character, or the end.
    if (!(code >= 0x20)) throw broken(reader, REST_OF_STRING)
    if (code !== BACKSLASH) reader.at++
    else if (match(reader, ESCAPE) === undefined) throw broken(reader, REST_OF_STRING)
  }
  reader.at++
  return String(JSON.parse(text.slice(at, reader.at)))
}

function readPrimitive(reader: Reader): unknown {
  for (const [word, value] of LITERALS) {
    if (reader.text.startsWith(word, reader.at)) {
      reader.at += word.length
      return value
    }
  }
  const number = match(reader, NUMBER)
  if (number === undefined) throw broken(reader, 'a value')
  return Number(number)
}

/** Passes blanks, then one character if it is `character`, and the blanks behind it. */
function take(reader: Reader, character: string): boolean {
  skipBlanks(reader)
  if (reader.text[reader.at] !== character) return false
  reader.at++
  skipBlanks(reader)
  return true
}

function skipBlanks(reader: Reader): void {
  match(reader, BLANK)
}

function match(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.text)?.[0]
  if (found !== undefined) reader.at += found.length
  return found
}

function broken(reader: Reader, expected: string): ScimError {
  const before = reader.text.slice(0, reader.at).split('\n')
  const column = (before.at(-1)?.length ?? 0) + 1
  const character = reader.text[reader.at]
  const found = character === undefined ? 'the body ends' : `there is ${JSON.stringify(character)}`
  return new ScimError('invalidSyntax', `Line ${before.length}, column ${column}: expected ${expected}, but ${found}.`)
}
