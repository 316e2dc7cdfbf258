import type { AttributeValue, Item } from './attribute-value.ts';

/**
 * Items are stored as JSON without the type of the common types: a string is a string, an integer of up to 15
 * digits a number, a boolean, null and a list themselves. All else keeps its type: `{"SS":["a"]}`. This is the
 * smallest form that the built-in parser reads, and that parser is faster than any written in JavaScript.
 */
type Compact =
  | string
  | number
  | boolean
  | null
  | Compact[]
  | { readonly [type: string]: string | readonly string[] | { readonly [name: string]: Compact } };

const SHORT_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;

export function itemToText(item: Item): string {
  return JSON.stringify(compactMap(item));
}

export function itemFromText(text: string): Item {
  return expandMap(JSON.parse(text) as Record<string, Compact>);
}

function compactMap(map: Item): { readonly [name: string]: Compact } {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, compact(value)]));
}

function compact(value: AttributeValue): Compact {
  if ('S' in value) return value.S;
  if ('N' in value) return SHORT_INTEGER.test(value.N) ? Number(value.N) : value;
  if ('BOOL' in value) return value.BOOL;
  if ('NULL' in value) return null;
  if ('L' in value) return value.L.map(compact);
  if ('M' in value) return { M: compactMap(value.M) };
  return value;
}

/** Works in place: the object comes from the parser, and nobody else has it. */
function expandMap(map: Record<string, Compact>): Item {
  const expanded = map as Record<string, unknown>;
  for (const name in map) expanded[name] = expand(map[name] ?? null);
  return expanded as Item;
}

function expand(value: Compact): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(expand) };
  if ('M' in value) return { M: expandMap(value.M as Record<string, Compact>) };
  return value as AttributeValue;
}
