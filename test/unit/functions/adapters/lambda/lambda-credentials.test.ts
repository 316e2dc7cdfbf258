import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { defaultProvider } from '../../../../../functions/adapters/lambda/lambda-credentials.ts';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

const provided = () => defaultProvider()();

describe('The credentials in a bundle', () => {
  it('are the current ones of the function’s role', async () => {
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
    });
    const read = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' };
    expect(await provided()).toEqual(read);
    process.env.AWS_SESSION_TOKEN = 'next';
    expect(await provided()).toEqual({ ...read, sessionToken: 'next' });
  });

  it('may be a user’s own, without a session', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' });
    delete process.env.AWS_SESSION_TOKEN;
    expect(await provided()).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret' });
  });

  it.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])(
    'fail by name without %s',
    async (name) => {
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' });
      delete process.env[name];
      await expect(provided()).rejects.toMatchObject({
        name: 'EnvironmentError',
        message: expect.stringContaining(name),
      });
    },
  );

  it('sign the SDK’s requests in place of its own chain', async () => {
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
    });
    let headers: Record<string, string> = {};
    const client = new S3Client({
      region: 'us-east-1',
      credentialDefaultProvider: defaultProvider,
      requestHandler: {
        async handle(request: { headers: Record<string, string> }) {
          headers = request.headers;
          return { response: { statusCode: 200, headers: {} } };
        },
      } as never,
    });
    await client.send(new HeadBucketCommand({ Bucket: 'sources' }));
    expect(headers.authorization).toContain('Credential=id/');
    expect(headers['x-amz-security-token']).toBe('token');
  });
});
