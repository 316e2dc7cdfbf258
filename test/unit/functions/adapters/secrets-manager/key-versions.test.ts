import { ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { formatSigningKeys, type SigningKey } from '../../../../../core/playback/signing-keys.ts';
import {
  makeVersionCurrent,
  readCurrentVersion,
  readPendingVersion,
  writePendingVersion,
} from '../../../../../functions/adapters/secrets-manager/key-versions.ts';
import { cachedSigningKeys } from '../../../../../functions/adapters/secrets-manager/signing-keys.ts';
import { fakeClient, serviceError } from '../fake-client.ts';

const absent = () => new ResourceNotFoundException({ message: 'x', $metadata: {} });
const secretWith = (responses: Parameters<typeof fakeClient>[0]) => {
  const { client, sent } = fakeClient(responses);
  return { secret: { client, id: 'keys' }, sent };
};

describe('A version of the secret', () => {
  it('is read by its label, and by its id while it is pending', async () => {
    const { secret, sent } = secretWith({ GetSecretValue: () => ({ SecretString: 'text' }) });
    expect(await readCurrentVersion(secret)).toBe('text');
    expect(await readPendingVersion(secret, 'v2')).toBe('text');
    expect(sent).toEqual([
      ['GetSecretValue', { SecretId: 'keys', VersionStage: 'AWSCURRENT' }],
      ['GetSecretValue', { SecretId: 'keys', VersionId: 'v2', VersionStage: 'AWSPENDING' }],
    ]);
  });

  it('that does not exist is undefined; other errors are thrown', async () => {
    expect(await readCurrentVersion(secretWith({ GetSecretValue: absent }).secret)).toBeUndefined();
    const denied = () => serviceError('AccessDeniedException');
    const read = readCurrentVersion(secretWith({ GetSecretValue: denied }).secret);
    await expect(read).rejects.toThrow('AccessDenied');
  });

  it('is written as pending', async () => {
    const { secret, sent } = secretWith({ PutSecretValue: () => ({}) });
    await writePendingVersion(secret, 'v2', 'text');
    expect(sent[0]?.[1]).toEqual({
      SecretId: 'keys',
      ClientRequestToken: 'v2',
      SecretString: 'text',
      VersionStages: ['AWSPENDING'],
    });
  });

  it('becomes current by moving the label, once', async () => {
    let current = 'v1';
    const { secret, sent } = secretWith({
      DescribeSecret: () => ({
        VersionIdsToStages: { [current]: ['AWSCURRENT'], v9: ['AWSPENDING'] },
      }),
      UpdateSecretVersionStage: ({ MoveToVersionId }) => {
        current = String(MoveToVersionId);
        return {};
      },
    });
    await makeVersionCurrent(secret, 'v2');
    await makeVersionCurrent(secret, 'v2');
    expect(sent.filter(([name]) => name === 'UpdateSecretVersionStage')).toEqual([
      [
        'UpdateSecretVersionStage',
        {
          SecretId: 'keys',
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: 'v2',
          RemoveFromVersionId: 'v1',
        },
      ],
    ]);
  });
});

describe('The current signing keys', () => {
  const key: SigningKey = { kid: 'a', secret: 'x'.repeat(43), from: 1, until: 2 };

  it('are read once a minute', async () => {
    let elapsed = 0;
    const { secret, sent } = secretWith({
      GetSecretValue: () => ({ SecretString: formatSigningKeys([key]) }),
    });
    const keys = cachedSigningKeys(secret, () => elapsed);
    expect(await keys.current()).toEqual([key]);
    elapsed = 59_999;
    await keys.current();
    expect(sent).toHaveLength(1);
    elapsed = 60_000;
    await keys.current();
    expect(sent).toHaveLength(2);
  });

  it('are read again for as long as the secret has none', async () => {
    const { secret, sent } = secretWith({ GetSecretValue: () => ({ SecretString: 'aB3$kd' }) });
    const keys = cachedSigningKeys(secret, () => 0);
    expect([await keys.current(), await keys.current()]).toEqual([undefined, undefined]);
    expect(sent).toHaveLength(2);
  });
});
