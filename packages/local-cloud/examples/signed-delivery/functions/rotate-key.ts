import { randomBytes } from 'node:crypto';
import {
  CloudFrontKeyValueStoreClient,
  DescribeKeyValueStoreCommand,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
// Makes the client sign with Signature Version 4A.
import '@aws-sdk/signature-v4a';

const secrets = new SecretsManagerClient({});
const store = new CloudFrontKeyValueStoreClient({});
const KvsARN = process.env.STORE;

interface RotationEvent {
  readonly Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

/** Rotates the key: a new value of the secret, written to the key value store, then made the current one. */
export async function handler({ Step, SecretId, ClientRequestToken }: RotationEvent) {
  const pending = { SecretId, VersionId: ClientRequestToken, VersionStage: 'AWSPENDING' };
  if (Step === 'createSecret') {
    const known = await secrets.send(new GetSecretValueCommand(pending)).catch(() => undefined);
    if (known) return;
    const SecretString = randomBytes(32).toString('base64url');
    const VersionStages = ['AWSPENDING'];
    await secrets.send(
      new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString, VersionStages }),
    );
  }
  if (Step === 'setSecret') {
    const { SecretString: Value = '' } = await secrets.send(new GetSecretValueCommand(pending));
    const { ETag: IfMatch } = await store.send(new DescribeKeyValueStoreCommand({ KvsARN }));
    const Puts = [{ Key: 'key', Value }];
    await store.send(new UpdateKeysCommand({ KvsARN, IfMatch, Puts }));
  }
  if (Step === 'finishSecret') {
    const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId }));
    const [RemoveFromVersionId] =
      Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes('AWSCURRENT')) ?? [];
    const move = { SecretId, MoveToVersionId: ClientRequestToken, RemoveFromVersionId };
    await secrets.send(
      new UpdateSecretVersionStageCommand({ ...move, VersionStage: 'AWSCURRENT' }),
    );
  }
}
