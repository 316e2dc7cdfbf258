import { createHash } from 'node:crypto';

/** Names of S3 buckets have the lowest limit of all: 63 characters. */
const MAX_LENGTH = 63;
const HASH_LENGTH = 12;

/**
 * The physical name of a resource: always the same for a stack and logical id; lower case letters, digits and
 * hyphens.
 */
export function physicalName(stackName: string, logicalId: string): string {
  const hash = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex');
  const readable = `${stackName}-${logicalId}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_LENGTH - HASH_LENGTH - 1)
    .replace(/^-+|-+$/g, '');
  return `${readable}-${hash.slice(0, HASH_LENGTH)}`;
}
