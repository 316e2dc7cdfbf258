import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Secret } from './secret.ts';

const CURRENT = 'AWSCURRENT';
const PENDING = 'AWSPENDING';

export function readCurrentVersion(secret: Secret): Promise<string | undefined> {
  return read(secret, { VersionStage: CURRENT });
}

export function readPendingVersion(secret: Secret, version: string): Promise<string | undefined> {
  return read(secret, { VersionId: version, VersionStage: PENDING });
}

export async function writePendingVersion(
  { client, id }: Secret,
  version: string,
  text: string,
): Promise<void> {
  await client.send(
    new PutSecretValueCommand({
      SecretId: id,
      ClientRequestToken: version,
      SecretString: text,
      VersionStages: [PENDING],
    }),
  );
}

/** Moves the label of the current version, which also takes the pending label from it. */
export async function makeVersionCurrent({ client, id }: Secret, version: string): Promise<void> {
  const { VersionIdsToStages = {} } = await client.send(
    new DescribeSecretCommand({ SecretId: id }),
  );
  const current = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes(CURRENT));
  if (current?.[0] === version) return;
  await client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: id,
      VersionStage: CURRENT,
      MoveToVersionId: version,
      ...(current && { RemoveFromVersionId: current[0] }),
    }),
  );
}

async function read(
  { client, id }: Secret,
  version: { readonly VersionStage?: string; readonly VersionId?: string },
): Promise<string | undefined> {
  try {
    const found = await client.send(new GetSecretValueCommand({ SecretId: id, ...version }));
    return found.SecretString;
  } catch (error) {
    // The secret has no version with this label yet.
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
