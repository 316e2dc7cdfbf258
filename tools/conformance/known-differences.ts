import type { Part } from './part.ts';

/** A case that may differ from AWS, and why. */
export interface KnownDifference {
  readonly part: Part;
  /** The name of a case, or a folder that ends with a slash: every case below it may differ. */
  readonly name: string;
  readonly reason: string;
  /** The reason is in some versions of a client, so a case that agrees does not make the entry stale. */
  readonly sometimes?: true;
}

/** Every accepted difference; docs/reference/conformance.md has the same list. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    part: 's3',
    name: 'test_cors_presigned_get_object_v2',
    reason: 'boto3 1.26 signs "?cors" twice with Signature Version 2; newer versions agree.',
    sometimes: true,
  },
  {
    part: 'dynamodb',
    name: 'tier3/legacy-api/',
    reason:
      'Parameters of the API before expressions (Expected, AttributesToGet, QueryFilter, ScanFilter, AttributeUpdates) are refused by name.',
    sometimes: true,
  },
];
