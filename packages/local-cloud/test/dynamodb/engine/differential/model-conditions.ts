import { canonical, contentOf, order, typeIn } from './model-values.ts';
import type { Attributes, Condition, Value } from './sequence.ts';

export function satisfies(item: Attributes, condition: Condition): boolean {
  switch (condition.is) {
    case 'and':
      return condition.parts.every((part) => satisfies(item, part));
    case 'or':
      return condition.parts.some((part) => satisfies(item, part));
    case 'not':
      return !satisfies(item, condition.part);
    case 'exists':
      return item[condition.name] !== undefined;
    case 'missing':
      return item[condition.name] === undefined;
    case 'compare':
      return related(item[condition.name], condition.by, condition.value);
    case 'between': {
      const value = item[condition.name];
      return related(value, '>=', condition.low) && related(value, '<=', condition.high);
    }
    case 'in':
      return condition.values.some((value) => related(item[condition.name], '=', value));
    case 'type': {
      const value = item[condition.name];
      return value !== undefined && typeIn(value) === condition.type;
    }
    case 'size': {
      const size = sizeIn(item[condition.name]);
      const value = size === undefined ? undefined : { N: String(size) };
      return related(value, condition.by, { N: String(condition.size) });
    }
    case 'begins': {
      const [value, prefix] = [item[condition.name], condition.value];
      if (value === undefined || typeIn(value) !== typeIn(prefix)) return false;
      return bytesOf(value)?.indexOf(bytesOf(prefix) ?? '') === 0;
    }
    case 'contains':
      return includes(item[condition.name], condition.value);
  }
}

function related(left: Value | undefined, by: string, right: Value): boolean {
  const same = left !== undefined && canonical(left) === canonical(right);
  if (by === '=') return same;
  if (by === '<>') return !same;
  const compared = left && order(left, right);
  if (compared === undefined) return false;
  return by === '<'
    ? compared < 0
    : by === '<='
      ? compared <= 0
      : by === '>'
        ? compared > 0
        : compared >= 0;
}

/** Text or binary as a string of one character a byte. */
function bytesOf(value: Value): string | undefined {
  const content = String(contentOf(value));
  if (typeIn(value) === 'S') return Buffer.from(content).toString('latin1');
  return typeIn(value) === 'B' ? Buffer.from(content, 'base64').toString('latin1') : undefined;
}

function includes(value: Value | undefined, part: Value): boolean {
  if (value === undefined) return false;
  const type = typeIn(value);
  const content = contentOf(value);
  if (type === 'L') return (content as Value[]).some((one) => canonical(one) === canonical(part));
  if (type === `${typeIn(part)}S`) return (content as unknown[]).includes(contentOf(part));
  if (type !== typeIn(part)) return false;
  return bytesOf(value)?.includes(bytesOf(part) ?? '') ?? false;
}

function sizeIn(value: Value | undefined): number | undefined {
  if (value === undefined) return undefined;
  const content = contentOf(value);
  if (Array.isArray(content)) return content.length;
  if (typeIn(value) === 'S') return String(content).length;
  if (typeIn(value) === 'B') return Buffer.from(String(content), 'base64').length;
  return typeIn(value) === 'M' ? Object.keys(content as object).length : undefined;
}
