import * as z from 'zod/mini';

const MAX_ENTRIES = 20;

/** Characters. */
const MAX_VALUE = 512;

/**
 * Bytes of UTF-8, names and values together, which a deployment can lower: as much as S3 accepts as user-defined metadata of an object. A page of a
 * list has up to 100 uploads, each with its metadata.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
 */
export const MAX_METADATA_BYTES = 2_048;

/** Control characters would reach logs and terminals. A lone surrogate has no UTF-8 form, so it cannot be stored. */
function isText(value: string): boolean {
  return value.isWellFormed() && !/\p{Cc}/u.test(value);
}

export function metadataBytes(metadata: Readonly<Record<string, string>>): number {
  const text = Object.entries(metadata).flat().join('');
  return new TextEncoder().encode(text).length;
}

/** Notes of the app, returned without changes. */
export const metadataSchema = z
  .record(
    z.string().check(z.regex(/^[\w.-]{1,64}$/)),
    z.string().check(
      z.maxLength(MAX_VALUE),
      z.refine(isText, {
        message: 'must be well-formed Unicode without control characters',
      }),
    ),
  )
  .check(
    z.refine((metadata) => Object.keys(metadata).length <= MAX_ENTRIES, {
      message: `must have at most ${MAX_ENTRIES} entries`,
    }),
    z.superRefine((metadata, context) => {
      const bytes = metadataBytes(metadata);
      if (bytes > MAX_METADATA_BYTES) {
        context.addIssue(
          `must have at most ${MAX_METADATA_BYTES} bytes of UTF-8 in all names and values; it has ${bytes}`,
        );
      }
    }),
  );
