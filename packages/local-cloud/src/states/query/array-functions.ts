import { createHash } from 'node:crypto';

/**
 * Functions that JSONPath intrinsics and the JSONata functions of Step Functions share:
 * https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html.
 * All throw RangeError.
 */
const MAX_RANGE = 1000;
const MAX_HASHED_CHARACTERS = 10_000;

const DIGESTS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** Splits an array into chunks of `size`; the last can be shorter. */
export function partition<T>(items: readonly T[], size: number): T[][] {
  const length = Math.round(size);
  if (!(length > 0))
    throw new RangeError(`The chunk size must be a positive integer; got ${size}.`);
  const pieces: T[][] = [];
  for (let start = 0; start < items.length; start += length)
    pieces.push(items.slice(start, start + length));
  return pieces;
}

/** `first`, `first + step`, … up to and including `last`; at most 1,000 numbers. */
export function range(first: number, last: number, step: number): number[] {
  const [from, to, by] = [Math.round(first), Math.round(last), Math.round(step)];
  if (by === 0) throw new RangeError('The increment of a range must not be 0.');
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (!(length <= MAX_RANGE))
    throw new RangeError(`A range has at most ${MAX_RANGE} numbers; this one has ${length}.`);
  return Array.from({ length }, (_, index) => from + index * by);
}

/** The hash in lower-case hexadecimal. */
export function hash(text: string, algorithm: string): string {
  const digest = DIGESTS[algorithm];
  if (digest === undefined)
    throw new RangeError(
      `The hash algorithm must be one of ${Object.keys(DIGESTS).join(', ')}; got ${algorithm}.`,
    );
  if (text.length > MAX_HASHED_CHARACTERS)
    throw new RangeError(
      `At most ${MAX_HASHED_CHARACTERS} characters can be hashed; got ${text.length}.`,
    );
  return createHash(digest).update(text).digest('hex');
}
