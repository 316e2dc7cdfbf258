/** No field may have this name: zod drops it from records silently, and assigning it in JavaScript sets the prototype. */
export const REFUSED_NAME = '__proto__';

interface Place {
  readonly value: unknown;
  readonly name: string;
  readonly above: Place | undefined;
}

/**
 * Returns the paths of all fields with this name in a parsed JSON value, outermost first. Uses neither recursion nor a
 * copy of the path at each level, because a body can be nested as deeply as it is long.
 */
export function refusedNames(json: unknown): readonly (readonly string[])[] {
  const found: string[][] = [];
  const places: Place[] = [{ value: json, name: '', above: undefined }];
  // The loop also visits the places that it appends.
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
