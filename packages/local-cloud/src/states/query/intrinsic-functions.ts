import {
  asNumber,
  equalJson,
  isArray,
  isObject,
  type Json,
  parseJson,
  stringifyJson,
  typeName,
} from '../language/json.ts';
import { hash, partition, range } from './array-functions.ts';
import { type Surroundings, seededFraction } from './determinism.ts';
import { ESCAPED_CLOSE, ESCAPED_OPEN } from './intrinsic-syntax.ts';

/**
 * All documented functions: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html.
 * Each throws RangeError or TypeError, which the caller reports as States.IntrinsicFailure.
 */
export type Intrinsic = (values: readonly Json[], surroundings: Surroundings) => Json;

const MAX_BASE64_CHARACTERS = 10_000;

export interface IntrinsicRule {
  readonly fewest: number;
  readonly most: number;
  readonly run: Intrinsic;
}

const rule = (fewest: number, most: number, run: Intrinsic): IntrinsicRule => ({
  fewest,
  most,
  run,
});

export const INTRINSICS: ReadonlyMap<string, IntrinsicRule> = new Map([
  ['States.Format', rule(1, Number.POSITIVE_INFINITY, ([text, ...values]) => format(text, values))],
  ['States.StringToJson', rule(1, 1, ([text]) => parseJson(asString(text)))],
  ['States.JsonToString', rule(1, 1, ([value]) => stringifyJson(value ?? null))],
  ['States.Array', rule(0, Number.POSITIVE_INFINITY, (values) => values)],
  [
    'States.ArrayPartition',
    rule(2, 2, ([items, size]) => partition(asArray(items), asInteger(size))),
  ],
  [
    'States.ArrayContains',
    rule(2, 2, ([items, wanted]) => asArray(items).some((item) => equalJson(item, wanted ?? null))),
  ],
  [
    'States.ArrayRange',
    rule(3, 3, ([first, last, step]) => range(asInteger(first), asInteger(last), asInteger(step))),
  ],
  ['States.ArrayGetItem', rule(2, 2, ([items, index]) => itemAt(asArray(items), asInteger(index)))],
  ['States.ArrayLength', rule(1, 1, ([items]) => asArray(items).length)],
  ['States.ArrayUnique', rule(1, 1, ([items]) => unique(asArray(items)))],
  ['States.Base64Encode', rule(1, 1, ([text]) => Buffer.from(short(text)).toString('base64'))],
  ['States.Base64Decode', rule(1, 1, ([text]) => Buffer.from(short(text), 'base64').toString())],
  ['States.Hash', rule(2, 2, ([text, name]) => hash(asString(text), asString(name)))],
  ['States.JsonMerge', rule(3, 3, ([left, right, deep]) => merge(left, right, deep))],
  [
    'States.MathRandom',
    rule(2, 3, ([from, to, seed], { random }) => {
      const fraction = seed === undefined ? random.fraction() : seededFraction(asInteger(seed));
      return integerBetween(asInteger(from), asInteger(to), fraction);
    }),
  ],
  ['States.MathAdd', rule(2, 2, ([left, right]) => asInteger(left) + asInteger(right))],
  ['States.StringSplit', rule(2, 2, ([text, marks]) => split(asString(text), asString(marks)))],
  ['States.UUID', rule(0, 0, (_, { random }) => random.uuid())],
]);

function format(template: Json | undefined, values: readonly Json[]): string {
  const pieces = asString(template).split('{}');
  if (pieces.length - 1 !== values.length)
    throw new RangeError(
      `The template has ${pieces.length - 1} placeholders {} for ${values.length} values.`,
    );
  const text = pieces.reduce((before, piece, index) => {
    const value = values[index - 1] ?? null;
    return `${before}${typeof value === 'string' ? value : stringifyJson(value)}${piece}`;
  });
  return text.replaceAll(ESCAPED_OPEN, '{').replaceAll(ESCAPED_CLOSE, '}');
}

function itemAt(items: readonly Json[], index: number): Json {
  const item = items[index];
  if (item === undefined)
    throw new RangeError(`The array has ${items.length} items, none at index ${index}.`);
  return item;
}

function unique(items: readonly Json[]): Json[] {
  return items.filter(
    (item, index) => items.findIndex((other) => equalJson(other, item)) === index,
  );
}

function merge(left: Json | undefined, right: Json | undefined, deep: Json | undefined): Json {
  if (deep !== false)
    throw new RangeError(
      'States.JsonMerge merges shallowly only: its third argument must be false.',
    );
  if (!isObject(left) || !isObject(right))
    throw new TypeError(
      `States.JsonMerge needs two objects; got ${typeName(left)} and ${typeName(right)}.`,
    );
  return { ...left, ...right };
}

/** `from` is included, `to` is not. */
function integerBetween(from: number, to: number, fraction: number): number {
  if (!(to > from)) throw new RangeError(`The end ${to} must be greater than the start ${from}.`);
  return from + Math.floor(fraction * (to - from));
}

/** Each character of `marks` is a separator; empty parts are removed. */
function split(text: string, marks: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of text) {
    if (!marks.includes(character)) piece += character;
    else {
      if (piece !== '') pieces.push(piece);
      piece = '';
    }
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}

function short(value: Json | undefined): string {
  const text = asString(value);
  if (text.length > MAX_BASE64_CHARACTERS)
    throw new RangeError(
      `Base64 functions take ${MAX_BASE64_CHARACTERS} characters at most; got ${text.length}.`,
    );
  return text;
}

function asString(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`Expected a string; got ${typeName(value)}.`);
}

function asArray(value: Json | undefined): readonly Json[] {
  if (isArray(value)) return value;
  throw new TypeError(`Expected an array; got ${typeName(value)}.`);
}

/** "Step Functions rounds to the nearest integer". */
function asInteger(value: Json | undefined): number {
  const number = asNumber(value);
  if (number === undefined) throw new TypeError(`Expected a number; got ${typeName(value)}.`);
  return Math.round(number);
}
