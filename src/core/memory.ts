const MOST_ENTRIES = 500

/** What this process knows for one owner, such as a platform; it goes with the owner. */
export function memoryOf<K extends object, T>(store: WeakMap<K, Map<string, T>>, owner: K): Map<string, T> {
  const memory = store.get(owner) ?? new Map<string, T>()
  store.set(owner, memory)
  return memory
}

/** The one that was remembered longest ago goes when it is too much. */
export function remember<T>(memory: Map<string, T>, key: string, value: T, most = MOST_ENTRIES): void {
  memory.delete(key)
  const [oldest] = memory.keys()
  if (memory.size >= most && oldest !== undefined) memory.delete(oldest)
  memory.set(key, value)
}
