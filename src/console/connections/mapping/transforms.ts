/** The transforms of a rule as one line of text, such as `trim | split "@" 0`, and back. */
import type { Transform } from '../../../core/attribute-mapping.ts'

/** What may be written, for who writes it; `template` is one of paths that can be read there. */
export const transformsOf = (template: string): readonly (readonly [words: string, what: string])[] => [
  ['lowerCase', 'small letters'],
  ['upperCase', 'capital letters'],
  ['trim', 'no blanks around it'],
  ['split "@" 0', 'the first part of what stands between the signs; -1 is the last'],
  [`template "${template}"`, 'a text with values in it'],
  [
    'map E = Employee, C = Contractor, else Other',
    'one value for another; without else, nothing for what is not listed',
  ],
  ['join ", "', 'several values as one text'],
  ['default "none"', 'where there is no value'],
]

export function wordsOf(transforms: readonly Transform[] = []): string {
  return transforms.map(wordsOfOne).join(' | ')
}

function wordsOfOne(transform: Transform): string {
  switch (transform.type) {
    case 'split':
      return `split ${quoted(transform.separator)} ${transform.index}`
    case 'template':
      return `template ${quoted(transform.template)}`
    case 'join':
      return `join ${quoted(transform.separator)}`
    case 'default':
      return `default ${quoted(transform.value)}`
    case 'map': {
      const pairs = Object.entries(transform.values).map(([from, to]) => `${quoted(from)} = ${quoted(to)}`)
      const other = transform.default === undefined ? [] : [`else ${quoted(transform.default)}`]
      return `map ${[...pairs, ...other].join(', ')}`
    }
    default:
      return transform.type
  }
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

type Token = { readonly text: string; readonly isQuoted: boolean }

/** As the management API takes them, which says what is wrong; undefined for what is none of them. */
export function readTransforms(line: string): readonly unknown[] | undefined {
  const tokens = tokensOf(line)
  if (!tokens) return undefined
  if (tokens.length === 0) return []
  const parts = splitAt(tokens, '|').map(readOne)
  return parts.every((part) => part !== undefined) ? parts : undefined
}

function tokensOf(line: string): readonly Token[] | undefined {
  const found = [...line.matchAll(/"(?:[^"\\]|\\.)*"|[|=,]|[^\s|=,"]+|\S/g)].map(([text]) => text)
  const tokens = found.map((text) => {
    if (!text.startsWith('"')) return { text, isQuoted: false }
    const value = unquoted(text)
    return value === undefined ? undefined : { text: value, isQuoted: true }
  })
  return tokens.every((token) => token !== undefined) ? tokens : undefined
}

function unquoted(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

function splitAt(tokens: readonly Token[], sign: string): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]]
  for (const token of tokens) {
    if (token.text === sign && !token.isQuoted) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}

const PLAIN = ['lowerCase', 'upperCase', 'trim']

function readOne([name, ...rest]: readonly Token[]): unknown {
  if (!name || name.isQuoted) return undefined
  const type = [...PLAIN, 'split', 'template', 'map', 'join', 'default'].find(
    (known) => known.toLowerCase() === name.text.toLowerCase(),
  )
  const [first, second, third] = rest
  if (type === 'map') return readMap(rest)
  if (type === undefined || third !== undefined) return undefined
  if (PLAIN.includes(type)) return first === undefined ? { type } : undefined
  if (first === undefined || (type !== 'split' && second !== undefined)) return undefined
  if (type === 'split') return { type, separator: first.text, index: Number(second?.text ?? 0) }
  if (type === 'template') return { type, template: first.text }
  return type === 'join' ? { type, separator: first.text } : { type, value: first.text }
}

function readMap(tokens: readonly Token[]): unknown {
  const values: Record<string, string> = {}
  let other: string | undefined
  for (const [from, sign, to, tooMuch] of splitAt(tokens, ',')) {
    if (from?.text === 'else' && !from.isQuoted && sign && !to && other === undefined) other = sign.text
    else if (from && sign?.text === '=' && to && !tooMuch) values[from.text] = to.text
    else return undefined
  }
  return { type: 'map', values, ...(other === undefined ? {} : { default: other }) }
}
