/** Logs are JSON, one object a line. Callers pass facts, never a secret: no password, token, code or key. */
export type Log = {
  debug(event: string, facts?: Readonly<Record<string, unknown>>): void
  info(event: string, facts?: Readonly<Record<string, unknown>>): void
  warn(event: string, facts?: Readonly<Record<string, unknown>>): void
  error(event: string, facts?: Readonly<Record<string, unknown>>): void
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** A log that writes what is at or over `level`; `write` gets one line without its end. */
export function createLog(level: (typeof LEVELS)[number] | 'silent', write: (line: string) => void): Log {
  const from = level === 'silent' ? LEVELS.length : LEVELS.indexOf(level)
  const writer = (name: (typeof LEVELS)[number]) => (event: string, facts?: Readonly<Record<string, unknown>>) => {
    if (LEVELS.indexOf(name) < from) return
    const line = { time: new Date().toISOString(), level: name, event, ...facts }
    // What has no object in it is the most, and written in half the time.
    const isPlain = Object.values(line).every((value) => typeof value !== 'object')
    write(isPlain ? JSON.stringify(line) : JSON.stringify(line, errorsAsText))
  }
  return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') }
}

/** An Error has no enumerable members: without this it would be logged as {}. */
function errorsAsText(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value
  const { name, message, stack, cause } = value
  if (!('query' in value && 'params' in value)) return { name, message, stack, cause }
  // drizzle puts the bound values into message and stack: hashes, sealed secrets, and whatever a person typed.
  return { name, message: `Failed query: ${String(value.query)}`, stack: stack?.replace(message, ''), cause }
}
