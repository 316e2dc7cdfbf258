import {
  type AttributeValue,
  attributeOf,
  type Item,
  setAttribute,
} from '../values/attribute-value.ts';
import type { Path } from './placeholders.ts';

/** What several paths ask of one value: all of it, or some of its children. */
interface Wanted {
  whole: boolean;
  readonly children: Map<string | number, Wanted>;
}

export type Projection = (item: Item) => Item;

/** Cuts items down to the given paths. List elements keep their order and close up. */
export function projection(paths: readonly Path[]): Projection {
  const root: Wanted = { whole: false, children: new Map() };
  for (const path of paths) {
    let wanted = root;
    for (const part of path) {
      const known = wanted.children.get(part) ?? { whole: false, children: new Map() };
      wanted.children.set(part, known);
      wanted = known;
    }
    wanted.whole = true;
  }
  return (item) => projectMap(item, root);
}

function projectMap(map: Item, wanted: Wanted): Item {
  const projected: Record<string, AttributeValue> = {};
  for (const [name, inner] of wanted.children) {
    if (typeof name === 'number') continue;
    const value = attributeOf(map, name);
    const part = value === undefined ? undefined : projectValue(value, inner);
    if (part !== undefined) setAttribute(projected, name, part);
  }
  return projected;
}

function projectValue(value: AttributeValue, wanted: Wanted): AttributeValue | undefined {
  if (wanted.whole) return value;
  if ('M' in value) {
    const M = projectMap(value.M, wanted);
    return Object.keys(M).length > 0 ? { M } : undefined;
  }
  if (!('L' in value)) return undefined;
  const indexes = [...wanted.children.keys()]
    .filter((part) => typeof part === 'number')
    .sort((a, b) => a - b);
  const L = indexes.flatMap((index) => {
    const element = value.L[index];
    const inner = wanted.children.get(index);
    const part = element && inner ? projectValue(element, inner) : undefined;
    return part === undefined ? [] : [part];
  });
  return L.length > 0 ? { L } : undefined;
}
