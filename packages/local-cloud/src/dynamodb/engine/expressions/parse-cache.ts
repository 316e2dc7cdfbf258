/** Applications use few expressions often: the latest this many are kept parsed. */
const MAX_ENTRIES = 500;

/** Remembers what `parse` made of a text; errors are not remembered. */
export function cachedParser<T>(parse: (text: string) => T): (text: string) => T {
  const cache = new Map<string, { readonly parsed: T }>();
  return (text) => {
    const known = cache.get(text);
    if (known !== undefined) return known.parsed;
    const parsed = parse(text);
    if (cache.size >= MAX_ENTRIES) {
      const [oldest] = cache.keys();
      if (oldest !== undefined) cache.delete(oldest);
    }
    cache.set(text, { parsed });
    return parsed;
  };
}
