import { createHash } from 'node:crypto';

/** The names of S3 buckets are the shortest of all, with 63 characters. */
const LONGEST = 63;
const HASH_LENGTH = 12;

/**
 * A resource's physical name as `ResourceProvider` promises it: the same for the same stack and logical id,
 * lower case letters, digits and hyphens.
 */
export function physicalName(stackName: string, logicalId: string): string {
  const hash = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex');
  const readable = `${stackName}-${logicalId}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST - HASH_LENGTH - 1)
    .replace(/^-+|-+$/g, '');
  return `${readable}-${hash.slice(0, HASH_LENGTH)}`;
}
