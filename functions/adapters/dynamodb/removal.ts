/** The REMOVE clause of an update, with `#` before each name; empty where nothing is removed. */
export function removal(names: readonly string[]): string {
  return names.length === 0 ? '' : ` REMOVE ${names.map((name) => `#${name}`).join(', ')}`;
}
