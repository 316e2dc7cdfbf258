import { AwsError } from '../../shared/aws-error.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-keyvaluestores */
const MAX_KEY_BYTES = 512;
const MAX_VALUE_BYTES = 1024;
export const MAX_STORE_BYTES = 5 * 1024 * 1024;
/** For one call of UpdateKeys: pairs, and bytes of keys and values. */
const MAX_UPDATES = 50;
const MAX_UPDATE_BYTES = 3 * 1024 * 1024;

/** The changes of one call, which happen together or not at all. */
export interface KeyChanges {
  readonly puts: readonly { readonly key: string; readonly value: string }[];
  readonly deletes: readonly string[];
}

/** The bytes of a pair that count for the size of a store. */
export function sizeOfPair(key: string, value: string): number {
  return Buffer.byteLength(key) + Buffer.byteLength(value);
}

/** Throws ValidationException. */
export function requireKey(key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes < 1 || bytes > MAX_KEY_BYTES)
    throw invalid(`A key has 1 to ${MAX_KEY_BYTES} bytes; got ${bytes}.`);
}

/** Throws ValidationException for a key, a value or a number of changes beyond the limits, and for a key that is named twice. */
export function requireChanges({ puts, deletes }: KeyChanges): void {
  const keys = [...puts.map(({ key }) => key), ...deletes];
  if (keys.length < 1 || keys.length > MAX_UPDATES)
    throw invalid(`An update has 1 to ${MAX_UPDATES} keys; got ${keys.length}.`);
  for (const key of keys) requireKey(key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw invalid(`An update names each key once; ${twice} comes twice.`);
  let total = 0;
  for (const { key, value } of puts) {
    const bytes = Buffer.byteLength(value);
    total += sizeOfPair(key, value);
    if (bytes > MAX_VALUE_BYTES)
      throw invalid(
        `A value has at most ${MAX_VALUE_BYTES} bytes; that of the key ${key} has ${bytes}.`,
      );
  }
  if (total > MAX_UPDATE_BYTES)
    throw invalid(`An update has at most ${MAX_UPDATE_BYTES} bytes; got ${total}.`);
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
