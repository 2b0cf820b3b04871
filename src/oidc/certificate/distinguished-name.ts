/** Distinguished names as text (RFC 4514), as far as certificates of clients have them. Pure. */

/**
 * The parts of a name, `TYPE=value` each, in the order in which they stand. Undefined if it is no such text; values in
 * hexadecimal (#...) are none that we read.
 */
export function parseDistinguishedName(text: string): readonly string[] | undefined {
  const parts: string[] = []
  for (const part of text.match(/(?:\\.|[^\\,;])+/gs) ?? []) {
    const [, type = '', value = ''] = /^\s*([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)*)\s*=\s*(.*)$/s.exec(part) ?? []
    if (type === '' || value.startsWith('#')) return undefined
    const plain = unescaped(value)
    if (plain === undefined) return undefined
    parts.push(`${type.toUpperCase()}=${plain}`)
  }
  return parts.length > 0 ? parts : undefined
}

export function isSameName(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((part, i) => part === b[i])
}

/** RFC 4514 section 3: `\,` and `\2C` are both a comma. Blanks at the end count only if they are escaped. */
function unescaped(value: string): string | undefined {
  const text = /(?:^|[^\\])(?:\\\\)*\\\s+$/s.test(value) ? value : value.trimEnd()
  const bytes = new TextEncoder().encode(text)
  const plain: number[] = []
  const of = (i: number) => String.fromCharCode(bytes[i] ?? 0)
  for (let i = 0; i < bytes.length; i++) {
    if (of(i) !== '\\') {
      plain.push(bytes[i] ?? 0)
    } else if (/^[0-9a-f]{2}$/i.test(of(i + 1) + of(i + 2))) {
      plain.push(Number.parseInt(of(i + 1) + of(i + 2), 16))
      i += 2
    } else if (i + 1 < bytes.length) {
      plain.push(bytes[++i] ?? 0)
    } else return undefined
  }
  return new TextDecoder().decode(new Uint8Array(plain))
}
