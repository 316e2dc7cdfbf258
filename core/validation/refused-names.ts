/** No field may have this name: zod leaves it out of a record without a word, and in JavaScript it is no field. */
export const REFUSED_NAME = '__proto__';

interface Place {
  readonly value: unknown;
  readonly name: string;
  readonly above: Place | undefined;
}

/**
 * The paths to all fields of that name in what JSON.parse has made, outermost first. Neither recursion nor paths
 * that are copied at each step: a body may be nested as deep as it is long.
 */
export function refusedNames(json: unknown): readonly (readonly string[])[] {
  const found: string[][] = [];
  const places: Place[] = [{ value: json, name: '', above: undefined }];
  // The list grows while it is walked.
  for (const place of places) {
    if (typeof place.value !== 'object' || place.value === null) continue;
    for (const [name, value] of Object.entries(place.value)) {
      const below = { value, name, above: place };
      if (name === REFUSED_NAME) found.push(pathTo(below));
      else places.push(below);
    }
  }
  return found;
}

function pathTo(place: Place): string[] {
  const path: string[] = [];
  for (let at = place; at.above !== undefined; at = at.above) path.push(at.name);
  return path.reverse();
}
