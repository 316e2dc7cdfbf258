import { type AttributeValue, attributeOf, type Item } from '../values/attribute-value.ts';
import type { Path } from './placeholders.ts';

/** The value at a document path, or undefined where there is none. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  const [name] = path;
  let value = typeof name === 'string' ? attributeOf(item, name) : undefined;
  for (let at = 1; at < path.length && value !== undefined; at += 1) {
    value = child(value, path[at]);
  }
  return value;
}

export function child(
  value: AttributeValue,
  part: string | number | undefined,
): AttributeValue | undefined {
  if (typeof part === 'number') return 'L' in value ? value.L[part] : undefined;
  return part !== undefined && 'M' in value ? attributeOf(value.M, part) : undefined;
}

/** As DynamoDB writes a path in its errors: `[a, b, [0]]`. */
export function pathText(path: Path): string {
  return `[${path.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join(', ')}]`;
}

export function samePath(left: Path, right: Path): boolean {
  return left.length === right.length && left.every((part, at) => part === right[at]);
}
