import { AwsError } from '../shared/aws-error.ts';
import type { StoredSecret, StoredVersion } from './secret-store.ts';

/** Timestamps of the JSON protocol are seconds with a fraction. */
export function seconds(ms: number): number {
  return ms / 1000;
}

/** The version with an id, a label, or both. Throws ResourceNotFoundException, InvalidRequestException. */
export function attachedVersion(
  versions: readonly StoredVersion[],
  id: string | undefined,
  label: string | undefined,
): StoredVersion {
  const found = versions.find((version) =>
    id === undefined ? label !== undefined && version.labels.includes(label) : version.id === id,
  );
  if (found === undefined) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${id === undefined ? `staging label: ${label}` : `VersionId: ${id}`}`,
    );
  }
  if (label !== undefined && !found.labels.includes(label)) {
    throw new AwsError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    );
  }
  return found;
}

/** The response of DescribeSecret. `rotatesBy` is the end of the next rotation window. */
export function describeSecret(
  secret: StoredSecret & {
    readonly tags: Readonly<Record<string, string>>;
    readonly kmsKeyId: string | undefined;
  },
  versions: readonly StoredVersion[],
  rotatesBy: number | undefined,
): object {
  const time = (name: string, ms: number | undefined) =>
    ms === undefined ? {} : { [name]: seconds(ms) };
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description === undefined ? {} : { Description: secret.description }),
    ...(secret.kmsKeyId === undefined ? {} : { KmsKeyId: secret.kmsKeyId }),
    RotationEnabled: secret.rotation !== undefined,
    ...(secret.rotation === undefined ? {} : { RotationLambdaARN: secret.rotation.lambda }),
    ...(secret.rotation?.rules === undefined ? {} : { RotationRules: secret.rotation.rules }),
    ...time('LastRotatedDate', secret.rotatedAt),
    ...time('LastChangedDate', secret.changedAt),
    ...time('LastAccessedDate', day(secret.accessedAt)),
    ...time('NextRotationDate', rotatesBy),
    ...time('CreatedDate', secret.createdAt),
    Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
    VersionIdsToStages: Object.fromEntries(
      versions.filter(({ labels }) => labels.length > 0).map(({ id, labels }) => [id, labels]),
    ),
  };
}

export function versionEntry(version: StoredVersion): object {
  const accessed = day(version.accessedAt);
  return {
    VersionId: version.id,
    VersionStages: version.labels,
    CreatedDate: seconds(version.createdAt),
    ...(accessed === undefined ? {} : { LastAccessedDate: seconds(accessed) }),
  };
}

/** Secrets Manager keeps the date of the last access without its time. */
function day(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.floor(ms / 86_400_000) * 86_400_000;
}
