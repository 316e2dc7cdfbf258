import { signerCredentials } from '../../../../../functions/adapters/sts/signer-credentials.ts';
import { signers } from '../../../../../functions/adapters/sts/signers.ts';
import { fakeClient } from '../fake-client.ts';

const NOW = 1_000_000_000_000;
const HOUR_MS = 3_600_000;

/** STS whose credentials live an hour from `now`. */
function sts(now = () => NOW) {
  let calls = 0;
  return fakeClient({
    AssumeRole: () => {
      calls += 1;
      return {
        Credentials: {
          AccessKeyId: `key-${calls}`,
          SecretAccessKey: 'secret',
          SessionToken: 'token',
          Expiration: new Date(now() + HOUR_MS),
        },
      };
    },
  });
}

describe('The credentials of a signer', () => {
  it('are those of its role, for an hour', async () => {
    const { client, sent } = sts();
    expect(await signerCredentials(client)('role', 60, NOW)).toEqual({
      accessKeyId: 'key-1',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiresAt: NOW + HOUR_MS,
    });
    expect(sent).toEqual([
      ['AssumeRole', { RoleArn: 'role', RoleSessionName: 'part-grants', DurationSeconds: 3_600 }],
    ]);
  });

  it('are reused while they are valid long enough, and no longer', async () => {
    const { client, sent } = sts();
    const read = signerCredentials(client);
    await read('role', 60, NOW);
    await read('role', 60, NOW + HOUR_MS - 60_000);
    expect(sent).toHaveLength(1);
    await read('role', 60, NOW + HOUR_MS - 59_999);
    expect(sent).toHaveLength(2);
  });

  it('are those of each role', async () => {
    const { client } = sts();
    const read = signerCredentials(client);
    const first = await read('one', 60, NOW);
    expect((await read('two', 60, NOW)).accessKeyId).not.toBe(first.accessKeyId);
    expect(await read('one', 60, NOW)).toEqual(first);
  });

  const complete = {
    AccessKeyId: 'a',
    SecretAccessKey: 's',
    SessionToken: 't',
    Expiration: new Date(),
  };

  it.each([undefined, ...Object.keys(complete)])('are an error without %s', async (name) => {
    const { [name as 'AccessKeyId']: _, ...rest } = complete;
    const Credentials = name === undefined ? undefined : rest;
    const { client } = fakeClient({ AssumeRole: () => ({ Credentials }) });
    await expect(signerCredentials(client)('role', 60, NOW)).rejects.toThrow(
      'AssumeRole returned no credentials.',
    );
  });
});

describe('Signers', () => {
  const roles = { parts: 'P', object: 'O', form: 'F' };
  const credentialsOf = async (roleArn: string, enoughSeconds: number, now: number) => ({
    accessKeyId: `${roleArn} ${enoughSeconds} ${now}`,
    secretAccessKey: 's',
    sessionToken: 't',
    expiresAt: 0,
  });

  it.each([
    ['parts', 'P'],
    ['object', 'O'],
    ['form', 'F'],
  ] as const)('sign %s by the role for that', async (kind, role) => {
    const { signing } = signers({
      credentials: credentialsOf,
      roles,
      bucketUrl: async () => 'https://b',
      region: async () => 'eu-west-1',
    });
    expect(await signing(kind, 60, NOW)).toMatchObject({
      bucketUrl: 'https://b',
      region: 'eu-west-1',
      credentials: { accessKeyId: `${role} 60 ${NOW}` },
    });
  });

  it('resolve the bucket’s URL once, and again after a failure', async () => {
    let resolved = 0;
    const { signing } = signers({
      credentials: credentialsOf,
      roles,
      bucketUrl: async () => {
        resolved += 1;
        if (resolved === 1) throw new Error('not yet');
        return 'https://b';
      },
      region: async () => 'eu-west-1',
    });
    await expect(signing('parts', 60, NOW)).rejects.toThrow('not yet');
    await signing('parts', 60, NOW);
    await signing('form', 60, NOW);
    expect(resolved).toBe(2);
  });
});
