/** The database statements in a source: each condition, and each piece of SQL, with the text that it comes to. */
import type { Source } from './sources.ts'

export type Statement = {
  /** `path#function`. */
  readonly place: string
  readonly text: string
}

/** What stands in each where(), and in the conditions of each join, with the constants and functions that it names. */
export function conditionsOf(source: Source): Statement[] {
  return [...source.code.matchAll(/\.(where|(?:inner|left)Join)\(/g)].map((match) => {
    const start = match.index + match[0].length
    const text = untilClosed(source.code, start)
    return { place: placeOf(source, match.index), text: text + definitionsOf(source.code, text, match.index) }
  })
}

/** Each from(), update() and delete() of a table with all that is chained to it. */
export function chainsOf(source: Source): Statement[] {
  return [...source.code.matchAll(/\.(?:from|update|delete)\((\w+)\)/g)]
    .filter(([, table = '']) =>
      new RegExp(`\\b${table}\\b[^;]*?from '[./]*db/schema\\.ts'|alias\\(.*${table}`, 's').test(source.code),
    )
    .map((match) => ({ place: placeOf(source, match.index), text: chainFrom(source.code, match.index) }))
}

/** Each piece of SQL that reads or writes a table. */
export function pieceOfSqlOf(source: Source): Statement[] {
  return [...source.code.matchAll(/\bsql(?:<[^>]*>)?`/g)]
    .map((match) => ({
      place: placeOf(source, match.index),
      text: templateFrom(source.code, match.index + match[0].length),
    }))
    .filter(({ text }) => /\b(?:from|join|into|update)\s+(?!json_each|set\b)(?:\$\{|\w)/i.test(text))
}

function placeOf({ path, code }: Source, index: number): string {
  const before = [...code.slice(0, index).matchAll(/\bfunction (\w+)|^(?:export )?const (\w+)/gm)].at(-1)
  return `${path}#${before?.[1] ?? before?.[2] ?? ''}`
}

/** From behind an opening bracket to its closing one. */
function untilClosed(code: string, start: number): string {
  let depth = 1
  for (let at = start; at < code.length; at++) {
    if ('([{'.includes(code.charAt(at))) depth++
    if (')]}'.includes(code.charAt(at)) && --depth === 0) return code.slice(start, at)
  }
  return code.slice(start)
}

/** A chain of calls: it goes on as long as a dot follows a closing bracket. */
function chainFrom(code: string, index: number): string {
  let at = index
  for (;;) {
    const open = code.indexOf('(', at)
    const end = open + 1 + untilClosed(code, open + 1).length + 1
    const next = /^\s*\.\w+(?=\()/.exec(code.slice(end))
    if (!next) return code.slice(index, end)
    at = end
  }
}

function templateFrom(code: string, start: number): string {
  for (let at = start; at < code.length; at++) {
    if (code.startsWith('${', at)) at += 1 + untilClosed(code, at + 2).length + 1
    else if (code[at] === '`') return code.slice(start, at)
  }
  return code.slice(start)
}

/** What the names in a condition stand for, and the names in that: the nearest constant above, or a function here. */
function definitionsOf(code: string, condition: string, index: number, depth = 2): string {
  const names = new Set([...condition.matchAll(/(?<!\.)\b[a-z]\w*/g)].map(([name]) => name))
  const found = [...names].map((name) => constant(code.slice(0, index), name) ?? functionBody(code, name) ?? '')
  const text = found.join('\n')
  return depth === 1 || text.trim() === '' ? text : text + definitionsOf(code, text, index, depth - 1)
}

function constant(code: string, name: string): string | undefined {
  const start = code.lastIndexOf(`const ${name} = `)
  if (start < 0) return undefined
  // Prettier goes on with a line only inside brackets.
  const open = code.indexOf('(', start)
  const line = code.indexOf('\n', start)
  return open < 0 || open > line ? code.slice(start, line) : code.slice(start, open + 1) + untilClosed(code, open + 1)
}

function functionBody(code: string, name: string): string | undefined {
  const start = code.indexOf(`function ${name}(`)
  return start < 0 ? undefined : code.slice(start, code.indexOf('\n}', start))
}
