import { s3Error } from '../errors.ts';

/**
 * The policy of a browser form: the conditions on its fields.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export interface PostPolicy {
  /** ms since the epoch. */
  readonly expiration: number;
  readonly conditions: readonly PostCondition[];
}

export type PostCondition =
  | { readonly kind: 'eq' | 'starts-with'; readonly field: string; readonly value: string }
  | { readonly kind: 'content-length-range'; readonly min: number; readonly max: number };

/** Fields that need no condition. */
const FREE_FIELDS = new Set([
  ...['x-amz-signature', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date'],
  ...['x-amz-security-token', 'awsaccesskeyid', 'signature', 'policy', 'file', 'bucket'],
]);

const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function invalid(what: string): Error {
  return s3Error('InvalidPolicyDocument', { message: `Invalid Policy: ${what}` });
}

/** `source` is base64. Member names are case-sensitive. */
export function parsePostPolicy(source: string): PostPolicy {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(source, 'base64').toString());
  } catch {
    throw invalid('Invalid JSON.');
  }
  if (typeof document !== 'object' || document === null) throw invalid('Invalid JSON.');
  const { expiration, conditions } = document as Record<string, unknown>;
  if (typeof expiration !== 'string') throw invalid('Policy missing expiration.');
  const instant = ISO_8601.test(expiration) ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(instant)) throw invalid(`Invalid 'expiration' value: '${expiration}'`);
  if (!Array.isArray(conditions)) throw invalid('Policy missing conditions.');
  return { expiration: instant, conditions: conditions.flatMap(parseCondition) };
}

function parseCondition(source: unknown): PostCondition[] {
  if (Array.isArray(source)) return [parseList(source)];
  if (typeof source !== 'object' || source === null) throw invalid('Invalid Condition.');
  const entries = Object.entries(source);
  if (entries.length === 0) throw invalid('Invalid Simple-Condition: it has no member.');
  return entries.map(([field, value]) => {
    if (typeof value !== 'string') {
      throw invalid(`Invalid Simple-Condition: the value of ${field} must be a string.`);
    }
    return { kind: 'eq', field: field.toLowerCase(), value };
  });
}

function parseList(source: readonly unknown[]): PostCondition {
  const [kind, first, second] = source;
  const name = typeof kind === 'string' ? kind.toLowerCase() : '';
  if (source.length !== 3)
    throw invalid(`Invalid Condition: wrong number of arguments for ${name}.`);
  if (name === 'content-length-range') {
    const [min, max] = [wholeNumber(first), wholeNumber(second)];
    return { kind: name, min, max };
  }
  if (name !== 'eq' && name !== 'starts-with') {
    throw invalid(`Invalid Condition: unknown operation '${String(kind)}'.`);
  }
  if (typeof first !== 'string' || !first.startsWith('$') || typeof second !== 'string') {
    throw invalid(`Invalid Condition: ${name} wants "$field" and a string.`);
  }
  return { kind: name, field: first.slice(1).toLowerCase(), value: second };
}

function wholeNumber(value: unknown): number {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw invalid(`Invalid content-length-range: ${String(value)} is no whole number from 0.`);
}

/** Every condition must hold, and every field needs a condition. Throws AccessDenied. */
export function requirePolicyHolds(
  { expiration, conditions }: PostPolicy,
  fields: ReadonlyMap<string, string>,
  now: number,
): void {
  if (now > expiration) {
    throw s3Error('AccessDenied', { message: 'Invalid according to Policy: Policy expired.' });
  }
  const named = new Set<string>();
  for (const condition of conditions) {
    if (condition.kind === 'content-length-range') continue;
    named.add(condition.field);
    const given = fields.get(condition.field) ?? '';
    const holds =
      condition.kind === 'eq'
        ? given === condition.value
        : startsWith(condition.field, given, condition.value);
    if (!holds) {
      throw s3Error('AccessDenied', {
        message: `Invalid according to Policy: Policy Condition failed: ["${condition.kind}", "$${condition.field}", "${condition.value}"]`,
      });
    }
  }
  for (const field of fields.keys()) {
    if (named.has(field) || FREE_FIELDS.has(field) || field.startsWith('x-ignore-')) continue;
    throw s3Error('AccessDenied', {
      message: `Invalid according to Policy: Extra input fields: ${field}`,
    });
  }
}

/** In a list of content types every one must match. */
function startsWith(field: string, given: string, start: string): boolean {
  if (field !== 'content-type') return given.startsWith(start);
  return given.split(',').every((each) => each.trim().startsWith(start));
}

/** The sizes that the policy allows, in bytes; undefined without a content-length-range. */
export function sizeRangeOf({ conditions }: PostPolicy): { min: number; max: number } | undefined {
  const ranges = conditions.flatMap((each) => (each.kind === 'content-length-range' ? [each] : []));
  if (ranges.length === 0) return undefined;
  return {
    min: Math.max(...ranges.map(({ min }) => min)),
    max: Math.min(...ranges.map(({ max }) => max)),
  };
}
