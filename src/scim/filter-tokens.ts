import { ScimError, type ScimType } from '../core/errors.ts'
import { isStorable } from './values.ts'

const MAX_LENGTH = 8192
const BLANKS = /[ \t\r\n]*/y
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w$:.-])/y
/** An attribute's name, with URN (digits, dots and colons in it) and sub-attribute, or a keyword; `$ref` needs the `$`. */
const WORD = /[A-Za-z_$][\w$:.-]*/y
/** What follows the bracket in `emails[type eq "work"].value`. */
const SUB_ATTRIBUTE = /\.[A-Za-z_$][\w$-]*/y

export type Token =
  | { readonly kind: '(' | ')' | '[' | ']' | 'end'; readonly at: number }
  | { readonly kind: 'word' | 'sub-attribute'; readonly at: number; readonly text: string }
  | { readonly kind: 'value'; readonly at: number; readonly value: string | number }

/** The tokens of a filter or a path and how far they are read; `fault` is the scimType of what is wrong with them. */
export type TokenReader = {
  readonly tokens: readonly Token[]
  readonly text: string
  readonly fault: ScimType
  next: number
}

/** Parts a filter or a path into tokens (RFC 7644 section 3.4.2.2, figure 1). */
export function readTokens(text: string, fault: ScimType): TokenReader {
  if (text.length > MAX_LENGTH) throw new ScimError(fault, `More than ${MAX_LENGTH} characters.`)
  const tokens: Token[] = []
  for (let at = pastBlanks(text, 0); at < text.length; at = pastBlanks(text, at)) {
    const [token, length] = tokenAt(text, at, fault)
    tokens.push(token)
    at += length
  }
  tokens.push({ kind: 'end', at: text.length })
  return { tokens, text, fault, next: 0 }
}

export function peek(reader: TokenReader, ahead = 0): Token {
  return reader.tokens[reader.next + ahead] ?? { kind: 'end', at: reader.text.length }
}

export function advance(reader: TokenReader): Token {
  const token = peek(reader)
  reader.next++
  return token
}

/** The error of an unexpected token: what was expected, what stood there, and where, counted from 1. */
export function unexpected(reader: TokenReader, expected: string, token: Token = peek(reader)): ScimError {
  const end = peek({ ...reader, next: reader.tokens.indexOf(token) + 1 }).at
  const found = token.kind === 'end' ? 'it ends' : `there is ${reader.text.slice(token.at, end).trim().slice(0, 40)}`
  return new ScimError(reader.fault, `At character ${token.at + 1}: expected ${expected}, but ${found}.`)
}

function tokenAt(text: string, at: number, fault: ScimType): [Token, number] {
  const character = text[at]
  if (character === '(' || character === ')' || character === '[' || character === ']') {
    return [{ kind: character, at }, 1]
  }
  const string = match(STRING, text, at)
  if (string !== undefined) {
    const value = String(JSON.parse(string))
    if (!isStorable(value)) throw new ScimError(fault, `At character ${at + 1}: a character that is no text.`)
    return [{ kind: 'value', at, value }, string.length]
  }
  const number = match(NUMBER, text, at)
  if (number !== undefined) return [{ kind: 'value', at, value: Number(number) }, number.length]
  const word = match(WORD, text, at)
  if (word !== undefined) return [{ kind: 'word', at, text: word }, word.length]
  const sub = match(SUB_ATTRIBUTE, text, at)
  if (sub !== undefined) return [{ kind: 'sub-attribute', at, text: sub.slice(1) }, sub.length]
  throw new ScimError(fault, `At character ${at + 1}: ${JSON.stringify(character)} has no meaning here.`)
}

function pastBlanks(text: string, at: number): number {
  return at + (match(BLANKS, text, at)?.length ?? 0)
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}
