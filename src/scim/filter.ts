import { ScimError } from '../core/errors.ts'
import { advance, peek, readTokens, type Token, type TokenReader, unexpected } from './filter-tokens.ts'

const MAX_DEPTH = 32
const MAX_WORDS = 500
const OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const

export type Operator = (typeof OPERATORS)[number]
export type FilterValue = string | number | boolean | null

/**
 * A filter as a tree (RFC 7644 section 3.4.2.2). A `path` is as it was written, URN and sub-attribute included;
 * findPath in path.ts says what it means for a resource type. Inside a valuePath, paths are those of sub-attributes.
 */
export type Filter =
  | { readonly kind: 'comparison'; readonly path: string; readonly operator: Operator; readonly value: FilterValue }
  | { readonly kind: 'present'; readonly path: string }
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'valuePath'; readonly path: string; readonly filter: Filter }

/** Where the parser stands: how deep, and whether between the brackets of a value path. */
type Place = { readonly depth: number; readonly inBrackets: boolean }

/**
 * Parses a filter (RFC 7644 section 3.4.2.2): `not` binds tighter than `and`, `and` tighter than `or`; keywords in any
 * case. Throws invalidFilter with the place of what is wrong; depth, terms and length are bounded.
 */
export function parseFilter(text: string): Filter {
  const reader = readTokens(text, 'invalidFilter')
  const words = reader.tokens.filter((token) => token.kind === 'word').length
  if (words > MAX_WORDS) throw new ScimError('invalidFilter', `More than ${MAX_WORDS} words.`)
  const filter = parseOr(reader, { depth: 0, inBrackets: false })
  if (peek(reader).kind !== 'end') throw unexpected(reader, '"and", "or" or the end')
  return filter
}

/** The filter of a value path, from the token behind the `[` to the one behind the `]` (RFC 7644 section 3.5.2). */
export function parseValueFilter(reader: TokenReader, depth = 0): Filter {
  const filter = parseOr(reader, { depth: depth + 1, inBrackets: true })
  if (peek(reader).kind !== ']') throw unexpected(reader, '"and", "or" or ]')
  advance(reader)
  return filter
}

function parseOr(reader: TokenReader, place: Place): Filter {
  return parseSeries(reader, 'or', () => parseSeries(reader, 'and', () => parseFactor(reader, place)))
}

/** `a and b and c` is one node of three, so that a long filter is not a deep one. */
function parseSeries(reader: TokenReader, keyword: 'and' | 'or', parsePart: () => Filter): Filter {
  const first = parsePart()
  if (!isKeyword(peek(reader), keyword)) return first
  const filters = [first]
  while (isKeyword(peek(reader), keyword)) {
    advance(reader)
    filters.push(parsePart())
  }
  return { kind: keyword, filters }
}

function parseFactor(reader: TokenReader, place: Place): Filter {
  if (place.depth > MAX_DEPTH) throw new ScimError(reader.fault, `Nested more than ${MAX_DEPTH} deep.`)
  if (isKeyword(peek(reader), 'not') && peek(reader, 1).kind === '(') {
    advance(reader)
    return { kind: 'not', filter: parseGroup(reader, place) }
  }
  if (peek(reader).kind === '(') return parseGroup(reader, place)
  return parseAttributeExpression(reader, place)
}

function parseGroup(reader: TokenReader, place: Place): Filter {
  advance(reader)
  const filter = parseOr(reader, { ...place, depth: place.depth + 1 })
  if (peek(reader).kind !== ')') throw unexpected(reader, '"and", "or" or )')
  advance(reader)
  return filter
}

function parseAttributeExpression(reader: TokenReader, place: Place): Filter {
  const path = advance(reader)
  if (path.kind !== 'word') throw unexpected(reader, 'an attribute', path)
  if (peek(reader).kind !== '[') return parseComparison(reader, path.text)
  if (place.inBrackets) throw unexpected(reader, 'an operator')
  advance(reader)
  const filter = parseValueFilter(reader, place.depth)
  const sub = peek(reader)
  if (sub.kind !== 'sub-attribute') return { kind: 'valuePath', path: path.text, filter }
  // Entra asks for emails[type eq "work"].value eq "x": one value to which both apply.
  advance(reader)
  const both = [filter, parseComparison(reader, sub.text)]
  return { kind: 'valuePath', path: path.text, filter: { kind: 'and', filters: both } }
}

function parseComparison(reader: TokenReader, path: string): Filter {
  const token = advance(reader)
  const word = token.kind === 'word' ? token.text.toLowerCase() : ''
  if (word === 'pr') return { kind: 'present', path }
  const operator = OPERATORS.find((one) => one === word)
  if (operator === undefined) throw unexpected(reader, `one of pr, ${OPERATORS.join(', ')}`, token)
  return { kind: 'comparison', path, operator, value: parseValue(reader) }
}

function parseValue(reader: TokenReader): FilterValue {
  const token = advance(reader)
  if (token.kind === 'value') return token.value
  if (isKeyword(token, 'true')) return true
  if (isKeyword(token, 'false')) return false
  if (isKeyword(token, 'null')) return null
  throw unexpected(reader, 'a string in double quotes, a number, true, false or null', token)
}

function isKeyword(token: Token, keyword: string): boolean {
  return token.kind === 'word' && token.text.toLowerCase() === keyword
}
