import { createECDH, createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4a } from '@aws-sdk/signature-v4a';
import { deriveSigningKeyV4a, verifySignatureV4a } from '../../src/iam/sigv4a.ts';

// The test vector of the AWS SDKs, for example
// https://github.com/aws/aws-sdk-go-v2/blob/main/internal/v4a/v4a_test.go
const accessKeyId = 'AKISORANDOMAASORANDOM';
const secretAccessKey = 'q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom';
const credentials = { accessKeyId, secretAccessKey };
const NOW = Date.parse('2026-11-30T12:00:00Z');

class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', secret as string | NodeJS.ArrayBufferView);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  reset(): void {}
}

it('The key is derived from access key and secret as in the SDKs', () => {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(deriveSigningKeyV4a(credentials));
  expect(pair.getPublicKey('hex').toUpperCase()).toBe(
    '0415D242CEEBF8D8169FD6A8B5A746C41140414C3B07579038DA06AF89190FFFCB0515242CEDD82E94799482E4C0514B505AFCCF2C0C98D6A553BF539F424C5EC0',
  );
});

describe('A request that the SDK has signed', () => {
  const body = '{"Puts":[]}';

  async function signed(region = '*', uriPath = '/key-value-stores/arn%3Aaws%3Ax/keys') {
    const signer = new SignatureV4a({
      credentials,
      region,
      service: 'cloudfront-keyvaluestore',
      sha256: Sha256,
    });
    const { headers } = await signer.sign(
      {
        method: 'POST',
        protocol: 'http:',
        hostname: '000000000000.localhost',
        path: uriPath,
        query: {},
        headers: { host: '000000000000.localhost:1', 'if-match': 'KV1' },
        body,
      } as never,
      { signingDate: new Date(NOW) },
    );
    return {
      method: 'POST',
      rawPath: uriPath,
      rawQuery: '',
      headers,
      bodyHash: createHash('sha256').update(body).digest('hex'),
    };
  }
  const options = {
    credentials: {
      find: (id: string) =>
        id === accessKeyId ? { credentials, caller: { kind: 'root' as const } } : undefined,
    },
    now: NOW,
    region: 'us-east-1',
    service: 'cloudfront-keyvaluestore',
    dialect: 'json' as const,
  };

  it('is accepted for all regions and for a set with the region', async () => {
    expect(verifySignatureV4a(await signed(), options).caller).toEqual({ kind: 'root' });
    const set = await signed('eu-west-1,us-east-1');
    expect(verifySignatureV4a(set, options).caller).toEqual({ kind: 'root' });
  });

  it.each<[string, (request: Awaited<ReturnType<typeof signed>>) => object]>([
    ['another body', (request) => ({ ...request, bodyHash: 'a'.repeat(64) })],
    ['another path', (request) => ({ ...request, rawPath: '/key-value-stores/other/keys' })],
    [
      'another signed header',
      (request) => ({ ...request, headers: { ...request.headers, 'if-match': 'KV2' } }),
    ],
  ])('is refused with %s', async (_, change) => {
    const request = change(await signed()) as Awaited<ReturnType<typeof signed>>;
    expect(() => verifySignatureV4a(request, options)).toThrow('does not match');
  });

  it('is refused for another region, another service, another time and without a signature', async () => {
    const request = await signed('eu-west-1');
    expect(() => verifySignatureV4a(request, options)).toThrow('x-amz-region-set is eu-west-1');
    const other = { ...options, service: 's3' };
    const right = await signed();
    expect(() => verifySignatureV4a(right, other)).toThrow('expected s3');
    const late = { ...options, now: NOW + 16 * 60_000 };
    expect(() => verifySignatureV4a(right, late)).toThrow('15 minutes');
    const { authorization: _, ...headers } = right.headers;
    expect(() => verifySignatureV4a({ ...right, headers }, options)).toThrow('Version 4A');
  });
});
