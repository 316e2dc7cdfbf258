import type { Attributes, Value } from './sequence.ts';

/** The model's own arithmetic: numbers as integers, 200 places behind the point. */
const PLACES = 200;

export function typeIn(value: Value): string {
  return Object.keys(value)[0] ?? '';
}

export function contentOf(value: Value): unknown {
  return Object.values(value)[0];
}

export function toInteger(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  const sign = whole.startsWith('-') ? -1n : 1n;
  return sign * BigInt(whole.replace('-', '') + fraction.padEnd(PLACES, '0'));
}

export function fromInteger(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(PLACES + 1, '0');
  const whole = digits.slice(0, -PLACES);
  const fraction = digits.slice(-PLACES).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

export function order(left: Value, right: Value): number | undefined {
  const type = typeIn(left);
  if (type !== typeIn(right)) return undefined;
  const [a, b] = [String(contentOf(left)), String(contentOf(right))];
  if (type === 'N') {
    const difference = toInteger(a) - toInteger(b);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  if (type === 'S') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (type === 'B') return Buffer.compare(Buffer.from(a, 'base64'), Buffer.from(b, 'base64'));
  return undefined;
}

/** A text that is the same for the same values: members of maps and sets in one order. */
export function canonical(value: Value): string {
  const type = typeIn(value);
  const content = contentOf(value);
  if (type === 'M') return `M${canonicalItem(content as Attributes)}`;
  if (type === 'L') return `L[${(content as Value[]).map(canonical).join()}]`;
  if (Array.isArray(content)) return `${type}${JSON.stringify([...content].sort())}`;
  return `${type}${JSON.stringify(content)}`;
}

export function canonicalItem(item: Attributes): string {
  const members = Object.keys(item)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(item[name] ?? {})}`);
  return `{${members.join()}}`;
}
