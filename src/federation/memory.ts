import type { Platform } from '../platform.ts'

const MOST_ENTRIES = 500

/** What this process knows for one platform. */
export function memoryOf<T>(store: WeakMap<Platform, Map<string, T>>, platform: Platform): Map<string, T> {
  const memory = store.get(platform) ?? new Map<string, T>()
  store.set(platform, memory)
  return memory
}

/** The oldest goes when it is too much. */
export function remember<T>(memory: Map<string, T>, key: string, value: T): void {
  const [oldest] = memory.keys()
  if (memory.size >= MOST_ENTRIES && oldest !== undefined) memory.delete(oldest)
  memory.set(key, value)
}
