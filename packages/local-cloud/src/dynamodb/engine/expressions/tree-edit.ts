import { validationError } from '../errors.ts';
import {
  type AttributeValue,
  attributeOf,
  type Item,
  setAttribute,
} from '../values/attribute-value.ts';
import type { Path } from './placeholders.ts';

type MutableMap = Record<string, AttributeValue>;
type MutableList = AttributeValue[];
type Container = { readonly map: MutableMap } | { readonly list: MutableList };

/**
 * Changes a copy of an item. List indexes mean the list as it was: elements set behind its end are appended in
 * the order of their indexes, and elements are removed only at the end.
 */
export class TreeEdit {
  readonly #root: MutableMap;
  /** The containers that are copies already, and so may be changed. */
  readonly #owned = new WeakSet<object>();
  readonly #appended = new Map<MutableList, Map<number, AttributeValue>>();
  readonly #removed = new Map<MutableList, Set<number>>();

  constructor(item: Item) {
    this.#root = { ...item };
  }

  set(path: Path, value: AttributeValue): void {
    const [container, last] = this.#containerOf(path) ?? [];
    if (container === undefined || last === undefined) throw invalidPath();
    if ('map' in container && typeof last === 'string') setAttribute(container.map, last, value);
    else if ('list' in container && typeof last === 'number')
      this.#setElement(container.list, last, value);
    else throw invalidPath();
  }

  /** Removes what is at the path; where nothing is, nothing happens, unless the way to it is missing. */
  remove(path: Path): void {
    const [container, last] = this.#containerOf(path) ?? [];
    if (container === undefined || last === undefined) throw invalidPath();
    if ('map' in container && typeof last === 'string') delete container.map[last];
    else if ('list' in container && typeof last === 'number') {
      entry(this.#removed, container.list, () => new Set<number>()).add(last);
    } else throw invalidPath();
  }

  finish(): Item {
    for (const list of new Set([...this.#appended.keys(), ...this.#removed.keys()])) {
      const removed = this.#removed.get(list);
      const kept = removed ? list.filter((_, index) => !removed.has(index)) : [...list];
      const appended = [...(this.#appended.get(list) ?? [])].sort(([a], [b]) => a - b);
      list.splice(0, list.length, ...kept, ...appended.map(([, value]) => value));
    }
    return this.#root;
  }

  #setElement(list: MutableList, index: number, value: AttributeValue): void {
    if (index < list.length) list[index] = value;
    else entry(this.#appended, list, () => new Map<number, AttributeValue>()).set(index, value);
  }

  /** The copied container that holds the path's last part; undefined where the way to it is missing. */
  #containerOf(path: Path): readonly [Container, string | number] | undefined {
    let container: Container = { map: this.#root };
    for (const part of path.slice(0, -1)) {
      const next = this.#copyChild(container, part);
      if (next === undefined) return undefined;
      container = next;
    }
    const last = path.at(-1);
    return last === undefined ? undefined : [container, last];
  }

  #copyChild(container: Container, part: string | number): Container | undefined {
    const child =
      'map' in container
        ? typeof part === 'string'
          ? attributeOf(container.map, part)
          : undefined
        : typeof part === 'number'
          ? container.list[part]
          : undefined;
    if (child === undefined) return undefined;
    if ('M' in child) {
      const map: MutableMap = this.#owned.has(child) ? (child.M as MutableMap) : { ...child.M };
      this.#replace(container, part, child, { M: map });
      return { map };
    }
    if ('L' in child) {
      const list = this.#owned.has(child) ? (child.L as MutableList) : [...child.L];
      this.#replace(container, part, child, { L: list });
      return { list };
    }
    return undefined;
  }

  #replace(container: Container, part: string | number, old: object, copy: AttributeValue): void {
    if (this.#owned.has(old)) return;
    this.#owned.add(copy);
    if ('map' in container) setAttribute(container.map, String(part), copy);
    else container.list[Number(part)] = copy;
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

function invalidPath() {
  return validationError(
    'The document path provided in the update expression is invalid for update',
  );
}
