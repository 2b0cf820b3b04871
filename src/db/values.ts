/** Values on their way to the libSQL driver, and rows on theirs from it, in the shapes of @libsql/client. */
import type { InValue, ResultSet, Row, Value } from '@libsql/client'

export function resultOf(columns: readonly string[], rows: Row[], rowsAffected: number): ResultSet {
  const set = {
    columns: [...columns],
    columnTypes: columns.map(() => ''),
    rows,
    rowsAffected,
    lastInsertRowid: undefined,
  }
  return { ...set, toJSON: () => set }
}

/** Rows have their values by name as their own properties, and by index and `length` behind them, as drizzle reads them. */
export function rowMaker(columns: readonly string[]): (values: readonly Value[]) => Row {
  const byIndex: PropertyDescriptorMap = { length: { value: columns.length } }
  columns.forEach((name, i) => {
    byIndex[i] = {
      get(this: Record<string, Value>) {
        return this[name]
      },
    }
  })
  const prototype = Object.create(Object.prototype, byIndex)
  const isPlain = new Set(columns).size === columns.length
  return (values) => {
    const row = isPlain ? Object.create(prototype) : {}
    if (!isPlain) Object.defineProperty(row, 'length', { value: columns.length })
    for (let i = 0; i < columns.length; i++) {
      const name = columns[i] ?? ''
      if (!isPlain) Object.defineProperty(row, i, { value: values[i] })
      row[name] = values[i]
    }
    return row
  }
}

/** The driver ends the process at what it does not know, so nothing else gets there. */
export function toDriver(value: InValue | undefined): string | number | bigint | null | Uint8Array {
  if (value === null || typeof value === 'string' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Date) return value.getTime()
  if (value instanceof Uint8Array) return value
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new TypeError(`a ${typeof value} cannot be bound`)
}

export function namedToDriver(args: Record<string, InValue>) {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name.replace(/^[@$:]/, ''), toDriver(value)]))
}
