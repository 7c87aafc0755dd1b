/**
 * Keeps what was asked for last, by keys under which nothing ever changes. Whoever comes while it is loaded shares the load; one that failed is forgotten.
 *
 * @example
 * const open = keepLatest<ArtifactRef, Index>(8);
 * const index = await open(ref, () => load(ref));
 */
export function keepLatest<Key, Value>(most: number): (key: Key, load: () => Promise<Value>) => Promise<Value> {
  const kept = new Map<Key, Promise<Value>>();
  return (key, load) => {
    const known = kept.get(key);
    const value = known ?? load();
    // A map remembers the order of insertion: the first of its keys is the one that nobody has asked for the longest.
    kept.delete(key);
    kept.set(key, value);
    if (known === undefined) value.catch(() => kept.get(key) === value && kept.delete(key));
    const oldest = kept.keys().next();
    if (kept.size > most && !oldest.done) kept.delete(oldest.value);
    return value;
  };
}
